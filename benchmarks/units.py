"""The unit of a benchmark, said beside its method."""

from collections.abc import Callable
from typing import Any, TypeVar

_Method = TypeVar("_Method", bound=Callable[..., Any])


def in_unit(unit: str) -> Callable[[_Method], _Method]:
    """Return a decorator that tells asv the unit of what a method returns."""

    def tell(method: _Method) -> _Method:
        setattr(method, "unit", unit)  # noqa: B010 - a function's attribute, unknown to its type
        return method

    return tell
