import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from dev import checks

ROOT = Path(__file__).resolve().parents[3]

STATIC = ["ruff check", "ruff format --check", "mypy", "asv_ledger accept --check", "asv check"]
SHARED = (
    "pytest --ignore=tests/benchmarks --numprocesses=logical --dist=loadscope "
    "--no-loadscope-reorder"
)
COUNTING = "pytest tests/benchmarks"
ALL = [*STATIC, SHARED, COUNTING]

Check = tuple[str, ...]


def told(check: Check) -> str:
    return " ".join(check[2:])


def test_the_tests_are_run_all_or_those_that_are_chosen() -> None:
    assert [told(one) for one in checks.list_checks()] == ALL
    chosen = [told(one) for one in checks.list_checks("-m", "not slow")]
    assert chosen == [*STATIC, f"{SHARED} -m not slow", f"{COUNTING} -m not slow"]
    assert {one[:2] for one in checks.list_checks()} == {(sys.executable, "-m")}


@pytest.mark.parametrize(
    ("statuses", "status", "run"),
    [
        ({}, 0, ALL),
        ({"mypy": 1}, 1, ALL[:3]),
        ({"asv_ledger accept --check": 1}, 1, ALL[:4]),
        ({"asv_ledger accept --check": 3}, 0, ALL),
        ({"asv_ledger accept --check": 3, "asv check": 3}, 3, ALL[:5]),
        ({"asv_ledger accept --check": 4}, 4, ALL[:4]),
        ({SHARED: 3}, 3, ALL[:6]),
        ({COUNTING: 3}, 3, ALL),
    ],
)
def test_the_first_check_that_fails_ends_it_and_no_budgets_are_no_failure(
    statuses: dict[str, int],
    status: int,
    run: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(ROOT)
    started = begin(monkeypatch, f"print('counted'); raise SystemExit({statuses.get(COUNTING, 0)})")
    monkeypatch.setattr(checks, "run", lambda check: statuses.get(told(check), 0))
    assert checks.run_checks() == status
    lines = [f"== {check}" for check in run]
    assert capsys.readouterr().out.splitlines() == [*lines, *(["counted"] if run == ALL else [])]
    assert [told(check) for check, _ in started] == [COUNTING]


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_what_goes_on_beside_ends_with_it(
    error: type[BaseException] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: Check) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.chdir(ROOT)
    started = begin(monkeypatch, "import time; time.sleep(60)")
    if error is None:
        monkeypatch.setattr(checks, "run", lambda _: 1)
        assert checks.run_checks() == 1
    else:
        monkeypatch.setattr(checks, "run", interrupt)
        with pytest.raises(error):
            checks.run_checks()
    ((_, process),) = started
    assert process.returncode is not None
    assert process.returncode != 0


def begin(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> list[tuple[Check, "subprocess.Popen[bytes]"]]:
    """Let a program be started for each check; return them as they are started."""
    started: list[tuple[Check, subprocess.Popen[bytes]]] = []

    class Started(subprocess.Popen[bytes]):
        def __init__(self, check: Check, **options: object) -> None:
            super().__init__([sys.executable, "-c", program], **options)  # type: ignore[call-overload]
            started.append((check, self))

    monkeypatch.setattr(subprocess, "Popen", Started)
    return started
