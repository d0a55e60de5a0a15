"""Changes: which commit changed a metric, and what a metric has drifted by since a tag."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

from asv.step_detect import detect_regressions, detect_steps

from asv_ledger.model.commits import Commit
from asv_ledger.model.history import History
from asv_ledger.model.merges import Lines
from asv_ledger.model.series import Interval, Series


@dataclass(frozen=True, slots=True)
class Change:
    """A metric that differs between a commit and the measured commit that it stands on.

    ``before`` and ``after`` are in the series' unit; those of a noisy metric are the medians that
    its step is between. ``unmeasured`` are commits that the metric may have changed in as well as
    in ``commit``, oldest first. ``measured_at`` is the commit that ``after`` was measured at, where
    it is another: one that touches nothing that is measured changed nothing.
    """

    series: Series
    ancestor: str
    commit: str
    before: float
    after: float
    unmeasured: tuple[str, ...]
    measured_at: str = ""

    @property
    def delta(self) -> float:
        """By how much the metric grew, below 0 where it shrank."""
        return self.after - self.before

    @property
    def interval(self) -> Interval | None:
        """What the readings of ``after`` lie in, None where they agree."""
        return self.series.intervals.get(self.reading)

    @property
    def suspects(self) -> tuple[str, ...]:
        """The commits that the metric changed in one of, oldest first."""
        return (*self.unmeasured, self.commit)

    @property
    def reading(self) -> str:
        """The commit that ``after`` was measured at."""
        return self.measured_at or self.commit


@dataclass(frozen=True, slots=True)
class Inexactness:
    """An exact metric whose readings differ: since a commit, until one that is exact again.

    ``interval`` is what its readings at ``commit`` lie in. ``unmeasured`` are commits that can have
    made it so as well, oldest first, None where it has been inexact since it was first measured.
    ``until`` is None where it has not been exact since.
    """

    series: Series
    commit: str
    interval: Interval
    unmeasured: tuple[str, ...] | None
    until: str | None


@dataclass(frozen=True, slots=True)
class Drift:
    """What an exact metric grew by since a commit, and the changes it is made of, largest first."""

    series: Series
    since: str
    before: float
    after: float
    changes: tuple[Change, ...]

    @property
    def growth(self) -> float:
        """By which part of what it was the metric grew; more than any other where it was 0."""
        delta = self.after - self.before
        return delta / self.before if self.before else delta * float("inf")


def find_changes(series: Series, commits: Mapping[str, Commit]) -> Iterator[Change]:
    """Iterate over the changes of an exact series, in the order of the commits.

    A commit is compared with the measured commit that it stands on: that of its first parents, so
    that a merge is compared with the line it was made on. It does not change what measured commits
    of the lines that it joins did: their changes are theirs.
    """
    record = _Record.of(series, History.of(commits))
    lines = Lines(record.history)
    for name, ancestor in record.stands_on.items():
        if name in series.values:
            change = _without_joined(record.compare(ancestor, name), ancestor, name, lines)
            if change is None and record.may_leave_out(ancestor, name):
                lines.left_out.add(name)
            if change is not None:
                lines.found[name] = change
                yield change


def find_inexactness(series: Series, commits: Mapping[str, Commit]) -> list[Inexactness]:
    """Return since which commits an exact metric is inexact, in the order of the commits."""
    if not series.intervals:
        return []
    record = _Record.of(series, History.of(commits))
    begun: dict[str, Inexactness] = {}
    since: dict[str, str] = {}
    for name in record.history:
        ancestor = record.stands_on.get(name)
        added = record.history.between(ancestor, name) if ancestor else []
        starts = {since[one] for one in (ancestor, *added) if one in since}
        if record.is_exact(name):
            for start in starts:
                begun[start] = replace(begun[start], until=begun[start].until or name)
        elif name in series.intervals and starts:
            since[name] = min(starts, key=list(begun).index)
        elif name in series.intervals:
            since[name] = name
            between = record.suspects(ancestor, name) if ancestor else None
            begun[name] = Inexactness(series, name, series.intervals[name], between, None)
    return list(begun.values())


def by_start(
    inexact: Iterable[Inexactness], commits: Mapping[str, Commit]
) -> dict[str, list[Inexactness]]:
    """Return what is inexact by the commit since which it is, in the order of the commits."""
    begun: dict[str, list[Inexactness]] = {name: [] for name in commits}
    for one in inexact:
        begun[one.commit].append(one)
    return {name: found for name, found in begun.items() if found}


def find_steps(
    series: Series, commits: Mapping[str, Commit], branch: Sequence[str], threshold: float
) -> Iterator[Change]:
    """Iterate over the steps that asv's fit sees in a noisy series on a branch, the oldest first.

    ``branch`` are its commits as asv has them, the oldest first. asv's weights are used, and those
    steps are told that are larger than ``threshold`` of what was before, or that asv's page of
    regressions lists. A step can be noise, and can lie some commits aside: it decides nothing.
    """
    record = _Record.of(series, History.of(commits))
    measured = [name for name in branch if name in series.values]
    values = [series.values[name] for name in measured]
    steps = detect_steps(values, [series.weights.get(name) for name in measured])
    _, _, jumps = detect_regressions(steps, threshold)
    regressions = {(before, after) for before, after, *_ in jumps or ()}
    for (_, end, before, _, _), (start, _, after, _, _) in pairwise(steps):
        if (end - 1, start) in regressions or abs(after - before) > threshold * abs(before):
            ancestor, name = measured[end - 1], measured[start]
            between = record.suspects(ancestor, name)
            yield Change(series, ancestor, name, before, after, between)


def find_drift(series: Series, commits: Mapping[str, Commit], since: str) -> Drift | None:
    """Return what an exact series grew by from a commit to the newest measured one of a branch.

    Where the commit itself is not measured, it is from the first measured one that it leads to.
    None where that leaves fewer than two commits to compare.
    """
    record = _Record.of(series, History.of(commits))
    history = record.history
    tip = history.tip or ""
    newest = tip if record.is_exact(tip) else record.stands_on_exact.get(tip)
    later = [
        name
        for name in history
        if record.is_exact(name)
        and newest is not None
        and history.leads_to(name, newest)
        and (since not in history or history.leads_to(since, name))
    ]
    if len(later) < 2:
        return None
    first, last = later[0], later[-1]
    inside = {last, *history.between(first, last)}
    changes = [change for change in find_changes(series, history) if change.commit in inside]
    changes.sort(key=lambda change: -abs(change.delta))
    return Drift(series, first, series.values[first], series.values[last], tuple(changes))


def find_drifts(series: Iterable[Series], commits: Mapping[str, Commit], since: str) -> list[Drift]:
    """Return what grew since a commit, the largest growth first."""
    drifts = [find_drift(one, commits, since) for one in series]
    grown = [drift for drift in drifts if drift is not None and drift.after > drift.before]
    return sorted(grown, key=lambda drift: drift.growth, reverse=True)


def find_failed(series: Iterable[Series], commits: Mapping[str, Commit]) -> dict[str, list[Series]]:
    """Return the commits whose build or benchmark failed, in order, with the series they lack."""
    gaps: dict[str, list[Series]] = {name: [] for name in commits}
    for one in series:
        for name in one.failed & commits.keys():
            gaps[name].append(one)
    return {name: lacking for name, lacking in gaps.items() if lacking}


@dataclass(frozen=True, slots=True)
class _Record:
    """What is known of a metric, commit by commit.

    ``stands_on`` is the measured commit that each commit stands on, where there is one, and
    ``stands_on_exact`` the one where the metric is exact. ``known`` are the commits at which its
    value is known.
    """

    series: Series
    history: History
    stands_on: Mapping[str, str]
    stands_on_exact: Mapping[str, str]
    known: frozenset[str]

    @classmethod
    def of(cls, series: Series, history: History) -> Self:
        """Return the record of a series in a history."""
        stands_on = _stands_on(history, series.values)
        exact = series.values.keys() - series.intervals
        on_exact = _stands_on(history, exact) if series.intervals else stands_on
        known: set[str] = set()
        for name, commit in history.items():
            is_idle = name in history.idle and commit.parents
            if name in exact or (is_idle and known.issuperset(commit.parents)):
                known.add(name)
        return cls(series, history, stands_on, on_exact, frozenset(known))

    def is_exact(self, name: str) -> bool:
        """Return whether a commit was measured, and all readings agreed."""
        return name in self.series.values and name not in self.series.intervals

    def compare(self, ancestor: str, name: str) -> Change | None:
        """Return the change between a commit and one it stands on, None where there is none.

        What is exact again is held against what it was when it last was, where that is known.
        """
        exact = self.stands_on_exact.get(name)
        if exact and self.is_exact(name) and not self.is_exact(ancestor):
            is_other = self.series.values[exact] != self.series.values[name]
            return self._change(exact, name) if is_other else None
        if not self._interval(name).is_apart(self._interval(ancestor)):
            return None
        return self._change(ancestor, name)

    def suspects(self, ancestor: str, name: str) -> tuple[str, ...]:
        """Return the commits that can have changed a metric as well as a commit, oldest first.

        Those of which it is known what they did are not among them, nor those that are idle.
        """
        return tuple(
            one
            for one in self.history.between(ancestor, name)
            if one not in self.history.idle and not self._is_known_to_do(one)
        )

    def may_leave_out(self, ancestor: str, name: str) -> bool:
        """Return whether a merge joins what is not known, and can have left out a part of it."""
        return len(self.history[name].parents) > 1 and bool(self.suspects(ancestor, name))

    def _is_known_to_do(self, name: str) -> bool:
        parents = self.history[name].parents
        return self.is_exact(name) and bool(parents) and self.known.issuperset(parents)

    def _change(self, ancestor: str, name: str) -> Change:
        before, after = self.series.values[ancestor], self.series.values[name]
        between = self.suspects(ancestor, name)
        if name not in self.history.idle:
            return Change(self.series, ancestor, name, before, after, between)
        if not between:
            # Something was touched that is not said to be measured: each of them may have done it.
            between = tuple(self.history.between(ancestor, name))
            return Change(self.series, ancestor, name, before, after, between)
        *others, suspect = between
        unmeasured = tuple(others)
        return Change(self.series, ancestor, suspect, before, after, unmeasured, measured_at=name)

    def _interval(self, name: str) -> Interval:
        value = self.series.values[name]
        return self.series.intervals.get(name, Interval(value, value))


def _stands_on(history: History, measured: Collection[str]) -> dict[str, str]:
    """Return the measured commit that each commit stands on, that of its first parents."""
    stands_on: dict[str, str] = {}
    for name, commit in history.items():
        found = (one if one in measured else stands_on.get(one) for one in commit.parents)
        nearest = next(filter(None, found), None)
        if nearest is not None:
            stands_on[name] = nearest
    return stands_on


def _without_joined(change: Change | None, ancestor: str, name: str, lines: Lines) -> Change | None:
    """Return the change of a commit, None where it is no more than what joined lines did.

    Where that does not explain it, it is not known who of them and the commit did it.
    """
    ancestor = change.ancestor if change else ancestor
    suspects = lines.suspects(ancestor, name)
    if not suspects:
        return change
    is_theirs = lines.explain(ancestor, name, change.delta if change else 0)
    if is_theirs or change is None:
        if not is_theirs or suspects & lines.left_out:
            lines.left_out.add(name)
        return None
    suspects.update(change.unmeasured)
    between = lines.history.between(ancestor, name)
    return replace(change, unmeasured=tuple(one for one in between if one in suspects))
