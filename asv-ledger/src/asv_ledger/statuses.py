"""The exit statuses, by name. This module runs on any Python from 3.8 on."""

from enum import IntEnum
from pathlib import Path
from traceback import extract_tb


class Status(IntEnum):
    """How a command has ended. Those of a gate are its verdict, and from 70 on there is none."""

    PASSED = 0
    GREW = 1
    DIFFERS = 1
    WRONG_USE = 2
    NOT_MEASURED = 3
    FAILED = 4  # a build, a benchmark or a configured command
    CRASHED = 70  # as sysexits.h calls it, an internal software error
    INTERRUPTED = 130  # as shells call it: 128 and the signal's number
    TERMINATED = 143


def describe_crash(error: Exception) -> str:
    """Return what to say of an error that nobody expected."""
    where = extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    return f"internal error: {type(error).__name__}: {error} ({place}); please report it"
