import sys
from pathlib import Path

import pytest

from dev import load

ROOT = Path(__file__).resolve().parents[3]


def test_the_load_runs_in_the_root_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def run(command: list[str]) -> int:
        started.append((Path.cwd(), command))
        return 1

    monkeypatch.chdir(ROOT / "tests")
    monkeypatch.setattr(load, "run", run)
    assert load.main() == 1
    assert started == [(ROOT, [sys.executable, "-m", "benchmarks.load"])]


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(load, "run", run)
    assert load.main() == 130
