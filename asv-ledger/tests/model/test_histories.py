"""Random histories, against an oracle that knows what every commit did.

A commit holds features, each of so many bytes; what it does is to add or to remove some. A merge
holds what its parents hold, but for what one of them removed, and for what it does itself. No two
sets of features have one size, so that no difference is a coincidence. The ledger is told the sizes
of some commits, and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hypothesis import event, given
from hypothesis import strategies as st

from asv_ledger.model.changes import Change, find_changes, find_inexactness
from asv_ledger.model.history import History
from asv_ledger.model.series import Interval, Series
from support.histories import history, series

Features = frozenset[int]

_FEATURES = range(12)
_CHANCE = 12  # a feature of no certain size
_WIDTH = 600  # bytes: hides the four smallest features, and none of the others


@dataclass(repr=False)
class Oracle:
    """A history, what its commits hold, and what those do that do anything."""

    commits: History = field(default_factory=lambda: History({}))
    holds: dict[str, Features] = field(default_factory=dict)
    did: dict[str, Features] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "; ".join(
            f"{name} on {' '.join(commit.parents)}: holds {sorted(self.holds[name])}"
            f"{f', does {sorted(self.did[name])}' if name in self.did else ''}"
            for name, commit in self.commits.items()
        )

    def commit(self, parents: list[str], does: Features) -> None:
        """Add a commit that adds the features it would not hold, and removes the others."""
        name = f"c{len(self.holds)}"
        clean = self._join(parents)
        self.holds[name] = clean ^ does
        lines = [" ".join((one, *commit.parents)) for one, commit in self.commits.items()]
        self.commits = History(history(*lines, " ".join((name, *parents))))
        if parents:
            # Lines that cross can be joined to what none of them did: then the merge did it.
            added = [one for one in self.commits.between(parents[0], name) if one in self.did]
            differs = self.holds[parents[0]] ^ self.holds[name]
            does |= differs.difference(*(self.did[one] for one in added))
        if parents and does:
            self.did[name] = does

    def differing(self, ancestor: str, name: str) -> Features:
        return self.holds[ancestor] ^ self.holds[name]

    def _join(self, names: Sequence[str]) -> Features:
        """Return what a merge of commits holds, one after the other, as git joins them."""
        ours: Features = self.holds[names[0]] if names else frozenset()
        for place, name in enumerate(names[1:], 1):
            theirs, base = self.holds[name], self._join(self._bases(names[:place], name))
            ours = (ours & theirs) | (ours - base) | (theirs - base)
        return ours

    def _bases(self, ours: Sequence[str], theirs: str) -> tuple[str, ...]:
        return self.commits.latest(
            name
            for name in self.commits
            if self.commits.leads_to(name, theirs)
            and any(self.commits.leads_to(name, one) for one in ours)
        )


def told(oracle: Oracle, measured: Iterable[str]) -> Series:
    """Return what was measured of an oracle's commits."""
    values, intervals = {}, {}
    for name in measured:
        size = float(sum(8**one for one in oracle.holds[name] if one != _CHANCE))
        values[name] = size
        if _CHANCE in oracle.holds[name]:
            intervals[name] = Interval(size, size + _WIDTH)
            values[name] = size + _WIDTH / 2
    one = series(values)
    one.intervals.update(intervals)
    return one


@st.composite
def oracles(draw: st.DrawFn, features: Iterable[int] = _FEATURES) -> Oracle:
    """Draw a history: lines that fork and are joined, by two, by three, and across each other."""
    oracle = Oracle()
    oracle.commit([], draw(st.frozensets(st.sampled_from(_FEATURES), max_size=4)))
    does = st.just(frozenset[int]()) | st.frozensets(st.sampled_from(list(features)), max_size=2)
    for _ in range(draw(st.integers(1, 14))):
        tips = st.sampled_from(list(oracle.holds)[-5:])
        parents = oracle.commits.latest(draw(st.lists(tips, min_size=1, max_size=3, unique=True)))
        oracle.commit(list(parents), draw(does))
    return oracle


def named(changes: Iterable[Change]) -> list[set[str]]:
    return [{change.commit, *change.unmeasured} for change in changes]


@given(oracles())
def test_where_all_is_measured_those_who_did_it_are_named_and_nobody_else(oracle: Oracle) -> None:
    changes = list(find_changes(told(oracle, oracle.holds), oracle.commits))
    alone = {change.commit for change in changes if not change.unmeasured}
    # A merge that does something itself may have done it, or any of those that it brings, and one
    # that leaves out what it could bring changes nothing of the line it stands on.
    merges = {name for name, commit in oracle.commits.items() if len(commit.parents) > 1}
    assert alone <= oracle.did.keys() <= alone | merges, oracle
    assert {change.commit for change in changes if change.unmeasured} <= merges
    assert_right(oracle, set(oracle.holds), changes)
    event(f"{len(changes)} changes")


@given(oracles(), st.data())
def test_with_gaps_each_is_named_alone_or_in_a_range_and_nobody_else(
    oracle: Oracle, data: st.DataObject
) -> None:
    measured = data.draw(st.sets(st.sampled_from(list(oracle.holds)), min_size=1))
    changes = list(find_changes(told(oracle, measured), oracle.commits))
    assert_right(oracle, measured, changes)


@given(oracles(), st.data())
def test_those_who_touch_nothing_that_is_measured_are_never_named(
    oracle: Oracle, data: st.DataObject
) -> None:
    neutral = [
        name
        for name, commit in oracle.commits.items()
        if name not in oracle.did and len(commit.parents) == 1
    ]
    idle = data.draw(st.sets(st.sampled_from(neutral))) if neutral else set()
    measured = data.draw(st.sets(st.sampled_from(list(oracle.holds)), min_size=1))
    changes = list(find_changes(told(oracle, measured), History(oracle.commits, idle=idle)))
    assert not idle & set[str]().union(*(change.suspects for change in changes)), oracle
    assert_right(oracle, measured, changes)


@given(oracles(range(_CHANCE + 1)), st.data())
def test_chance_hides_nothing_that_comes_after_it(oracle: Oracle, data: st.DataObject) -> None:
    measured = data.draw(st.sets(st.sampled_from(list(oracle.holds)), min_size=1))
    one = told(oracle, measured)
    assert_right(oracle, measured - one.intervals.keys(), list(find_changes(one, oracle.commits)))
    for inexactness in find_inexactness(one, oracle.commits):
        if inexactness.unmeasured is not None:
            suspects = {inexactness.commit, *inexactness.unmeasured}
            assert any(_CHANCE in oracle.did.get(name, ()) for name in suspects), oracle


def assert_right(oracle: Oracle, exact: set[str], changes: list[Change]) -> None:
    """Assert that nobody is named who did nothing, and everybody whose doing can be seen.

    What differs from the measured commit on the line that a commit was made on can be seen.
    """
    for change in changes:
        assert oracle.did.keys() & set(change.suspects), (change.suspects, oracle)
    named = oracle.did.keys() & set[str]().union(*(change.suspects for change in changes))
    for name in exact:
        ancestor = _first(oracle.commits, name, exact)
        if ancestor is not None:
            added = {name, *oracle.commits.between(ancestor, name)}
            seen = oracle.holds[ancestor] ^ oracle.holds[name]
            told = frozenset[int]().union(*(oracle.did[one] for one in added & named))
            assert seen <= told, (name, ancestor, oracle)


def _first(commits: History, name: str, known: set[str]) -> str | None:
    """Return the first commit that is known, among the first parents of a commit."""
    while commits[name].parents:
        name = commits[name].parents[0]
        if name in known:
            return name
    return None
