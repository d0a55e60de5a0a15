"""The commands that are programs of other packages."""

import sys

from dev.process import run


def accept() -> int:
    """Make the exact metrics of the working tree the baseline; return the ledger's exit status."""
    return run([sys.executable, "-m", "asv_ledger", "accept"])


def evaluate() -> int:
    """Score what the ledger finds of injected commits; return 1 where it misses the bar."""
    return run([sys.executable, "-m", "evaluation"])


def load() -> int:
    """Hold a bridge under load; return 1 where it keeps what has gone."""
    return run([sys.executable, "-m", "tests.slow.soak"])
