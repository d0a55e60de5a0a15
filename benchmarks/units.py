"""What asv is told of a benchmark beside its method: the unit, and what readings lie in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from benchmarks import measure

_Method = TypeVar("_Method", bound=Callable[..., Any])


def in_unit(unit: str) -> Callable[[_Method], _Method]:
    """Return a decorator that tells asv the unit of what a method returns.

    Where its readings differ, asv is told what they lie in, as the samples of a time.
    """

    def tell(method: _Method) -> _Method:
        read = measure.with_intervals(method)

        @wraps(method)
        def track(*arguments: Any) -> Any:
            value = read(*arguments)
            inexact = measure.find_inexact(value)
            return value if inexact is None else _samples(inexact)

        setattr(track, "unit", unit)  # noqa: B010 - a function's attribute, unknown to its type
        return track  # type: ignore[return-value]

    return tell


def _samples(inexact: measure.Inexact) -> dict[str, object]:
    """Return samples of which asv keeps the interval, and its middle as the value.

    Of eight to eleven samples, asv's confidence interval of the median is all that they lie in.
    """
    return {"samples": [inexact.low] * 5 + [inexact.high] * 5, "number": 1}
