import sys
from pathlib import Path

import pytest

from dev import proof

ROOT = Path(__file__).resolve().parents[3]


def test_the_history_is_planted_from_the_root_of_the_project(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = []

    def run(command: list[str]) -> int:
        started.append((Path.cwd(), command))
        return 1

    monkeypatch.chdir(ROOT / "tests")
    monkeypatch.setattr(proof, "run", run)
    assert proof.main() == 1
    assert started == [(ROOT, [sys.executable, "-m", "proof"])]


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(proof, "run", run)
    assert proof.main() == 130
