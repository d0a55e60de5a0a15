"""Plant commits in a scratch history, and score what is found of them: ``make proof``.

The exit status is that of ``python -m proof``: 0 where every guilty commit is named with its lines
and no innocent one is, 1 where not.
"""

import os
import sys

from dev.environment import ROOT
from dev.process import INTERRUPTED, run


def main() -> int:
    """Prove; return the exit status."""
    os.chdir(ROOT)
    try:
        return run([sys.executable, "-m", "proof"])
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
