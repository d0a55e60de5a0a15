"""Changes: which commit changed a figure, and what a figure has crept by since a tag."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from asv.step_detect import detect_steps

from ledger.commits import Commit
from ledger.series import Series


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that differs between a commit and its nearest measured ancestor.

    ``before`` and ``after`` are in the series' unit; those of a noisy figure are the medians that
    its step is between. ``unmeasured`` are the commits between them,
    oldest first: where there are any, the change can lie in each of them as well as in ``commit``.
    """

    series: Series
    ancestor: str
    commit: str
    before: float
    after: float
    unmeasured: tuple[str, ...]

    @property
    def delta(self) -> float:
        """By how much the figure grew, below 0 where it shrank."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Creep:
    """What an exact figure grew by since a commit, and the changes it is made of, largest first."""

    series: Series
    since: str
    before: float
    after: float
    changes: tuple[Change, ...]

    @property
    def growth(self) -> float:
        """By which part of what it was the figure grew; more than any other where it was 0."""
        delta = self.after - self.before
        return delta / self.before if self.before else delta * float("inf")


def find_changes(series: Series, commits: Mapping[str, Commit]) -> Iterator[Change]:
    """Iterate over the changes of an exact series, in the order of the commits.

    ``commits`` are in the order of ``read_commits``. A merge that agrees with one of the lines it
    joins changes nothing; one that agrees with none is compared with the line it was made on.
    """
    nearest: dict[str, tuple[str, ...]] = {}
    for name, commit in commits.items():
        found = [measured for parent in commit.parents for measured in nearest.get(parent, ())]
        ancestors = tuple(dict.fromkeys(found))
        if name not in series.values:
            nearest[name] = ancestors
            continue
        nearest[name] = (name,)
        after = series.values[name]
        if ancestors and all(series.values[ancestor] != after for ancestor in ancestors):
            ancestor = ancestors[0]
            between = tuple(_unmeasured(series, commits, name, ancestor))
            yield Change(series, ancestor, name, series.values[ancestor], after, between[::-1])


def find_steps(series: Series, commits: Mapping[str, Commit], threshold: float) -> Iterator[Change]:
    """Iterate over the steps that asv's fit sees in a noisy series, in the order of the commits.

    A step can be noise, and can lie some commits aside: it decides nothing. Of those that are at
    most ``threshold`` of what was before there are many: a process resides in a page more or less.
    """
    measured = [name for name in commits if name in series.values]
    steps = detect_steps([series.values[name] for name in measured])
    for (_, end, before, _, _), (start, _, after, _, _) in pairwise(steps):
        if abs(after - before) <= threshold * abs(before):
            continue
        ancestor, name = measured[end - 1], measured[start]
        between = tuple(_unmeasured(series, commits, name, ancestor))
        yield Change(series, ancestor, name, before, after, between[::-1])


def find_creep(series: Series, commits: Mapping[str, Commit], since: str) -> Creep | None:
    """Return what an exact series grew by from a commit to the newest measured one.

    Where the commit itself is not measured, it is from the first measured one after it. None where
    that leaves fewer than two commits to compare.
    """
    names = list(commits)
    later = names[names.index(since) :] if since in commits else names
    measured = [name for name in later if name in series.values]
    if len(measured) < 2:
        return None
    inside = set(measured[1:])
    changes = [change for change in find_changes(series, commits) if change.commit in inside]
    changes.sort(key=lambda change: -abs(change.delta))
    first, last = measured[0], measured[-1]
    return Creep(series, first, series.values[first], series.values[last], tuple(changes))


def find_creeps(series: Iterable[Series], commits: Mapping[str, Commit], since: str) -> list[Creep]:
    """Return what grew since a commit, the largest growth first."""
    creeps = [find_creep(one, commits, since) for one in series]
    grown = [creep for creep in creeps if creep is not None and creep.after > creep.before]
    return sorted(grown, key=lambda creep: creep.growth, reverse=True)


def find_gaps(series: Iterable[Series], commits: Mapping[str, Commit]) -> dict[str, list[Series]]:
    """Return the commits whose build or benchmark failed, in order, with the series they lack."""
    gaps: dict[str, list[Series]] = {name: [] for name in commits}
    for one in series:
        for name in one.failed & commits.keys():
            gaps[name].append(one)
    return {name: lacking for name, lacking in gaps.items() if lacking}


def _unmeasured(
    series: Series, commits: Mapping[str, Commit], name: str, ancestor: str
) -> Iterator[str]:
    """Iterate over the commits without a value on the line from a commit to its ancestor."""
    waiting = list(commits[name].parents)
    seen = {ancestor}
    while waiting:
        parent = waiting.pop(0)
        if parent in seen or parent not in commits or parent in series.values:
            continue
        seen.add(parent)
        yield parent
        waiting.extend(commits[parent].parents)
