import sys
from collections.abc import Callable

import pytest

from dev import programs


@pytest.mark.parametrize(
    ("command", "program"),
    [
        (programs.accept, ["asv_ledger", "accept"]),
        (programs.evaluate, ["evaluation"]),
        (programs.load, ["tests.slow.soak"]),
    ],
)
def test_a_program_is_run_and_its_status_is_the_commands(
    command: Callable[[], int], program: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def run(words: list[str]) -> int:
        started.append(words)
        return 4

    monkeypatch.setattr(programs, "run", run)
    assert command() == 4
    assert started == [[sys.executable, "-m", *program]]
