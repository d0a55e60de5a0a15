"""Merges: what of a merge's difference is its own, and what the lines did that it joins."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Protocol

from asv_ledger.model.history import History

_ALIKE = 12  # changes that several lines have in common: all their subsets are tried
_LAST_DIGIT = 1e-6  # metrics are told to the sixth digit after the point


class Difference(Protocol):
    """A change of a metric: by how much, and the commits that it lies in one of."""

    @property
    def delta(self) -> float:
        """By how much the metric grew."""

    @property
    def suspects(self) -> tuple[str, ...]:
        """The commits, oldest first."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The changes of a metric found so far, by the commit that they were found at.

    ``left_out`` are merges without a change of their own that may have left out what another line
    did: in whoever joins them next it may be undone.
    """

    history: History
    found: dict[str, Difference] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)

    def suspects(self, ancestor: str, merge: str) -> set[str]:
        """Return the commits that a merge adds to the one it stands on and that changed a metric.

        Those that may have are among them, and merges that left a change out.
        """
        added = self.history.between(ancestor, merge)
        found = (self.found[name].suspects for name in added if name in self.found)
        return self.left_out.union(*found).intersection(added)

    def explain(self, ancestor: str, merge: str, delta: float) -> bool:
        """Return whether the changes of the lines that a merge joins are all that it differs by.

        They add up, and count once where several lines did the same. Nothing is explained where one
        of them may lie in a commit that is in the line too on which the merge stands.
        """
        added = self.history.between(ancestor, merge)
        found = [name for name in added if name in self.found]
        if not all(set(self.found[name].suspects) <= set(added) for name in found):
            return False
        theirs = self._deltas(found)
        alike = theirs - Counter(set(theirs))
        for line in self.history.latest(found):
            alike |= self._deltas(self.history.between(line, ancestor))
        counted_twice = list((theirs & alike).elements())[:_ALIKE]
        rest = sum(theirs.elements()) - delta
        return any(
            abs(rest - sum(some)) < _LAST_DIGIT
            for size in range(len(counted_twice) + 1)
            for some in combinations(counted_twice, size)
        )

    def _deltas(self, names: Iterable[str]) -> Counter[float]:
        found: Mapping[str, Difference] = self.found
        return Counter(round(found[name].delta, 6) for name in names if name in found)
