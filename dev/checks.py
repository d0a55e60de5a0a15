"""Run the checks there are, tests beside each other. The first that fails ends it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from dev.environment import ROOT
from dev.process import end_with, run

_PYTHON = (sys.executable, "-m")
_BUDGETS = (*_PYTHON, "asv_ledger", "accept", "--check")
_NOT_CHECKED = 3
# Where bytes are counted no thread of pytest's may allocate some, as those do that share tests out.
_COUNTING = "tests/benchmarks"
# conftest.py says which of the others stay together, those that take longest first.
_SHARED_OUT = ("--numprocesses=logical", "--dist=loadscope", "--no-loadscope-reorder")

Check = tuple[str, ...]


def list_checks(*chosen: str) -> Iterator[Check]:
    """Iterate over the checks, of the tests those that pytest is told to choose.

    The last is one that goes on beside all others.
    """
    yield (*_PYTHON, "ruff", "check")
    yield (*_PYTHON, "ruff", "format", "--check")
    yield (*_PYTHON, "mypy")
    yield _BUDGETS
    yield (*_PYTHON, "asv", "check")
    yield (*_PYTHON, "pytest", f"--ignore={_COUNTING}", *_SHARED_OUT, *chosen)
    yield (*_PYTHON, "pytest", _COUNTING, *chosen)


def run_checks(*chosen: str) -> int:
    """Run the checks, of the tests those that pytest is told to choose.

    Return the exit status of the first that fails, or 0.
    """
    os.chdir(ROOT)
    *checks, counting = list_checks(*chosen)
    with _begin(counting) as (process, output):
        for check in checks:
            _tell(check)
            status = run(check)
            # A Python that has no budgets is no fault of the commit; the check has said so.
            if status != 0 and (check, status) != (_BUDGETS, _NOT_CHECKED):
                return status
        _tell(counting)
        status = process.wait()
        output.seek(0)
        print(output.read(), end="", flush=True)
        return status


def _tell(check: Check) -> None:
    print(f"== {' '.join(check[2:])}", flush=True)


@contextmanager
def _begin(check: Check) -> Iterator[tuple["subprocess.Popen[bytes]", IO[str]]]:
    """Start a check; give its process, which ends with this one at the latest, and its output."""
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
