from dataclasses import replace
from pathlib import Path

from asv_ledger.collect.pull import find_layout
from asv_ledger.config import Settings
from asv_ledger.model.layout import Layout


def test_the_layout_is_that_of_the_settings() -> None:
    root = Path("/project")
    settings = Settings(
        root / "suite/results",
        root / "elsewhere",
        root / "suite/../suite/benchmarks",
        measured=("model", "pyproject.toml"),
        measuring=("ledger", "Makefile"),
    )
    layout = find_layout(settings, root / "suite/asv.conf.json", root)
    assert "pytest" in layout.installed
    assert replace(layout, installed=frozenset()) == Layout(
        configuration="suite/asv.conf.json",
        benchmarks="suite/benchmarks",
        results="suite/results",
        attribution="suite/attribution",
        baseline="suite/baseline.toml",
        measured=("model", "pyproject.toml"),
        measuring=("ledger", "Makefile"),
    )
