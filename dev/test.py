"""Run every check there is: ``make test``. The first that fails ends it."""

import sys

from dev.checks import run_checks


def main() -> int:
    """Run all checks; return the exit status of the first that fails, or 0."""
    return run_checks()


if __name__ == "__main__":
    sys.exit(main())
