from pathlib import Path

import pytest

from tools import test as command

ROOT = Path(__file__).resolve().parents[2]

CHECKS = [
    "ruff check",
    "ruff format --check",
    "mypy",
    "ledger accept --check",
    "asv check",
    "pytest tests/benchmarks",
    "pytest --ignore=tests/benchmarks --numprocesses=logical --dist=loadscope "
    "--no-loadscope-reorder",
]


@pytest.mark.parametrize(
    ("statuses", "status", "run"),
    [
        ({}, 0, CHECKS),
        ({"mypy": 1}, 1, CHECKS[:3]),
        ({"ledger accept --check": 1}, 1, CHECKS[:4]),
        ({"ledger accept --check": 3}, 0, CHECKS),
        ({"ledger accept --check": 3, "asv check": 3}, 3, CHECKS[:5]),
        ({"ledger accept --check": 4}, 4, CHECKS[:4]),
        ({"pytest tests/benchmarks": 3}, 3, CHECKS[:6]),
        ({CHECKS[-1]: 3}, 3, CHECKS),
    ],
)
def test_the_first_check_that_fails_ends_it_and_no_budgets_are_no_failure(
    statuses: dict[str, int],
    status: int,
    run: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run_check(check: tuple[str, ...]) -> int:
        return statuses.get(" ".join(check[2:]), 0)

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(command, "run", run_check)
    assert command.main() == status
    assert capsys.readouterr().out.splitlines() == [f"== {check}" for check in run]
