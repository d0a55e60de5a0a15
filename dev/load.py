"""Hold a bridge under load: ``make load``, and LOAD_EXCHANGES says how many exchanges."""

import os
import sys

from dev.environment import ROOT
from dev.process import INTERRUPTED, run


def main() -> int:
    """Run the load; return the exit status, 1 where the bridge keeps what has gone."""
    os.chdir(ROOT)
    try:
        return run([sys.executable, "-m", "benchmarks.load"])
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
