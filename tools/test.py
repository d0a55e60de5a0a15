"""Run every check there is: ``make test``. The first that fails ends it."""

import os
import sys

from tools.environment import ROOT
from tools.process import run

_PYTHON = (sys.executable, "-m")
_BUDGETS = (*_PYTHON, "ledger", "accept", "--check")
_NOT_CHECKED = 3
# Where bytes are counted no thread of pytest's may allocate some, as those do that share tests out.
_COUNTING = "tests/benchmarks"
# conftest.py says which of the others stay together, those that take longest first.
_SHARED_OUT = ("--numprocesses=logical", "--dist=loadscope", "--no-loadscope-reorder")

CHECKS = (
    (*_PYTHON, "ruff", "check"),
    (*_PYTHON, "ruff", "format", "--check"),
    (*_PYTHON, "mypy"),
    _BUDGETS,
    (*_PYTHON, "asv", "check"),
    (*_PYTHON, "pytest", _COUNTING),
    (*_PYTHON, "pytest", f"--ignore={_COUNTING}", *_SHARED_OUT),
)


def main() -> int:
    """Run the checks; return the exit status of the first that fails, or 0."""
    os.chdir(ROOT)
    for check in CHECKS:
        print(f"== {' '.join(check[2:])}", flush=True)
        status = run(check)
        # A Python that has no budgets is no fault of the commit; the check has said so.
        if check is _BUDGETS and status == _NOT_CHECKED:
            continue
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
