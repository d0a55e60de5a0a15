"""Gate: whether an exact metric grew beyond its baseline, and whether that can be told at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from asv_ledger.statuses import Status

Metrics = Mapping[str, float]

# Another Python may round an allocation otherwise, but not to a multiple of what this one does.
_LARGEST_RATIO = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """The metrics of a commit: a value by name, or in one line why there is none.

    ``broken`` is why nothing could be read at all.
    """

    values: Metrics = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    broken: str | None = None


class Change(NamedTuple):
    """A metric that differs between two commits.

    ``baseline`` is what the head's baseline says that it is, None where it does not; ``accepted``
    is the version of Python whose baseline accepts the growth, None where none does.
    """

    name: str
    before: float
    after: float
    baseline: float | None
    accepted: str | None

    @property
    def delta(self) -> float:
        """By how much the metric grew."""
        return self.after - self.before

    @property
    def is_regression(self) -> bool:
        """Whether the metric grew, and no baseline accepts it."""
        return self.delta > 0 and self.accepted is None


class Failure(NamedTuple):
    """A metric without a value at the head, and in one line why."""

    name: str
    why: str


class Addition(NamedTuple):
    """A metric that the head alone has a value of; at the base it failed, or did not apply."""

    name: str
    value: float
    has_failed: bool


class Baselines(NamedTuple):
    """The metrics that are accepted, by version of Python, at the base and at the head."""

    base: Mapping[str, Metrics]
    head: Mapping[str, Metrics]

    def judge(self, name: str, before: float, after: float, python: str) -> Change:
        """Return the change of a metric, and whether the head accepts it.

        A baseline is what was read, and accepts nothing else: one that is larger would accept any
        growth. Where the head has none for this Python, the growth is accepted which it newly
        accepts for another, and which is at least half of what it accepts there.
        """
        ours = self.head.get(python)
        baseline = None if ours is None else ours.get(name)
        if ours is None:
            accepted = self._find_acceptance(name, after - before)
        else:
            accepted = python if baseline == after else None
        return Change(name, before, after, baseline, accepted if after > before else None)

    def _find_acceptance(self, name: str, delta: float) -> str | None:
        for python, metrics in self.head.items():
            before, after = self.base.get(python, {}).get(name), metrics.get(name)
            if before is not None and after is not None:
                accepted = after - before
                if delta <= accepted <= _LARGEST_RATIO * delta:
                    return python
        return None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The metrics of two commits, side by side.

    ``changes`` are those that differ, in the order in which they matter; ``same`` counts those that
    are equal. ``failed`` had a value at the base, or did not apply, and failed at the head;
    ``missing`` had a value and have none, or failed at the base and are still without one.
    ``added`` decide nothing. ``broken`` are why all of the base or all of the head failed, and then
    nothing is compared.
    """

    changes: tuple[Change, ...]
    same: int
    failed: tuple[Failure, ...]
    missing: tuple[Failure, ...]
    added: tuple[Addition, ...]
    broken: tuple[str | None, str | None]

    @property
    def regressions(self) -> tuple[Change, ...]:
        """The metrics that grew beyond their baseline."""
        return tuple(change for change in self.changes if change.is_regression)

    @property
    def verdict(self) -> Status:
        """What is known to have failed decides first, then what is not known, then growth."""
        of_base, of_head = self.broken
        if self.failed or of_head is not None:
            return Status.FAILED
        if self.missing or of_base is not None or not (self.same or self.changes):
            return Status.NOT_MEASURED
        return Status.GREW if self.regressions else Status.PASSED


def compare(
    base: Reading, head: Reading, baselines: Baselines, python: str, headline: str | None = None
) -> Comparison:
    """Return the comparison of what one version of Python, such as "3.12", read of two commits.

    ``headline`` is the benchmark whose regressions come first.
    """
    changes = [
        baselines.judge(name, before, head.values[name], python)
        for name, before in base.values.items()
        if name in head.values and head.values[name] != before
    ]
    changes.sort(key=lambda change: _weigh(change, headline))
    same = len(base.values.keys() & head.values.keys()) - len(changes)
    broken = base.broken, head.broken
    if broken != (None, None):
        return Comparison(tuple(changes), same, (), (), (), broken)
    added = tuple(
        Addition(name, value, name in base.failed)
        for name, value in sorted(head.values.items())
        if name not in base.values
    )
    failed, missing = _find_lacking(base, head)
    return Comparison(tuple(changes), same, tuple(failed), tuple(missing), added, broken)


def _find_lacking(base: Reading, head: Reading) -> tuple[list[Failure], list[Failure]]:
    """Return the metrics that failed at the head, and those that are not known there."""
    failed, missing = [], []
    for name, why in sorted(head.failed.items()):
        if name in base.failed:
            missing.append(Failure(name, f"failed at both commits: {why}"))
        else:
            failed.append(Failure(name, why))
    for name in sorted(base.values.keys() | base.failed.keys()):
        if name not in head.values and name not in head.failed:
            had = "has a value" if name in base.values else "failed"
            missing.append(Failure(name, f"{had} at the base, is not given at the head"))
    return failed, missing


def _weigh(change: Change, headline: str | None) -> tuple[object, ...]:
    """Return where a change stands: regressions of the headline, others, accepted, shrinking."""
    is_headline = headline is not None and change.name.partition("(")[0] == headline
    part = change.delta / change.before if change.before else change.delta * float("inf")
    return not change.is_regression, change.delta < 0, not is_headline, -part, change.name
