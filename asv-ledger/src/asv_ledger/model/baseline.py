"""Baseline: the exact metrics that were accepted, by version of Python, in baseline.toml."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

Metrics = dict[str, float]
Baseline = dict[str, Metrics]


class Difference(NamedTuple):
    """An exact metric that is not what was accepted; None stands for no metric."""

    name: str
    before: float | None
    after: float | None


def find_differences(before: Mapping[str, float], after: Mapping[str, float]) -> list[Difference]:
    """Return the metrics that are not equal, new and gone ones too, in order of their names."""
    names = sorted(before.keys() | after.keys())
    pairs = (Difference(name, before.get(name), after.get(name)) for name in names)
    return [pair for pair in pairs if pair.before != pair.after]


def sort_versions(versions: Iterable[str]) -> list[str]:
    """Return versions such as "3.9" and "3.12", the oldest first."""
    return sorted(versions, key=lambda version: [int(number) for number in version.split(".")])
