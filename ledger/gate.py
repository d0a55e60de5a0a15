"""Gate: whether an exact figure grew between two commits, and whether that can be told at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from ledger.changes import Change
from ledger.series import Series


class Verdict(IntEnum):
    """The verdict of a gate, as its exit status; 2 is wrong use, which leads to no verdict."""

    PASSED = 0
    GREW = 1
    NOT_MEASURED = 3
    FAILED = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of two commits, side by side.

    ``changes`` are the exact figures that differ, the largest growth first, ``noisy`` the others
    that do. ``same`` counts the exact figures that are equal. ``failed`` are the exact series
    whose build or benchmark failed at either commit, ``missing`` those with a value at the base
    and nothing at the head, though the head was measured with that Python.
    """

    changes: tuple[Change, ...]
    noisy: tuple[Change, ...]
    same: int
    failed: tuple[Series, ...]
    missing: tuple[Series, ...]

    @property
    def verdict(self) -> Verdict:
        """What is known to have failed decides first, then what is not known, then growth."""
        if self.failed:
            return Verdict.FAILED
        if self.missing or not (self.same or self.changes):
            return Verdict.NOT_MEASURED
        if any(change.delta > 0 for change in self.changes):
            return Verdict.GREW
        return Verdict.PASSED


def compare(series: Iterable[Series], base: str, head: str) -> Comparison:
    """Return the comparison of two commits, by their hashes."""
    series = list(series)
    measured_in = {one.key.environment for one in series if _knows(one, head)}
    changes: list[Change] = []
    noisy: list[Change] = []
    failed: list[Series] = []
    missing: list[Series] = []
    same = 0
    for one in series:
        if one.is_exact and {base, head} & one.failed:
            failed.append(one)
        elif base in one.values and head in one.values:
            change = Change(one, base, head, one.values[base], one.values[head], ())
            if change.delta:
                (changes if one.is_exact else noisy).append(change)
            else:
                same += one.is_exact
        elif (
            one.is_exact
            and base in one.values
            and not _knows(one, head)
            and one.key.environment in measured_in
        ):
            missing.append(one)
    changes.sort(key=_growth, reverse=True)
    noisy.sort(key=_growth, reverse=True)
    return Comparison(tuple(changes), tuple(noisy), same, tuple(failed), tuple(missing))


def _knows(series: Series, commit: str) -> bool:
    return any(commit in known for known in (series.values, series.failed, series.inapplicable))


def _growth(change: Change) -> float:
    """Return by which part a figure grew; one that was 0 grew by more than any other."""
    return change.delta / change.before if change.before else change.delta * float("inf")
