"""Inexact readings: what readings of one build lie in that do not agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])

_with_intervals: ContextVar[bool] = ContextVar("_with_intervals", default=False)


class InexactError(Exception):
    """Two readings of the same build differ: no metric is better than a guess."""


class Inexact(float):
    """The middle of what readings lie in that differ, from ``low`` to ``high``.

    Readings are added, subtracted and divided by numbers as others are.
    """

    __slots__ = ("high", "low")
    low: float
    high: float

    def __new__(cls, low: float, high: float) -> Inexact:
        """Return the middle of an interval."""
        self = super().__new__(cls, (low + high) / 2)
        self.low, self.high = float(low), float(high)
        return self

    def __getnewargs__(self) -> tuple[float, float]:  # type: ignore[override]
        return self.low, self.high

    def __add__(self, other: float) -> Inexact:
        low, high = (other.low, other.high) if isinstance(other, Inexact) else (other, other)
        return Inexact(self.low + low, self.high + high)

    __radd__ = __add__

    def __neg__(self) -> Inexact:
        return Inexact(-self.high, -self.low)

    def __sub__(self, other: float) -> Inexact:
        return self + -other

    def __rsub__(self, other: float) -> Inexact:
        return -self + other

    def __truediv__(self, number: float) -> Inexact:
        return Inexact(self.low / number, self.high / number)


def with_intervals(function: _Function) -> _Function:
    """Return a function in which readings that differ are Inexact, and no error."""

    @wraps(function)
    def read(*arguments: Any) -> Any:
        token = _with_intervals.set(True)
        try:
            return function(*arguments)
        finally:
            _with_intervals.reset(token)

    return read  # type: ignore[return-value]


def wants_intervals() -> bool:
    """Return whether a function runs that is decorated ``with_intervals``."""
    return _with_intervals.get()


def join(readings: Sequence[float]) -> float:
    """Return what readings agree on, or what they lie in."""
    low, high = min(readings), max(readings)
    return low if low == high else Inexact(low, high)
