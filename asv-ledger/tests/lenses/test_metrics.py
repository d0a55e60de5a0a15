"""What the command reads of a project, in a process of its own, as it is run without asv."""

import json
import subprocess
import sys
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import asv_runner
import pytest

from asv_ledger import lenses
from asv_ledger.lenses import AllocationSite, Bytes, command
from asv_ledger.lenses.metrics import describe_sites

LENSES = Path(lenses.__file__).parent
RUNNER = f"--asv-runner={Path(asv_runner.__file__).parent}"

PACKAGE = """
def fill(count):
    return [bytes(100) for _ in range(count)]
"""

# All that asv finds: functions and classes in modules and packages, with all that it knows of them.
SUITE = {
    "__init__": "",
    "all_memory": """
import os
from pathlib import Path
from asv_ledger.lenses import exact, live, peak
from lru import fill

print("what a module prints is no JSON")

@exact(unit="bytes")
def track_module_level():
    return live(lambda: bytes(1_000))

@exact(unit="bytes")
def track_two(count, size):
    return live(lambda: [bytes(size)] * count)
track_two.params = ([1, 2], [10, 20])
track_two.param_names = ["count", "size"]

def track_marked_by_name():
    return 7
track_marked_by_name.pretty_name = "by its name"

def track_noisy():
    return 1.5

def time_nothing():
    raise AssertionError("no time is exact")

class Base:
    params = ["a", "b"]

    def setup_cache(self):
        Path("made").write_text("once")
        assert not Path("count").exists(), "once for all"
        Path("count").touch()
        return {"a": [1], "b": [2]}

    def setup(self, cache, parameter):
        if parameter == "c":
            raise NotImplementedError
        self.size = cache[parameter][0]

    @exact(unit="bytes")
    def track_size(self, cache, parameter):
        print("nor is what a benchmark prints")
        cache[parameter].append(Path("made").read_text())
        assert len(cache[parameter]) == 2, "a cache is its own"
        return self.size

class Child(Base):
    params = ["a", "b", "c"]

class Whole:
    instances = 0

    def __init__(self):
        self.seen = 0

    def setup(self, *_):
        self.seen += 1
        assert self.seen == 1, "an instance is its own"
        Path("left behind").touch(exist_ok=False)

    def teardown(self, *_):
        Path(os.environ["TORN_DOWN"]).open("a").write(f"{self.seen}")

    @exact(unit="bytes")
    def track_filled(self, count):
        return live(lambda: fill(count))
    track_filled.params = [1, 2]

    @exact(unit="bytes")
    def track_peak(self):
        return peak(lambda: bytes(5_000)) // 5_000

    @exact(unit="bytes")
    def track_unlike(self):
        raise NotImplementedError("not this commit")
""",
    "sub/__init__": """
from asv_ledger.lenses import exact

@exact(unit="bytes")
def track_in_package():
    return 3
""",
    "sub/deep": """
from asv_ledger.lenses import exact, live

class Deep:
    @exact(unit="bytes")
    def track_live(self):
        return live(lambda: [None] * 10)
""",
}

METRICS = {
    "all_memory.Base.track_size('a')": 1,
    "all_memory.Base.track_size('b')": 2,
    "all_memory.Child.track_size('a')": 1,
    "all_memory.Child.track_size('b')": 2,
    "all_memory.Whole.track_filled(1)": 56 + 32 + 133,
    "all_memory.Whole.track_filled(2)": 56 + 32 + 2 * 133,
    "all_memory.Whole.track_peak": 1,
    "all_memory.track_marked_by_name": 7,
    "all_memory.track_module_level": 1_033,
    "all_memory.track_two(1, 10)": 64 + 43,
    "all_memory.track_two(1, 20)": 64 + 53,
    "all_memory.track_two(2, 10)": 72 + 43,
    "all_memory.track_two(2, 20)": 72 + 53,
    "sub.track_in_package": 3,
    "sub.deep.Deep.track_live": 56 + 80,
}


def write_project(folder: Path, suite: Mapping[str, str]) -> Path:
    """Write a project of a src layout, and its benchmarks."""
    files = {"src/lru/__init__": PACKAGE} | {f"bench/{name}": text for name, text in suite.items()}
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("project"), SUITE)


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-I", str(LENSES), *arguments],
        cwd=folder,
        env={"TORN_DOWN": str(folder / "torn down"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_exact_metric_is_read_that_asv_finds(project: Path) -> None:
    process = run(project, "metrics", "--benchmarks=bench", "--exact=marked_by", RUNNER)
    assert (process.stderr, process.returncode) == ("", 0)
    printed = json.loads(process.stdout)
    assert printed == METRICS
    assert list(printed) == list(METRICS)
    assert (project / "torn down").read_text() == "1111"
    assert {path.name for path in project.iterdir()} == {"bench", "src", "torn down"}


def test_the_sites_of_a_metric_are_lines_of_the_project_and_sum_to_it(project: Path) -> None:
    process = run(project, "sites", "--benchmarks=bench", RUNNER)
    assert (process.stderr, process.returncode) == ("", 0)
    printed = json.loads(process.stdout)
    assert {name: sum(site["bytes"] for site in sites) for name, sites in printed.items()} == {
        name: METRICS[name]
        for name in METRICS
        if "live" in name or "filled" in name or "two" in name or "module" in name
    }
    code = "return [bytes(100) for _ in range(count)]"
    assert printed["all_memory.Whole.track_filled(2)"] == [
        {"file": "src/lru/__init__.py", "line": 3, "code": code, "bytes": 88 + 2 * 133}
    ]
    (site,) = printed["sub.deep.Deep.track_live"]
    assert (site["file"], site["line"]) == ("bench/sub/deep.py", 7)


def test_the_sites_are_those_of_the_roots_that_are_named(project: Path) -> None:
    process = run(project, "sites", "--benchmarks=bench", "--root=src/lru", RUNNER)
    printed = json.loads(process.stdout)
    assert printed["sub.deep.Deep.track_live"] == [
        {"file": None, "line": None, "code": None, "bytes": 56 + 80}
    ]
    (site,) = printed["all_memory.Whole.track_filled(1)"]
    assert site["file"] == "src/lru/__init__.py"


FAILING = {
    "__init__": "",
    "failing_memory": """
import sys
from itertools import count
from asv_ledger.lenses import exact, live

class Cached:
    params = [1, 2]
    def setup_cache(self): raise ValueError("no cache\\ntoday")
    def track_a(self, cache, parameter): return cache
    def track_b(self, cache, parameter): return cache

class Chance:
    numbers = count(8, 8)
    def track_live(self): return live(lambda: bytes(1_000 * next(self.numbers)))
    @exact(unit="bytes")
    def track_marked(self): return live(lambda: bytes(1_000 * next(self.numbers)))

class Metrics:
    params = ["x", "y"]
    def setup(self, parameter):
        if parameter == "x":
            raise KeyError("x")
    def track_live(self, parameter): return 7

class Silent:
    def track_assert(self):
        held = 3
        assert held == 2
    def track_exit(self): sys.exit(9)
    def track_generated(self): exec("assert 0")
    def track_lines(self):
        raise RuntimeError(
            # nothing to say
        )

class Unready:
    def setup_cache(self): raise NotImplementedError("a setup_cache must not")
    def track_live(self, cache): return 7

class Values:
    def track_bool(self): return True
    def track_nan(self): return float("nan")
    def track_none(self): return None
    def track_text(self): return "x" * 1000
""",
    "no_module": "import nothing_of_that_name",
    "zero_memory": """
from asv_ledger.lenses import live
class Zero:
    def track_live(self): return 0
    def track_read(self): return live(lambda: bytes(1_000))
""",
}

FAILED = {
    "failing_memory.Cached.track_a(1)": "ValueError: no cache today",
    "failing_memory.Cached.track_a(2)": "ValueError: no cache today",
    "failing_memory.Cached.track_b(1)": "ValueError: no cache today",
    "failing_memory.Cached.track_b(2)": "ValueError: no cache today",
    "failing_memory.Chance.track_live": (
        "InexactError: two readings of one build differ: 16033 and 24033 bytes; make the build "
        "deterministic: no clock, no chance, no set of texts, and no address decides what it keeps"
    ),
    "failing_memory.Chance.track_marked": (
        "InexactError: readings differ, from 16033.0 to 72033.0"
    ),
    "failing_memory.Metrics.track_live('x')": "KeyError: 'x'",
    "failing_memory.Silent.track_assert": "AssertionError: assert held == 2",
    "failing_memory.Silent.track_exit": "SystemExit: 9",
    "failing_memory.Silent.track_generated": "AssertionError",
    "failing_memory.Silent.track_lines": "RuntimeError: raise RuntimeError( # nothing to say )",
    "failing_memory.Unready.track_live": "NotImplementedError: a setup_cache must not",
    "failing_memory.Values.track_bool": "ValueError: it is True; allowed: a finite number",
    "failing_memory.Values.track_nan": "ValueError: it is nan; allowed: a finite number",
    "failing_memory.Values.track_none": "ValueError: it is None; allowed: a finite number",
    "failing_memory.Values.track_text": (
        "ValueError: it is 'xxxxxxxxxxxx...xxxxxxxxxxxxx'; allowed: a finite number"
    ),
    "no_module": "ModuleNotFoundError: No module named 'nothing_of_that_name'",
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("failing"), FAILING)


@pytest.mark.parametrize(
    ("name", "read", "status"),
    [
        (
            "metrics",
            {
                "failing_memory.Metrics.track_live('y')": 7,
                "zero_memory.Zero.track_live": 0,
                "zero_memory.Zero.track_read": 1_033,
            },
            1,
        ),
        (
            "sites",
            {
                "zero_memory.Zero.track_read": [
                    {
                        "file": "bench/zero_memory.py",
                        "line": 5,
                        "code": "def track_read(self): return live(lambda: bytes(1_000))",
                        "bytes": 1_033,
                    }
                ]
            },
            0,
        ),
    ],
)
def test_one_that_fails_does_not_hide_the_others(
    name: str, read: dict[str, Any], status: int, failing: Path
) -> None:
    process = run(failing, name, "--benchmarks=bench", "--exact=track_", RUNNER)
    assert process.returncode == status
    failed = {} | FAILED
    if name == "sites":  # these say which sites differ, and how many bytes their sum is
        printed = json.loads(process.stdout)
        chance = "failing_memory.Chance.track_"
        for one in ("live", "marked"):
            failed[chance + one] = printed[chance + one]["failed"]
            assert failed[chance + one].startswith("InexactError: ")
    assert json.loads(process.stdout) == read | {
        name: {"failed": why} for name, why in failed.items()
    }
    assert process.stderr.splitlines() == [f"{name}: {one}: {failed[one]}" for one in failed]


def test_where_all_sites_fail_the_status_says_so(tmp_path: Path) -> None:
    write_project(tmp_path, {"__init__": "", "no_memory": "raise OSError('no disk')"})
    process = run(tmp_path, "sites", "--benchmarks=bench", RUNNER)
    assert (process.returncode, process.stdout, process.stderr) == (
        1,
        "",
        "sites: no_memory: OSError: no disk\n",
    )


def test_a_folder_that_is_no_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    assert command.main(["metrics"]) == 2
    assert capsys.readouterr() == (
        "",
        f"metrics: {tmp_path / 'benchmarks'} is no package of benchmarks; name one that has an "
        "__init__.py: --benchmarks FOLDER\n",
    )


def test_a_python_without_asv_runner_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setitem(sys.modules, "asv_runner", None)
    monkeypatch.setitem(sys.modules, "asv_runner.discovery", None)
    assert command.main(["sites", "--benchmarks=bench"]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("sites: import of asv_runner")
    assert printed.endswith(
        f" for {sys.executable}; install asv_runner there, or say where its package lies: "
        "--asv-runner FOLDER\n"
    )


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["metrics", "--help"], 0, ""),
        (["metrics", "7"], 2, "error: unrecognized arguments: 7\n"),
        (["sites", "--exact=("], 2, "'(' is no regular expression: "),
        ([], 2, "error: the following arguments are required: COMMAND\n"),
    ],
)
def test_wrong_use_runs_no_benchmark(
    arguments: list[str],
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delattr(command, "read_metrics")
    with pytest.raises(SystemExit) as caught:
        command.main(arguments)
    assert caught.value.code == status
    printed = capsys.readouterr()
    assert "usage: python -m asv_ledger.lenses" in printed.out + printed.err
    assert said in printed.err


def test_a_root_is_a_folder_and_no_other_that_begins_alike(tmp_path: Path) -> None:
    (tmp_path / "lru").mkdir()
    (tmp_path / "one.py").touch()
    roots = list(command._name_roots(tmp_path, ["lru", "one.py"]))
    assert roots == [f"{tmp_path / 'lru'}/", str(tmp_path / "one.py")]


def test_all_code_of_a_folder_is_a_root_but_environments_and_what_is_hidden(tmp_path: Path) -> None:
    for name in ("src", ".asv", "venv"):
        (tmp_path / name).mkdir()
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    assert list(command._name_roots(tmp_path, [])) == [f"{tmp_path / 'src'}/"]
    inside = LENSES.parents[2]
    assert f"{inside / 'src'}/" not in list(command._name_roots(inside, []))


def test_the_largest_is_first_and_of_one_size_the_first_line() -> None:
    lines = [AllocationSite("one.py", 9), AllocationSite("one.py", 10), AllocationSite("two.py", 1)]
    sizes = [8.0, -8.0, 8.0]
    for order in permutations(zip(lines, sizes, strict=True)):
        value = Bytes(32.0, {None: 8.0, AllocationSite("one.py", 11): 16.0} | dict(order))
        described = describe_sites(value, [])
        assert [entry["line"] for entry in described] == [11, None, 9, 10, 1]


def test_a_file_is_named_from_the_first_folder_that_it_lies_in() -> None:
    value = Bytes(8.0, {AllocationSite("/a/site-packages/lru/cache.py", 1): 8.0})
    (site,) = describe_sites(value, [Path("/work"), Path("/a/site-packages"), Path("/a")])
    assert site["file"] == "lru/cache.py"
