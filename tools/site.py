"""Publish the results there are: ``make site``."""

import os
import sys

from tools.bench import BenchError, publish
from tools.environment import ROOT


def main() -> int:
    """Publish; return the exit status."""
    os.chdir(ROOT)
    try:
        publish()
    except BenchError as error:
        print(f"site: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
