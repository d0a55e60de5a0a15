"""The budgets are what the benchmarks say, on every CPython that this machine has."""

import json
import sys
import tomllib

import pytest

from tests.benchmarks import interpreters

FIGURES = "from benchmarks import figures; figures.main()"

BUDGETS = tomllib.loads((interpreters.PROJECT / "baseline.toml").read_text(encoding="utf-8"))


RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.skipif(RUNNING not in BUDGETS, reason="this Python has no budgets")
def test_the_budgets_of_this_python_are_its_figures(printed: dict[str, float]) -> None:
    assert printed == BUDGETS[RUNNING]


@pytest.mark.slow
@pytest.mark.parametrize("version", sorted(BUDGETS.keys() - {RUNNING}))
def test_the_budgets_of_every_other_python_are_its_figures(version: str) -> None:
    interpreter = interpreters.require(version)
    assert json.loads(interpreters.run(interpreter, FIGURES)) == BUDGETS[version]


def test_the_versions_that_figures_are_exact_on_have_budgets() -> None:
    assert {"3.11", "3.12", "3.13"} <= BUDGETS.keys()
