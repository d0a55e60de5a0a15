"""Publish the results there are: ``make site``."""

import os
import sys

from dev.bench import BenchError, publish, set_aside
from dev.environment import ROOT
from dev.lock import LockError, alone
from dev.process import INTERRUPTED


def main() -> int:
    """Publish; return the exit status."""
    os.chdir(ROOT)
    try:
        with alone(ROOT):
            set_aside()
            publish()
    except (BenchError, LockError) as error:
        print(f"site: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
