"""Shapes: what may stand in JSON of unknown origin, and what is said of anything else."""

from collections.abc import Mapping
from math import isnan
from typing import Any, TypeGuard

from asv_ledger.text import quote

# Sums, differences, ratios and percentages of such numbers are finite, those of asv's fit too.
LARGEST = 1e100


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a number to calculate with: 0, or one from 1e-100 to 1e100."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == 0 or 1 / LARGEST <= abs(value) <= LARGEST


def is_nan(value: object) -> TypeGuard[float]:
    """Return whether a value is what asv writes where a benchmark does not apply."""
    return isinstance(value, float) and isnan(value)


def is_version(value: object, version: int) -> bool:
    """Return whether a value is the number of a format: 2.0 and true are none."""
    return isinstance(value, int) and not isinstance(value, bool) and value == version


def as_object(value: object, name: str) -> dict[str, Any]:
    """Return an object. Raises ValueError, which names it."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} is {quote(value)}; allowed: an object")
    return value


def as_list(value: object, name: str) -> list[Any]:
    """Return a list, an empty one where there is nothing. Raises ValueError, which names it."""
    if not isinstance(value, list | None):
        raise ValueError(f"{name} is {quote(value)}; allowed: a list")
    return value or []


def as_texts(value: object, name: str) -> list[str]:
    """Return a list of texts, as ``as_list`` does."""
    texts = as_list(value, name)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} is {quote(value)}; allowed: a list of texts")
    return texts


def as_text(values: Mapping[str, Any], name: str) -> str:
    """Return what is a text of that name. Raises ValueError, which names it."""
    value = values.get(name)
    if not isinstance(value, str):
        raise ValueError(f"its {name} is {quote(value)}; allowed: a text")
    return value
