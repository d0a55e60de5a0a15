"""The mark of an exact ``track_`` method, which asv carries: its unit, and that it is exact."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from asv_ledger.lenses.inexact import Inexact, with_intervals
from asv_ledger.lenses.sites import Bytes

# asv has a type for each benchmark, "track" by default, writes it into benchmarks.json and reads it
# nowhere: there the ledger finds what is exact.
EXACT = "exact"

_Method = TypeVar("_Method", bound=Callable[..., Any])


def exact(unit: str) -> Callable[[_Method], _Method]:
    """Return a decorator of a method that reads an exact metric of that unit.

    Where its readings differ, asv gets what they lie in, as the samples of a time.
    """

    def mark(method: _Method) -> _Method:
        read = with_intervals(method)

        @wraps(method)
        def track(*arguments: Any) -> Any:
            value = read(*arguments)
            inexact = find_inexact(value)
            return value if inexact is None else _samples(inexact)

        vars(track).update(unit=unit, type=EXACT)
        return track  # type: ignore[return-value]

    return mark


def find_inexact(reading: float) -> Inexact | None:
    """Return a reading, or what its sites sum to, where that is inexact; None where it is exact."""
    total = sum(reading.sites.values()) if isinstance(reading, Bytes) else reading
    return total if isinstance(total, Inexact) else None


def _samples(inexact: Inexact) -> dict[str, object]:
    """Return samples of which asv keeps the interval, and its middle as the value.

    Of eight to eleven samples, asv's confidence interval of the median is all that they lie in.
    """
    return {"samples": [inexact.low] * 5 + [inexact.high] * 5, "number": 1}
