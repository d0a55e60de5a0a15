"""What several tests of the bridge share: a clock to set, bad input."""

from math import inf, nan
from typing import Any

FLAGGED_TEXT = "I want to die"
CALM_TEXT = "the roses are out"

LONE_SURROGATE = "lone \ud800"

# Typed Any, so that the type checker lets the tests hand over what it would refuse.
BAD_NAMES: list[Any] = [None, 3, True, b"ada", ["ada"], "", "a" * 65, LONE_SURROGATE]
BAD_TEXTS: list[Any] = [None, 3, True, b"hello", ["hello"], "", "a" * 4_001, LONE_SURROGATE]
BAD_TIMES: list[Any] = [
    nan,
    inf,
    -inf,
    -1.0,
    253_402_300_800.0,
    10**400,
    "1000",
    None,
    True,
    1j,
]


class Clock:
    """A clock that shows what a test sets it to, and raises an exception it is set to."""

    def __init__(self, time: Any = 1_000.0) -> None:
        self.time = time

    def __call__(self) -> Any:
        if isinstance(self.time, Exception):
            raise self.time
        return self.time
