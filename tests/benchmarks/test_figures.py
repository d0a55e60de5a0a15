import json
from itertools import product
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import json5
import pytest

import benchmarks
import bridge_model
from asv_ledger.model.series import exact_matcher
from benchmarks import figures, sites
from benchmarks.figures import Failure, Figure
from tests.benchmarks.conftest import Modules
from tests.benchmarks.test_suite import SUITE

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_read_is_what_the_ledger_holds_for_exact(read: list[Figure | Failure]) -> None:
    configuration = json5.loads((ROOT / "asv.conf.json").read_text())
    is_exact = exact_matcher(configuration["ledger"]["exact"])
    exact = {
        (f"{name}.{method}", tuple(map(repr, values)))
        for name, (parameters, methods) in SUITE.items()
        for method in methods
        if is_exact(f"{name}.{method}")
        for values in (product(parameters) if parameters else [()])
    }
    whole = [one for one in read if isinstance(one, Figure)]
    assert whole == read
    assert {(figure.benchmark, figure.parameters) for figure in whole} == exact
    assert len(read) == len(exact)


def test_the_command_prints_every_figure_by_name(
    read: list[Figure | Failure], printed: dict[str, float]
) -> None:
    assert printed == {one.name: one.value for one in read if isinstance(one, Figure)}


def test_a_name_is_what_asv_calls_it() -> None:
    assert Figure("m.C.track_x", (), 0).name == "m.C.track_x"
    assert Figure("m.C.track_x", ("1", "'a'"), 0).name == "m.C.track_x(1, 'a')"


def test_what_does_not_apply_to_a_commit_is_left_out(
    read: list[Figure | Failure], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What folds is in modules that say so; they take two thirds of the time that all do.
    folding = [
        module
        for module in iter_modules(benchmarks.__path__)
        if "fold" in (ROOT / "benchmarks" / f"{module.name}.py").read_text()
    ]
    monkeypatch.setattr(figures, "iter_modules", lambda _: folding)
    monkeypatch.delattr(bridge_model.Bridge, "fold")
    left = list(figures.read())
    assert [one for one in left if not isinstance(one, Figure)] == []
    names = {one.name for one in left}
    assert names < {one.name for one in read}
    assert "churn_memory.SteadyState.track_live('open')" in names
    assert "churn_memory.SteadyState.track_live('folded')" not in names
    assert not [name for name in names if "Folded" in name]


FAILING = """
import sys

class Cached:
    params = [1, 2]
    def setup_cache(self): raise ValueError("no cache\\ntoday")
    def track_a(self, cache, parameter): return cache
    def track_b(self, cache, parameter): return cache

class Figures:
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

class Values:
    def track_bool(self): return True
    def track_nan(self): return float("nan")
    def track_none(self): return None
    def track_text(self): return "x" * 1000
"""

FAILED = {
    "failing_memory.Cached.track_a(1)": "ValueError: no cache today",
    "failing_memory.Cached.track_a(2)": "ValueError: no cache today",
    "failing_memory.Cached.track_b(1)": "ValueError: no cache today",
    "failing_memory.Cached.track_b(2)": "ValueError: no cache today",
    "failing_memory.Figures.track_live('x')": "KeyError: 'x'",
    "failing_memory.Silent.track_assert": "AssertionError: assert held == 2",
    "failing_memory.Silent.track_exit": "SystemExit: 9",
    "failing_memory.Silent.track_generated": "AssertionError",
    "failing_memory.Silent.track_lines": ("RuntimeError: raise RuntimeError( # nothing to say )"),
    "failing_memory.Values.track_bool": "ValueError: it is True; allowed: a finite number",
    "failing_memory.Values.track_nan": "ValueError: it is nan; allowed: a finite number",
    "failing_memory.Values.track_none": "ValueError: it is None; allowed: a finite number",
    "failing_memory.Values.track_text": (
        "ValueError: it is 'xxxxxxxxxxxx...xxxxxxxxxxxxx'; allowed: a finite number"
    ),
    "no_module": "ModuleNotFoundError: No module named 'nothing_of_that_name'",
}


def test_one_that_fails_does_not_hide_the_others(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    modules(
        failing_memory=FAILING,
        no_module="import nothing_of_that_name",
        zero_memory="class Zero:\n    def track_live(self): return 0",
    )
    assert figures.main([]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {
        "failing_memory.Figures.track_live('y')": 7,
        "zero_memory.Zero.track_live": 0,
    } | {name: {"failed": why} for name, why in FAILED.items()}
    assert printed.err.splitlines() == [f"figures: {name}: {why}" for name, why in FAILED.items()]


def test_readings_that_differ_are_told_as_what_failed(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    modules(
        chance_memory="""
from itertools import count
from benchmarks import measure
numbers = count(8, 8)
class Chance:
    def track_live(self): return measure.live(lambda: bytes(1_000 * next(numbers)))
"""
    )
    assert figures.main([]) == 1
    name, why = capsys.readouterr().err.removeprefix("figures: ").split(": ", 1)
    assert name == "chance_memory.Chance.track_live"
    assert why.startswith("InexactError: two readings of one build differ: ")


@pytest.mark.parametrize("command", [figures, sites])
def test_help_runs_no_benchmark(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(figures, "read")
    name = command.__name__
    for arguments, status in ((["--help"], 0), (["7"], 2)):
        with pytest.raises(SystemExit) as caught:
            command.main(arguments)
        assert caught.value.code == status
    printed = capsys.readouterr()
    assert printed.out.startswith(f"usage: python -m {name} [-h]\n")
    assert printed.err.endswith("error: unrecognized arguments: 7\n")
