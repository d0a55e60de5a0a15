"""Gate: whether an exact figure grew beyond its budget, and whether that can be told at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from ledger.budgets import Budgets
from ledger.changes import Change
from ledger.series import Series, exact_environment


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
    and nothing at the head, though the head was measured with that Python. ``budgets`` are what
    figures may be at the head, by environment and name.
    """

    changes: tuple[Change, ...]
    noisy: tuple[Change, ...]
    same: int
    failed: tuple[Series, ...]
    missing: tuple[Series, ...]
    budgets: Mapping[tuple[str, str], float]

    def budget(self, change: Change) -> float | None:
        """Return what a figure may be, None where it has no budget."""
        return self.budgets.get((change.series.key.environment, change.series.key.figure))

    def is_accepted(self, change: Change) -> bool:
        """Return whether a figure grew, and within its budget."""
        budget = self.budget(change)
        return change.delta > 0 and budget is not None and change.after <= budget

    @property
    def verdict(self) -> Verdict:
        """What is known to have failed decides first, then what is not known, then growth."""
        if self.failed:
            return Verdict.FAILED
        if self.missing or not (self.same or self.changes):
            return Verdict.NOT_MEASURED
        if any(change.delta > 0 and not self.is_accepted(change) for change in self.changes):
            return Verdict.GREW
        return Verdict.PASSED


def compare(series: Iterable[Series], base: str, head: str, budgets: Budgets) -> Comparison:
    """Return the comparison of two commits, by their hashes; ``budgets`` are those of the head."""
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
    allowed = {
        (exact_environment(version), name): value
        for version, figures in budgets.items()
        for name, value in figures.items()
    }
    return Comparison(tuple(changes), tuple(noisy), same, tuple(failed), tuple(missing), allowed)


def _knows(series: Series, commit: str) -> bool:
    return any(commit in known for known in (series.values, series.failed, series.inapplicable))


def _growth(change: Change) -> float:
    """Return by which part a figure grew; one that was 0 grew by more than any other."""
    return change.delta / change.before if change.before else change.delta * float("inf")
