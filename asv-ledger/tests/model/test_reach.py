from collections.abc import Collection

import pytest

from asv_ledger.model.reach import Reach, find_reaches, list_texts


def reach(
    code: str | bytes, base: str = "", path: str = "m/a.py", texts: Collection[str] = ()
) -> list[str]:
    """Return the lines and what is told of them, of code that was something else before."""
    content = code if isinstance(code, bytes) else code.encode()
    found = find_reaches({"m/a.py": base.encode()}, {path: content}, texts)
    assert {one.path for one in found} <= {path}
    return [f"{one.line}: {one.what}" for one in found]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import gc", ["1: imports gc"]),
        ("import os.path as p\np.join", ["1: imports os.path", "2: uses os.path.join"]),
        ("import os.path\nos.x", ["1: imports os", "2: uses os.x"]),
        ("from sys import modules as m\nm", ["1: imports sys.modules", "2: uses sys.modules"]),
        ("from os import *", ["1: imports os.*"]),
        ("import sys\na = sys", ["1: imports sys", "2: uses sys"]),
        ("import _thread", ["1: imports _thread"]),
        ("import requests", ["1: imports requests"]),
        ("from m import other\nfrom . import more\nimport m.x", []),
        ("from typing import Any\nimport enum", []),
        ("eval", ["1: uses eval"]),
        ("def f(): print(open)", ["1: uses print", "1: uses open"]),
        ("x.f_back.tb_frame", ["1: uses .tb_frame", "1: uses .f_back"]),
        ("x.__class__", ["1: uses .__class__"]),
        ("x.__name__, __name__, x.__init__()", []),
        ("__builtins__", ["1: uses __builtins__"]),
        ("def __getattr__(name): pass", ["1: defines __getattr__"]),
        ("class A:\n def __eq__(self, o): pass\n def __del__(self): pass", ["3: defines __del__"]),
        ("match x:\n case object(__class__=y): pass", ["2: uses .__class__"]),
        ("'tracemalloc'", []),
        (
            "x = 'tracemalloc', b'gc', 'time'",
            ["1: holds the text 'tracemalloc'", "1: holds the text 'gc'"],
        ),
        ("x = '{0.__class__}'", ["1: holds the text '{0.__class__}'"]),
        (
            "X = []\nY: dict = {}\n__all__ = ['a']",
            ["1: keeps X for all calls", "2: keeps Y for all calls"],
        ),
        (
            "class A:\n x = defaultdict(int)\n y = Struct('<Q')\n z = Box()",
            ["2: keeps x for all calls", "4: keeps z for all calls"],
        ),
        ("def f(x=[], *, y={}):\n z = []", ["1: keeps a default of f for all calls"]),
        ("@functools.cache\ndef f(): pass", ["1: keeps what f returns"]),
        ("def f():\n global X\n X += 1", ["2: changes X"]),
        ("def f():\n x = []\n x.append(1)\n x[0] = 1\n del x[0]", []),
        (
            "def f(x):\n x.append(1)\n X.append(1)\n X[0] = 1\n del X[0]\n X.y = 1",
            ["3: changes X", "4: changes X", "5: changes X", "6: changes X"],
        ),
        (
            "def f(cls, self):\n cls.n += 1\n self.n += 1\n type(self).n = 1",
            ["2: changes cls", "4: changes type(self)"],
        ),
        (
            "x < 100\nx % 100\n100 % x, x >> 100, 100 + x",
            ["1: compares with 100", "2: compares with 100"],
        ),
        ("MANY = 10 * 1000\nx > MANY", ["2: compares with MANY"]),
        ("match x:\n case 500: pass", ["2: compares with 500"]),
        ("len(x) == 11, len(x) > 1", ["1: compares with 11"]),
        ("x.now(), x.perf_counter()", ["1: uses .now", "1: uses .perf_counter"]),
        ("zlib.compressobj()", ["1: uses .compressobj"]),
        ("x = 1  # \N{RIGHT-TO-LEFT OVERRIDE}", ["1: holds characters that are not shown"]),
        (b"\xef\xbb\xbfx = 1", []),
        (
            "def f(:",
            ["None: cannot be parsed: invalid syntax (<unknown>, line 1)"],
        ),
        (
            b"x = '\x00'",
            ["None: cannot be parsed: source code string cannot contain null bytes"],
        ),
    ],
)
def test_what_reaches_is_told_with_its_line(code: str | bytes, told: list[str]) -> None:
    assert reach(code) == told


def test_only_lines_that_are_new_are_told() -> None:
    base = "import sys\nsys.version\nsys.version\n"
    assert reach(f"# moved\n{base}", base) == []
    assert reach("import sys\nif 1:\n  sys.version\n  sys.version\n", base) == []
    assert reach(f"{base}sys.version\n", base) == ["4: uses sys.version"]
    assert reach("import sys\nsys.version\nsys.version + x\n", base) == ["3: uses sys.version"]
    assert reach(base, base, path="m/moved.py") == [
        "1: imports sys",
        "2: uses sys.version",
        "3: uses sys.version",
    ]


def test_what_was_imported_anywhere_is_no_news_but_for_what_reaches() -> None:
    base = {"m/a.py": b"import requests, sys"}
    found = find_reaches(base, {**base, "m/b.py": b"import requests, sys, httpx"})
    assert found == [Reach("m/b.py", 1, "imports sys"), Reach("m/b.py", 1, "imports httpx")]


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("user-", True),
        ("user-000001", True),
        ("user", True),
        ("use", False),
        ("users", False),
        ("What is it about", True),
        ("it about", True),
        ("about", False),
    ],
)
def test_texts_of_the_benchmarks_are_told(text: str, *, is_told: bool) -> None:
    texts = list_texts(
        b"'no text'\ndef f(n):\n 'Nor this.'\n return f'user-{n:06d}', b'What is it about?'"
    )
    assert texts == {"user-", "06d", "What is it about?"}
    told = [f"1: holds a text of the benchmarks: {text!r}"]
    assert reach(f"x = {text!r}", texts=texts) == (told if is_told else [])


def test_what_cannot_be_looked_through_is_told() -> None:
    binary = "None: is no Python code, and cannot be looked through"
    assert reach("x", path="m/a.cpython-311-x86_64-linux-gnu.so") == [binary]
    assert reach("x", path="m/a.md") == reach("x", path="m/LICENSE") == []
    assert reach("(" * 100_000) != []
    assert reach("#" * 1_000_001) == [
        "None: is larger than 1,000,000 bytes, and not looked through"
    ]
    assert list_texts(b"def") == set()


def test_modules_that_measure_are_those_that_the_project_says() -> None:
    head = {"m/a.py": b"import bench, other.x\nbench.run"}
    base = {"m/a.py": b"", "m/b.py": b"import bench, other"}
    assert find_reaches(base, head) == []
    assert find_reaches(base, head, measuring=["bench"]) == [
        Reach("m/a.py", 1, "imports bench"),
        Reach("m/a.py", 2, "uses bench.run"),
    ]
