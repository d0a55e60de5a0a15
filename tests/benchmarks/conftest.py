import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import benchmarks
import bridge_model

Modules = Callable[..., None]


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
