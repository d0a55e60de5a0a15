import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from dev import checks
from dev.checks import Check, describe

BASELINE = "asv_ledger accept --check"
QUICK = ["ruff check", "ruff format --check", "mypy", "lint-imports", BASELINE]
SHARED = (
    "pytest --ignore=tests/exact --ignore=asv-ledger/tests/lenses "
    "--numprocesses=logical --dist=loadscope --no-loadscope-reorder"
)
COUNTING = "pytest tests/exact asv-ledger/tests/lenses"
ALL = [*QUICK, "asv check", SHARED, COUNTING]


@pytest.mark.parametrize(
    ("statuses", "status", "run"),
    [
        ({}, 0, ALL),
        ({"mypy": 1}, 1, ALL[:3]),
        ({"lint-imports": 1}, 1, ALL[:4]),
        ({BASELINE: 1}, 1, ALL[:5]),
        ({BASELINE: 3}, 0, ALL),
        ({BASELINE: 3, "asv check": 3}, 3, ALL[:6]),
        ({BASELINE: 4}, 4, ALL[:5]),
        ({SHARED: 3}, 3, ALL[:7]),
        ({COUNTING: 3}, 3, ALL),
    ],
)
def test_the_first_check_that_fails_ends_it_and_no_baseline_is_no_failure(
    statuses: dict[str, int],
    status: int,
    run: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    started = begin(monkeypatch, f"print('counted'); raise SystemExit({statuses.get(COUNTING, 0)})")
    monkeypatch.setattr(checks, "run", lambda check: statuses.get(describe(check), 0))
    assert checks.test() == status
    lines = [f"== {check}" for check in run]
    assert capsys.readouterr().out.splitlines() == [*lines, *(["counted"] if run == ALL else [])]
    assert [describe(check) for check, _ in started] == [COUNTING]


def test_the_quick_ones_are_all_but_the_slow_tests_and_what_asv_checks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[Check] = []

    def run(check: Check) -> int:
        ran.append(check)
        return 0

    started = begin(monkeypatch, "")
    monkeypatch.setattr(checks, "run", run)
    assert checks.check() == 0
    ran.extend(check for check, _ in started)
    chosen = " -m not slow"
    assert [describe(check) for check in ran] == [*QUICK, SHARED + chosen, COUNTING + chosen]
    assert {Path(check[0]).parent for check in ran} == {Path(sys.executable).parent}


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_what_goes_on_beside_ends_with_it(
    error: type[BaseException] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: Check) -> NoReturn:
        raise KeyboardInterrupt

    started = begin(monkeypatch, "import time; time.sleep(60)")
    if error is None:
        monkeypatch.setattr(checks, "run", lambda _: 1)
        assert checks.test() == 1
    else:
        monkeypatch.setattr(checks, "run", interrupt)
        with pytest.raises(error):
            checks.test()
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
