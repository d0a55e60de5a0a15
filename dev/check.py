"""Run the checks that are quick, as before each commit: ``make check``. One that fails ends it."""

import sys

from dev.checks import run_checks


def main() -> int:
    """Run all checks but the slow tests; return the exit status of the first that fails, or 0."""
    return run_checks("-m", "not slow")


if __name__ == "__main__":
    sys.exit(main())
