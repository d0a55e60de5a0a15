import sys
from pathlib import Path

import pytest

from dev import accept

ROOT = Path(__file__).resolve().parents[3]


def test_the_ledger_accepts_in_the_root_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def run(command: list[str]) -> int:
        started.append((Path.cwd(), command))
        return 4

    monkeypatch.chdir(ROOT / "tests")
    monkeypatch.setattr(accept, "run", run)
    assert accept.main() == 4
    assert started == [(ROOT, [sys.executable, "-m", "asv_ledger", "accept"])]


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(accept, "run", run)
    assert accept.main() == 130
