"""Make the exact figures of the working tree the budgets: ``make accept``.

The exit status is that of ``python -m asv_ledger accept``: 2 for a wrong configuration or
budgets.toml, 4 where the figures cannot be measured; in both nothing is written.
"""

import os
import sys

from dev.environment import ROOT
from dev.process import INTERRUPTED, run


def main() -> int:
    """Accept the figures; return the exit status."""
    os.chdir(ROOT)
    try:
        return run([sys.executable, "-m", "asv_ledger", "accept"])
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
