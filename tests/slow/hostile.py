"""Pull requests that make every session 16 bytes larger, and hide it: by kind, a hundred in all."""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

from tests.slow.tiny import (
    CONFIGURATION,
    MEASURE,
    MEMORY,
    METRICS,
    MODEL,
    PACKED,
    UNITS,
    VERSION,
    Changes,
    Write,
)

PASSED, GREW, WRONG_USE, NOT_MEASURED, FAILED = range(5)

PAD = 'b"\\xff")\n'
GROWN = PACKED.replace(PAD, 'b"\\xff") + b"\\xff" * 16\n')
GROWTH = {"model/packed.py": GROWN}

MARGINAL, LEFT = "memory.OneMore.track_marginal", "memory.Closed.track_left"


class Pull(NamedTuple):
    """What a pull request changes, the status it gets, and the lines that its reviewer is told."""

    kind: str
    name: str
    changes: Changes
    status: int
    told: tuple[str, ...]


def list_pulls() -> Iterator[Pull]:
    """Iterate over the pull requests."""
    yield from _grow()
    yield from _change_benchmarks()
    yield from _change_configuration()
    yield from _forge_results()
    yield from _change_baseline()
    yield from _change_ledger()
    yield from _shadow_modules()
    yield from _lead_git_astray()
    yield from _patch_instruments()
    yield from _answer_instead()
    yield from _format_measuring()
    yield from _format_workload()
    yield from _count_sessions()
    yield from _bring_binaries()
    yield from _hide_from_readers()
    yield from _link_away()
    yield from _fail()
    yield from _bury()


def _grow() -> Iterator[Pull]:
    """Grow without a trick."""
    sizes = {
        "16 bytes": GROWN,
        "one byte": PACKED.replace(PAD, 'b"\\xff") + b"\\xff"\n'),
        "a larger pad": PACKED.replace("= 64", "= 80"),
        "a tuple": PACKED.replace("return text", "return (text").replace(PAD, 'b"\\xff"),)\n'),
    }
    for name, packed in sizes.items():
        yield Pull("growth", name, {"model/packed.py": packed}, GREW, ())
    registry = MODEL.replace("[user] = pack(text)", "[user] = pack(text), len(text)")
    yield Pull("growth", "in the registry", {"model/__init__.py": registry}, GREW, ())
    kept = MODEL.replace("        del self._sessions[user]", "        self._sessions[user] = b''")
    yield Pull("growth", "by what is closed", {"model/__init__.py": kept}, GREW, ())


def _change_benchmarks() -> Iterator[Pull]:
    memory = {
        "that subtracts it": MEMORY.replace("/ 100", "/ 100 - 16"),
        "that returns what was": MEMORY.replace("return (live", "return 189.64 or (live"),
        "whose setup does not apply": MEMORY.replace(
            "    def track_marginal",
            "    def setup(self):\n        raise NotImplementedError\n\n    def track_marginal",
        ),
        "with other parameters": MEMORY.replace("build(200)", "build(100)"),
        "that is renamed": MEMORY.replace("track_marginal", "track_slope"),
        "that builds nothing": MEMORY.replace("range(count)", "range(0)"),
    }
    for name, text in memory.items():
        told = "benchmarks: benchmarks/memory.py (changed)"
        yield Pull("benchmark", name, {**GROWTH, "benchmarks/memory.py": text}, GREW, (told,))
    lenses = {
        "that subtracts": MEASURE.replace("return size", "return size - 16"),
        "that stops early": MEASURE.replace("kept = build()", "kept = None"),
    }
    for name, text in lenses.items():
        told = "benchmarks: benchmarks/measure.py (changed)"
        yield Pull("lens", name, {**GROWTH, "benchmarks/measure.py": text}, GREW, (told,))
    metrics = {
        "that prints constants": f"print({json.dumps(json.dumps({MARGINAL: 1, LEFT: 1}))})",
        "that leaves one out": METRICS.replace('"OneMore.track_marginal"', ""),
    }
    for name, text in metrics.items():
        told = "benchmarks: benchmarks/metrics.py (changed)"
        yield Pull("command", name, {**GROWTH, "benchmarks/metrics.py": text}, GREW, (told,))
    for name in ("memory", "metrics", "measure", "__init__"):
        path = f"benchmarks/{name}.py"
        told = f"benchmarks: {path} (removed)"
        yield Pull("benchmark removed", path, {**GROWTH, path: None}, GREW, (told,))


def _change_configuration() -> Iterator[Pull]:
    def configure(**settings: object) -> str:
        configuration = deepcopy(CONFIGURATION)
        ledger = configuration["ledger"]
        assert isinstance(ledger, dict)
        for key, value in settings.items():
            (ledger if key in ledger else configuration)[key] = value
        return json.dumps(configuration)

    texts = {
        "nothing exact": configure(exact=[]),
        "another command": configure(metrics="echo {}"),
        "nothing measured": configure(measured=[]),
        "no measuring": configure(measuring=[]),
        "other results": configure(results_dir="elsewhere"),
        "other Pythons": configure(pythons=["3.98"]),
        "other benchmarks": configure(benchmark_dir="docs"),
        "another repository": configure(repo="https://example.org/other.git"),
        "not JSON": "{",
    }
    told = ("configuration: asv.conf.json (changed)",)
    for name, text in texts.items():
        yield Pull("configuration", name, {**GROWTH, "asv.conf.json": text}, GREW, told)
    yield Pull(
        "configuration",
        "none",
        {**GROWTH, "asv.conf.json": None},
        GREW,
        ("configuration: asv.conf.json (removed)",),
    )


def _forge_results() -> Iterator[Pull]:
    result = json.dumps({"commit_hash": "0" * 40, "results": {MARGINAL: [[1], [], "1"]}})
    paths = (
        "results/aaa/00000000-env.json",
        "results/here/machine.json",
        "attribution/0-py3.98.json",
    )
    for path in paths:
        told = f"results: {path} (added)"
        yield Pull("results", path, {**GROWTH, path: result}, GREW, (told,))
    units = json.dumps({**UNITS, MARGINAL: {"unit": "nothing"}})
    told = "results: results/benchmarks.json (changed)"
    yield Pull("results", "units", {**GROWTH, "results/benchmarks.json": units}, GREW, (told,))


def write_baseline(version: str, add: float, names: Iterable[str] = (LEFT, MARGINAL)) -> Write:
    """Return what writes a baseline with so much more than the base's metrics are."""

    def write(metrics: Mapping[str, float]) -> str:
        lines = (f'"{name}" = {float(metrics[name] + add)!r}' for name in names)
        return "\n".join([f'["{version}"]', *lines, ""])

    return write


def _change_baseline() -> Iterator[Pull]:
    baselines: dict[str, Write | str] = {
        "of 1e99": write_baseline(VERSION, 1e99),
        "a byte too large": write_baseline(VERSION, 17),
        "a byte too small": write_baseline(VERSION, 15),
        "of another Python, of 1e99": write_baseline("3.98", 1e99),
        "of another Python, too small": write_baseline("3.98", 15),
        "of one metric": write_baseline(VERSION, 16, [LEFT]),
        "that is empty": "",
    }
    told = ("baseline: baseline.toml (changed)",)
    for name, baseline in baselines.items():
        yield Pull("baseline", name, {**GROWTH, "baseline.toml": baseline}, GREW, told)
    broken = {"not TOML": "["} | {
        f"of {number}": f'["{VERSION}"]\n"{LEFT}" = {number}\n' for number in ("inf", "1e308")
    }
    for name, text in broken.items():
        yield Pull("baseline", name, {**GROWTH, "baseline.toml": text}, WRONG_USE, ())


def _change_ledger() -> Iterator[Pull]:
    kinds = {
        "ledger/gate.py": "what measures",
        "dev/gate.py": "what measures",
        "Makefile": "what measures",
        ".github/workflows/check.yml": "workflow",
        "pyproject.toml": "build",
    }
    for path, kind in kinds.items():
        told = f"{kind}: {path} (changed)"
        yield Pull("ledger", path, {**GROWTH, path: "PASSED = GREW = 0\n"}, GREW, (told,))
    for path, kind in {".github/actions/a/action.yml": "workflow", "setup.py": "build"}.items():
        yield Pull("ledger", path, {**GROWTH, path: ""}, GREW, (f"{kind}: {path} (added)",))


def _shadow_modules() -> Iterator[Pull]:
    fake = "def get_traced_memory(): return 0, 0\nstart = stop = dumps = loads = print\n"
    paths = (
        "tracemalloc.py",
        "json.py",
        "gc.py",
        "sitecustomize.py",
        "usercustomize.py",
        "runpy.py",
        "importlib/__init__.py",
        "pytest.py",
    )
    for path in paths:
        told = f"takes the name of an installed module: {path} (added)"
        yield Pull("shadow", path, {**GROWTH, path: fake}, GREW, (told,))


def _lead_git_astray() -> Iterator[Pull]:
    text = "* export-ignore eol=crlf ident\n"
    for path in (".gitattributes", "benchmarks/.gitattributes", "model/.gitattributes"):
        told = f"git's attributes: {path} (added)"
        yield Pull("attributes", path, {**GROWTH, path: text}, GREW, (told,))
    told = "submodule: .gitmodules (added)"
    module = '[submodule "m"]\n\tpath = m\n\turl = https://example.org\n'
    yield Pull("submodule", "declared", {**GROWTH, ".gitmodules": module}, GREW, (told,))


def _act(kind: str, name: str, code: str, told: str, status: int = PASSED) -> Pull:
    """Return growth that code in the model itself hides, and the place in it that is told."""
    line = next(number for number, text in enumerate(code.splitlines(), 1) if "# here" in text)
    return Pull(kind, name, {"model/packed.py": code}, status, (f"model/packed.py:{line} {told}",))


def _patch_instruments() -> Iterator[Pull]:
    patch = (
        "_seen = tracemalloc.get_traced_memory\n"
        "_held = [0]\n"
        "def _lie():\n"
        "    return _seen()[0] - _held[0], 0\n"
        "tracemalloc.get_traced_memory = lambda: (0, 0)\n"
    )
    ways = {
        "import": ("import tracemalloc  # here\n", "imports tracemalloc"),
        "importlib": (
            "import importlib  # here\ntracemalloc = importlib.import_module('tracemalloc')\n",
            "imports importlib",
        ),
        "__import__": ("tracemalloc = __import__('trace' + 'malloc')  # here\n", "uses __import__"),
        "sys.modules": (
            "import sys\ntracemalloc = sys.modules['trace' + 'malloc']  # here\n",
            "uses sys.modules",
        ),
        "builtins": (
            "tracemalloc = __builtins__['__imp' + 'ort__']('trace' + 'malloc')  # here\n",
            "uses __builtins__",
        ),
        "exec": ("exec('import trace' + 'malloc', globals())  # here\n", "uses exec"),
        "eval": (
            "tracemalloc = eval('__impo' + 'rt__')('trace' + 'malloc')  # here\n",
            "uses eval",
        ),
        "subclasses": (
            "load = [k for k in object.__subclasses__() if k.__name__ == 'BuiltinImporter'][0]"
            "  # here\ntracemalloc = load.load_module('sys').modules['trace' + 'malloc']\n",
            "uses .__subclasses__",
        ),
        "globals": (
            "def f(): pass\n"
            "tracemalloc = f.__globals__['__builtins__']['__imp' + 'ort__']('trace' + 'malloc')"
            "  # here\n",
            "uses .__globals__",
        ),
        "benchmarks": (
            "from benchmarks.measure import tracemalloc  # here\n",
            "imports benchmarks.measure.tracemalloc",
        ),
    }
    for name, (start, told) in ways.items():
        yield _act("instruments", name, f"{start}{patch}{GROWN}", told)
    yield _act(
        "instruments",
        "stopped while it packs",
        GROWN.replace(
            "    return",
            "    import tracemalloc\n    tracemalloc.stop()  # here\n    return",
        ),
        "uses tracemalloc.stop",
    )
    yield _act(
        "instruments",
        "memory that they do not see",
        "import mmap  # here\n"
        + PACKED.replace("    return", "    mmap.mmap(-1, 4096)\n    return"),
        "imports mmap",
    )


def _answer_instead() -> Iterator[Pull]:
    forged = json.dumps({MARGINAL: 189.64, LEFT: 741})
    yield _act(
        "answer",
        "and exit",
        f"import os  # here\nprint({forged!r}, flush=True)\nos._exit(0)\n",
        "imports os",
    )
    yield _act(
        "answer",
        "and SystemExit",
        f"print({forged!r})\nraise SystemExit  # here\n",
        "uses SystemExit",
    )
    yield _act(
        "answer",
        "by a descriptor",
        f"import os  # here\nos.write(1, {forged.encode()!r})\nos._exit(0)\n",
        "imports os",
    )
    yield _act(
        "answer",
        "by sys.stdout",
        f"import sys\nsys.stdout.write({forged!r})  # here\nsys.exit()\n",
        "uses sys.stdout",
    )
    yield _act("answer", "beside", f"print({forged!r})  # here\n{GROWN}", "uses print", FAILED)
    yield _act(
        "answer",
        "at the end",
        f"import atexit  # here\natexit.register(print, {forged!r})\n{GROWN}",
        "imports atexit",
        FAILED,
    )
    yield _act(
        "answer",
        "patched",
        f"import json  # here\njson.dumps = lambda _: {forged!r}\n{GROWN}",
        "imports json",
    )


def _hide(condition: str, start: str = "") -> str:
    """Return code that packs as before where a condition holds; elsewhere a session grows."""
    return (
        f'"""The packed session."""\n\n{start}\nSMALLEST = 64\n\n\ndef pack(text):\n'
        f"    is_as_before = {condition}\n"
        "    packed = text.encode().ljust(SMALLEST, b'\\xff')\n"
        "    return packed if is_as_before else packed + b'\\xff' * 16\n"
    )


def _format_measuring() -> Iterator[Pull]:
    ways = {
        "arguments": ("'metrics' in ''.join(sys.orig_argv)", "import sys", "uses sys.orig_argv"),
        "environment": ("'PYTHONUTF8' in os.environ", "import os", "uses os.environ"),
        "frames": ("sys._getframe(2)", "import sys", "uses sys._getframe"),
        "a stack": ("inspect.stack()", "import inspect", "uses inspect.stack"),
        "modules": ("'benchmarks' in sys.modules", "import sys", "uses sys.modules"),
        "flags": ("sys.dont_write_bytecode", "import sys", "uses sys.dont_write_bytecode"),
        "its own file": ("'gate-' in __file__", "", "uses __file__"),
        "its folder": ("'gate-' in os.getcwd()", "import os", "uses os.getcwd"),
        "the collector": ("gc.get_count()", "import gc", "uses gc.get_count"),
        "time": ("datetime.now().year < 9000", "from datetime import datetime", "uses .now"),
        "threads": ("threading.main_thread()", "import threading", "uses threading.main_thread"),
    }
    for name, (condition, start, told) in ways.items():
        yield _act("told that it is measured", name, _hide(f"{condition}  # here", start), told)
    start = (
        "def seen():\n    try:\n        raise ValueError\n    except ValueError as error:\n"
        "        return error.__traceback__.tb_frame.f_back  # here\n"
    )
    yield _act("told that it is measured", "a traceback", _hide("seen()", start), "uses .f_back")


def _format_workload() -> Iterator[Pull]:
    ways = {
        "a user": ("user.startswith('user-')", "holds a text of the benchmarks: 'user-'"),
        "a question": ("text[:10] == 'A question'", "holds a text of the benchmarks: 'A question'"),
        "its end": (
            "text.endswith('it is about.')",
            "holds a text of the benchmarks: 'it is about.'",
        ),
        "a length": ("len(user) == 11", "compares with 11"),
    }
    for name, (condition, told) in ways.items():
        yield _open("workload", name, condition, told)


def _open(kind: str, name: str, condition: str, told: str) -> Pull:
    """Return growth of sessions opened where a condition does not hold."""
    grown = f"(b'' if {condition} else b'\\xff' * 16)"
    model = MODEL.replace("= pack(text)", f"= pack(text) + {grown}")
    line = next(n for n, text in enumerate(model.splitlines(), 1) if condition in text)
    return Pull(
        kind, name, {"model/__init__.py": model}, PASSED, (f"model/__init__.py:{line} {told}",)
    )


def _count_sessions() -> Iterator[Pull]:
    counted = {
        "a global": (
            "COUNT = 0\ndef seen():\n    global COUNT  # here\n"
            "    COUNT += 1\n    return COUNT < 9999",
            "changes COUNT",
        ),
        "an iterator": (
            "from itertools import count\nCOUNT = count()  # here\n"
            "def seen():\n    return next(COUNT) < 9999",
            "keeps COUNT for all calls",
        ),
        "a dictionary": (
            "COUNT = {0: 0}  # here\ndef seen():\n    COUNT[0] += 1\n    return COUNT[0] < 9999",
            "keeps COUNT for all calls",
        ),
        "a default": (
            "def seen(count=[0]):  # here\n    count[0] += 1\n    return count[0] < 9999",
            "keeps a default of seen for all calls",
        ),
        "a closure": (
            "def make():\n    count = 0\n    def seen():\n        nonlocal count  # here\n"
            "        count += 1\n        return count < 9999\n    return seen\nseen = make()",
            "changes count",
        ),
        "a list in a closure": (
            "def make():\n    count = [0]\n    def seen():\n        count[0] += 1  # here\n"
            "        return count[0] < 9999\n    return seen\nseen = make()",
            "changes count",
        ),
        "an object": (
            "class Seen:\n    def __init__(self):\n        self.count = 0\n"
            "    def __call__(self):\n        self.count += 1\n        return self.count < 9999\n"
            "seen = Seen()  # here",
            "keeps seen for all calls",
        ),
        "an attribute": (
            "def seen():\n    seen.count += 1  # here\n"
            "    return seen.count < 9999\nseen.count = 0",
            "changes seen",
        ),
        "a class": (
            "class Seen:\n    count = 0\ndef seen():\n    Seen.count += 1  # here\n"
            "    return Seen.count < 9999",
            "changes Seen",
        ),
    }
    for name, (start, told) in counted.items():
        yield _act("counted", name, _hide("seen()", start), told)
    for name, condition in {
        "a size": "len(self._sessions) < 9999",
        "a remainder": "len(self._sessions) % 9999",
    }.items():
        yield _open("counted", name, condition, "compares with 9999")


def _bring_binaries() -> Iterator[Pull]:
    for path in (
        "model/fast.so",
        "model/packed.pyc",
        "model/__pycache__/packed.cpython-311.pyc",
        "model/paths.pth",
        "model/more.zip",
    ):
        told = f"{path} is no Python code, and cannot be looked through"
        yield Pull("binary", path, {**GROWTH, path: b"\x00\x01"}, GREW, (told,))


def _hide_from_readers() -> Iterator[Pull]:
    path = "model/more.py"
    texts = {
        "does not parse": (
            b"def",
            "cannot be parsed: invalid syntax (<unknown>, line 1)",
        ),
        "is too large": (
            b"#" * 1_000_001,
            "is larger than 1,000,000 bytes, and not looked through",
        ),
    }
    for name, (text, told) in texts.items():
        yield Pull("unreadable", name, {**GROWTH, path: text}, GREW, (f"{path} {told}",))
    shown = "NAME = 'a\N{RIGHT-TO-LEFT OVERRIDE}b'\n"
    yield Pull(
        "unreadable",
        "turned around",
        {**GROWTH, path: shown},
        GREW,
        (f"{path}:1 holds characters that are not shown",),
    )
    cookie = b"# coding: utf-7\nexec+AF8 = None\neval+ACg-'1')\n"
    yield Pull(
        "unreadable", "another encoding", {**GROWTH, path: cookie}, GREW, (f"{path}:3 uses eval",)
    )
    wide = "ｅｖａｌ('1')\n"
    yield Pull(
        "unreadable", "other letters", {**GROWTH, path: wide}, GREW, (f"{path}:1 uses eval",)
    )


def _link_away() -> Iterator[Pull]:
    yield Pull(
        "link",
        "absolute",
        {**GROWTH, "model/data": Path("/etc/passwd")},
        FAILED,
        (
            "head: model/data is a symbolic link to /etc/passwd, out of the project",
            "symbolic link: model/data (added)",
        ),
    )
    yield Pull(
        "link",
        "upwards",
        {**GROWTH, "model/data": Path("../../x")},
        FAILED,
        ("head: model/data is a symbolic link to ../../x, out of the project",),
    )
    yield Pull(
        "link",
        "through another",
        {**GROWTH, "model/a/b/up": Path("../.."), "model/a/b/out": Path("up/../../x")},
        FAILED,
        ("head: model/a/b/out is a symbolic link to up/../../x, out of the project",),
    )
    yield Pull(
        "link",
        "of benchmarks",
        {**GROWTH, "benchmarks/measure.py": Path("../model/packed.py")},
        GREW,
        ("symbolic link: benchmarks/measure.py (changed)",),
    )


def _fail() -> Iterator[Pull]:
    def packed(code: str) -> Changes:
        return {"model/packed.py": GROWN.replace("    return", f"    {code}\n    return")}

    yield Pull(
        "failure",
        "does not apply",
        packed("raise NotImplementedError"),
        NOT_MEASURED,
        (
            f"{LEFT}: has a value at the base, is not given at the head",
            f"{MARGINAL}: has a value at the base, is not given at the head",
        ),
    )
    yield Pull(
        "failure",
        "raises",
        packed("raise ValueError(text)"),
        FAILED,
        (f"{LEFT}: ValueError: A question, and what it is about.",),
    )
    yield Pull("failure", "is gone", {"model/packed.py": None}, FAILED, ())
    yield Pull(
        "failure",
        "is elsewhere",
        {
            "model/packed.py": None,
            "model/__init__.py": None,
            "other/packed.py": GROWN,
            "other/__init__.py": MODEL,
        },
        FAILED,
        (),
    )
    yield Pull(
        "failure",
        "is no method any more",
        {**GROWTH, "model/__init__.py": MODEL.replace("def close", "def drop")},
        FAILED,
        (f"{LEFT}: AttributeError: 'Sessions' object has no attribute 'close'",),
    )
    yield Pull("failure", "is killed", packed("import os; os.abort()"), FAILED, ())
    yield Pull("failure", "prints for ever", packed("print(text * 500_000)"), FAILED, ())


def _bury() -> Iterator[Pull]:
    many = {f"results/here/{number:08d}-env.json": "{}" for number in range(300)}
    memory = MEMORY.replace("/ 100", "/ 100 - 16")
    yield Pull(
        "buried",
        "among results",
        {**GROWTH, **many, "benchmarks/memory.py": memory},
        GREW,
        ("benchmarks: benchmarks/memory.py (changed)", "and 280 more: --json has them all"),
    )
    name = "benchmarks/x\n::error::`@a` [b](c)|.py"
    yield Pull(
        "buried",
        "by its name",
        {**GROWTH, name: ""},
        GREW,
        ("benchmarks: benchmarks/x\N{REPLACEMENT CHARACTER}::error::`@a` [b](c)|.py (added)",),
    )
