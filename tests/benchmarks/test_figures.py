import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import json5
import pytest

import bridge_model
from benchmarks import figures
from benchmarks.figures import Figure, FigureError
from ledger.series import exact_matcher
from tests.benchmarks.test_suite import SUITE

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_read_is_what_the_ledger_holds_for_exact() -> None:
    configuration = json5.loads((ROOT / "asv.conf.json").read_text())
    is_exact = exact_matcher(configuration["ledger"]["exact"])
    exact = {
        (f"{name}.{method}", tuple(map(repr, values)))
        for name, (parameters, methods) in SUITE.items()
        for method in methods
        if is_exact(f"{name}.{method}")
        for values in (product(parameters) if parameters else [()])
    }
    read = list(figures.read())
    assert {(figure.benchmark, figure.parameters) for figure in read} == exact
    assert len(read) == len(exact)


def test_the_command_prints_every_figure_by_name() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.figures"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(process.stdout) == {figure.name: figure.value for figure in figures.read()}


def test_a_name_is_what_asv_calls_it() -> None:
    assert Figure("m.C.track_x", (), 0).name == "m.C.track_x"
    assert Figure("m.C.track_x", ("1", "'a'"), 0).name == "m.C.track_x(1, 'a')"


def test_what_does_not_apply_to_a_commit_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(bridge_model.Bridge, "fold")
    names = {figure.name for figure in figures.read()}
    assert "churn_memory.SteadyState.track_live('open')" in names
    assert "churn_memory.SteadyState.track_live('folded')" not in names
    assert not [name for name in names if "Folded" in name]


def test_a_benchmark_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no bridge today")

    monkeypatch.setattr(bridge_model, "Bridge", fail)
    with pytest.raises(FigureError) as caught:
        list(figures.read())
    assert str(caught.value) == "churn_memory.Churn: ValueError: no bridge today"
