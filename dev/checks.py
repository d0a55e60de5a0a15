"""``make check`` and ``make test``: the checks there are. The first that fails ends them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from asv_ledger.statuses import Status
from dev.process import end_with, run

Check = tuple[str, ...]

_PYTHON = (sys.executable, "-m")
_BASELINE = (*_PYTHON, "asv_ledger", "accept", "--check")
_QUICK: tuple[Check, ...] = (
    (*_PYTHON, "ruff", "check"),
    (*_PYTHON, "ruff", "format", "--check"),
    (*_PYTHON, "mypy"),
    (str(Path(sys.executable).with_name("lint-imports")),),
    _BASELINE,
)
_SLOW: Check = (*_PYTHON, "asv", "check")
# Where bytes are counted, no other thread may allocate any, as those of pytest-xdist do.
_COUNTING = ("tests/exact", "asv-ledger/tests/lenses")
# conftest.py says which of the other tests stay together, those that take longest first.
_SHARED_OUT = ("--numprocesses=logical", "--dist=loadscope", "--no-loadscope-reorder")


def check() -> int:
    """Run the quick checks; return the exit status of the first that fails, or 0."""
    return run_checks(_QUICK, "-m", "not slow")


def test() -> int:
    """Run all checks; return the exit status of the first that fails, or 0."""
    return run_checks((*_QUICK, _SLOW))


def run_checks(checks: Sequence[Check], *chosen: str) -> int:
    """Run checks, and then the tests that options of pytest choose.

    The tests that count bytes run beside all of this, in a process of their own. Return the exit
    status of the first check that fails, or 0.
    """
    shared = (
        *_PYTHON,
        "pytest",
        *(f"--ignore={folder}" for folder in _COUNTING),
        *_SHARED_OUT,
        *chosen,
    )
    counting = (*_PYTHON, "pytest", *_COUNTING, *chosen)
    with _begin(counting) as (process, output):
        for one in (*checks, shared):
            _announce(one)
            status = run(one)
            # A Python that has no baseline is no fault of the commit; the check has said so.
            if status != 0 and (one, status) != (_BASELINE, Status.NOT_MEASURED):
                return status
        _announce(counting)
        status = process.wait()
        output.seek(0)
        print(output.read(), end="", flush=True)
        return status


def describe(check: Check) -> str:
    """Return the command of a check, as a user of the environment would type it."""
    program, *arguments = check
    if arguments[:1] == ["-m"]:
        return " ".join(arguments[1:])
    return " ".join([Path(program).name, *arguments])


def _announce(check: Check) -> None:
    print(f"== {describe(check)}", flush=True)


@contextmanager
def _begin(check: Check) -> Iterator[tuple["subprocess.Popen[bytes]", IO[str]]]:
    """Start a check, and end it in the end; give its process and its output."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(
            check,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with(os.getpid()),  # noqa: PLW1509 - it takes no lock
        )
        try:
            yield process, output
        finally:
            process.terminate()
            process.wait()
