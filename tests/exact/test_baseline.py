"""The baseline is what the benchmarks say, on every CPython that this machine has."""

import sys
import tomllib
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests.exact import interpreters, readings

BASELINE = tomllib.loads((readings.PROJECT / "baseline.toml").read_text(encoding="utf-8"))
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.skipif(RUNNING not in BASELINE, reason="this Python has no baseline")
def test_the_baseline_of_this_python_is_its_metrics(metrics: dict[str, float]) -> None:
    assert metrics == BASELINE[RUNNING]


@pytest.mark.slow
@pytest.mark.parametrize("version", sorted(BASELINE.keys() - {RUNNING}))
def test_the_baseline_of_every_other_python_is_its_metrics(version: str) -> None:
    assert readings.read_metrics(interpreters.require(version)) == BASELINE[version]


def test_the_versions_that_metrics_are_exact_on_have_a_baseline() -> None:
    assert {"3.11", "3.12", "3.13"} <= BASELINE.keys()


def test_what_does_not_apply_to_a_commit_is_left_out(tmp_path: Path) -> None:
    """An old commit folds nothing; its benchmarks are those of today, as under asv."""
    for name in ("benchmarks", "bridge_model"):
        copytree(readings.PROJECT / name, tmp_path / name, ignore=ignore_patterns("__pycache__"))
    with (tmp_path / "bridge_model" / "__init__.py").open("a") as module:
        module.write("\ndel Bridge.fold\n")
    for name in ("crisis", "component", "history"):  # whatever they read, they say nothing of it
        (tmp_path / "benchmarks" / f"{name}_memory.py").unlink()
    left = readings.read_metrics(folder=tmp_path)
    assert left.keys() < BASELINE[RUNNING].keys()
    assert "churn_memory.SteadyState.track_live('open')" in left
    assert "churn_memory.SteadyState.track_live('folded')" not in left
    assert not [name for name in left if "Folded" in name]
