import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import benchmarks
import bridge_model
from benchmarks import figures
from benchmarks.figures import Failure, Figure

ROOT = Path(__file__).resolve().parents[2]

Modules = Callable[..., None]


@pytest.fixture(scope="session")
def read() -> list[Figure | Failure]:
    """Every exact figure as this process reads it, which takes seconds: once for all tests."""
    return list(figures.read())


@pytest.fixture(scope="session")
def printed() -> dict[str, float]:
    """Every exact figure as the command prints it, by name: once for all tests."""
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.figures"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(process.stdout)
    return told


@pytest.fixture
def bridges(monkeypatch: pytest.MonkeyPatch) -> list[bridge_model.Bridge]:
    """Every bridge that is opened during a test, in order."""
    opened: list[bridge_model.Bridge] = []

    class Known(bridge_model.Bridge):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            opened.append(self)

    monkeypatch.setattr(bridge_model, "Bridge", Known)
    return opened


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Modules:
    """What gives the benchmarks folder other modules for a test, of names and texts."""

    def replace(**texts: str) -> None:
        monkeypatch.setattr(benchmarks, "__path__", [str(tmp_path)])
        for name, text in texts.items():
            (tmp_path / f"{name}.py").write_text(text)
            # Set first, so that what the import sets is taken back after the test.
            monkeypatch.setitem(sys.modules, f"benchmarks.{name}", None)
            monkeypatch.setattr(benchmarks, name, None, raising=False)
            del sys.modules[f"benchmarks.{name}"]

    return replace
