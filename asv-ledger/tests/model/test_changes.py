from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asv_ledger.model.changes import (
    find_changes,
    find_drift,
    find_drifts,
    find_failed,
    find_inexactness,
    find_steps,
)
from asv_ledger.model.commits import Commit
from asv_ledger.model.history import History
from asv_ledger.model.series import Interval, Series
from support.histories import history, series

LINE = history("a", "b a", "c b", "d c", "e d")


def told(values: dict[str, float], commits: object = LINE) -> list[tuple[object, ...]]:
    assert isinstance(commits, dict)
    return [
        (change.ancestor, change.commit, change.delta, change.unmeasured)
        for change in find_changes(series(values), commits)
    ]


def test_a_byte_is_a_change() -> None:
    values = {"a": 100.0, "b": 100.0, "c": 101.0, "d": 101.0, "e": 100.0}
    assert told(values) == [("b", "c", 1.0, ()), ("d", "e", -1.0, ())]


def test_the_first_commit_changes_nothing() -> None:
    assert told({"a": 100.0}) == []
    assert told({}) == []


def test_a_change_across_unmeasured_commits_names_them() -> None:
    assert told({"a": 100.0, "d": 101.0, "e": 101.0}) == [("a", "d", 1.0, ("b", "c"))]


def test_commits_without_change_across_a_gap_are_not_named() -> None:
    assert told({"a": 100.0, "e": 100.0}) == []


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        ({"a": 1.0, "b": 2.0, "c": 1.0, "m": 2.0}, [("a", "b", 1.0, ())]),
        ({"a": 1.0, "b": 1.0, "c": 2.0, "m": 2.0}, [("a", "c", 1.0, ())]),
        ({"a": 1.0, "b": 1.0, "c": 1.0, "m": 2.0}, [("b", "m", 1.0, ())]),
        ({"a": 1.0, "m": 2.0}, [("a", "m", 1.0, ("b", "c"))]),
        ({"a": 1.0, "b": 1.0, "m": 1.0}, []),
    ],
)
def test_a_merge_changes_what_neither_line_did(
    values: dict[str, float], changes: list[tuple[object, ...]]
) -> None:
    assert told(values, history("a", "b a", "c a", "m b c")) == changes


FORK = history("a", "b a", "s a", "m b s", "n m")


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        # The line of before the improvement was not measured, and brings back what was saved.
        ({"a": 165.0, "b": 157.0, "m": 165.0}, [("a", "b", -8.0, ()), ("b", "m", 8.0, ("s",))]),
        # It was measured: who joined the two lost the improvement.
        (
            {"a": 165.0, "b": 157.0, "s": 165.0, "m": 165.0},
            [("a", "b", -8.0, ()), ("b", "m", 8.0, ())],
        ),
        # What each line did adds up, and is theirs.
        (
            {"a": 100.0, "b": 108.0, "s": 101.0, "m": 109.0, "n": 109.0},
            [("a", "b", 8.0, ()), ("a", "s", 1.0, ())],
        ),
        # What was picked from one line onto the other counts once.
        (
            {"a": 100.0, "b": 108.0, "s": 108.0, "m": 108.0},
            [("a", "b", 8.0, ()), ("a", "s", 8.0, ())],
        ),
        # A merge that leaves out what a line did changes nothing of the line it was made on.
        ({"a": 100.0, "b": 100.0, "s": 108.0, "m": 100.0}, [("a", "s", 8.0, ())]),
        # More than the lines did: the merge has done it, or they have together.
        (
            {"a": 100.0, "b": 100.0, "s": 108.0, "m": 124.0},
            [("a", "s", 8.0, ()), ("b", "m", 24.0, ("s",))],
        ),
    ],
)
def test_a_merge_is_compared_with_the_line_it_was_made_on(
    values: dict[str, float], changes: list[tuple[object, ...]]
) -> None:
    assert told(values, FORK) == changes


def test_a_merge_of_three_lines_is_none_of_what_they_did() -> None:
    commits = history("a", "b a", "c a", "d a", "m b c d")
    values = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 5.0, "m": 8.0}
    assert [change[1] for change in told(values, commits)] == ["b", "c", "d"]


def test_who_touches_nothing_that_is_measured_is_not_suspected() -> None:
    values = {"a": 100.0, "d": 101.0, "e": 102.0}
    one = series(values)
    (change, other) = find_changes(one, History(LINE, idle={"c", "d"}))
    assert (change.commit, change.unmeasured, change.reading) == ("b", (), "d")
    assert (other.commit, other.unmeasured, other.reading) == ("e", (), "e")
    (change, _) = find_changes(one, History(LINE, idle={"d"}))
    assert (change.suspects, change.reading) == (("b", "c"), "d")
    # Where none of them can have done it, something was touched that is not said to be measured.
    (change, _) = find_changes(one, History(LINE, idle={"b", "c", "d"}))
    assert (change.suspects, change.reading) == (("b", "c", "d"), "d")


def chance(**intervals: tuple[float, float]) -> Series:
    """Return a series of commits that are inexact, or exact where both ends are one."""
    one = series({name: (low + high) / 2 for name, (low, high) in intervals.items()})
    one.intervals.update(
        {name: Interval(low, high) for name, (low, high) in intervals.items() if low != high}
    )
    return one


def test_a_metric_is_inexact_since_a_commit_and_until_another() -> None:
    one = chance(a=(100, 100), c=(90, 130), d=(95, 120), e=(100, 100))
    (inexactness,) = find_inexactness(one, LINE)
    assert (inexactness.commit, inexactness.unmeasured, inexactness.until) == ("c", ("b",), "e")
    assert inexactness.interval == Interval(90, 130)
    assert list(find_changes(one, LINE)) == []
    (inexactness,) = find_inexactness(chance(a=(1, 2), b=(1, 2)), LINE)
    assert (inexactness.commit, inexactness.unmeasured, inexactness.until) == ("a", None, None)


def test_a_change_shows_where_intervals_lie_apart() -> None:
    one = chance(a=(100, 100), b=(108, 138), c=(110, 140), d=(141, 160), e=(150, 170))
    assert [(change.commit, change.interval) for change in find_changes(one, LINE)] == [
        ("b", Interval(108, 138)),
        ("d", Interval(141, 160)),
    ]


def test_what_chance_hid_is_told_as_a_range_when_it_is_gone() -> None:
    one = chance(a=(100, 100), b=(100, 130), c=(108, 138), d=(108, 108))
    (change,) = find_changes(one, LINE)
    assert (change.ancestor, change.suspects, change.delta) == ("a", ("b", "c", "d"), 8.0)


def test_commits_of_another_line_are_no_ancestors() -> None:
    assert told({"a": 1.0, "b": 2.0, "c": 1.0}, history("a", "b a", "c a")) == [("a", "b", 1.0, ())]


@given(st.lists(st.none() | st.integers(0, 3), min_size=1, max_size=12))
def test_the_changes_sum_to_the_difference(sizes: list[int | None]) -> None:
    names = [str(number) for number in range(len(sizes))]
    commits = history("0", *[f"{number} {number - 1}" for number in range(1, len(sizes))])
    values = {
        name: float(size) for name, size in zip(names, sizes, strict=True) if size is not None
    }
    changes = list(find_changes(series(values), commits))
    known = list(values.values())
    assert sum(change.delta for change in changes) == (known[-1] - known[0] if known else 0)
    assert len(changes) == sum(one != other for one, other in pairwise(known))


def test_drift_is_what_small_changes_sum_to() -> None:
    drift = find_drift(series({"a": 100.0, "b": 101.0, "c": 104.0, "e": 103.0}), LINE, "a")
    assert drift is not None
    assert (drift.since, drift.before, drift.after) == ("a", 100.0, 103.0)
    assert [(change.commit, change.delta) for change in drift.changes] == [
        ("c", 3.0),
        ("b", 1.0),
        ("e", -1.0),
    ]


def test_drift_begins_at_the_first_measured_commit_from_there() -> None:
    drift = find_drift(series({"a": 100.0, "c": 101.0, "d": 103.0}), LINE, "b")
    assert drift is not None
    assert (drift.since, drift.before, drift.after) == ("c", 101.0, 103.0)
    assert [change.commit for change in drift.changes] == ["d"]


def test_drift_is_of_what_a_tag_leads_to() -> None:
    commits = History(FORK, branches={"main": ("a", "b", "m", "n")})
    one = series({"a": 165.0, "b": 157.0, "s": 170.0, "m": 165.0})
    drift = find_drift(one, commits, "b")
    assert drift is not None
    assert (drift.since, drift.before, drift.after) == ("b", 157.0, 165.0)
    # Of a line that was not joined yet, nothing has grown since the tag.
    assert find_drift(series({"b": 157.0, "s": 170.0}), commits, "b") is None


@pytest.mark.parametrize("values", [{}, {"a": 1.0}, {"a": 1.0, "b": 2.0, "e": 3.0}])
def test_drift_needs_two_commits(values: dict[str, float]) -> None:
    assert find_drift(series(values), LINE, "c") is None


def test_gaps_are_the_commits_that_failed() -> None:
    one = series({"a": 1.0}, failed={"b", "elsewhere"})
    other = series({"a": 1.0, "b": 1.0}, failed={"d"})
    gaps = find_failed([one, other], LINE)
    assert list(gaps) == ["b", "d"]
    assert gaps["b"] == [one]
    assert gaps["d"] == [other]


def steps(
    values: dict[str, float], commits: dict[str, Commit], threshold: float = 0.05
) -> list[tuple[object, ...]]:
    return [
        (change.ancestor, change.commit, change.before, change.after, change.unmeasured)
        for change in find_steps(series(values), commits, list(commits), threshold)
    ]


def test_a_step_stands_out_of_the_noise() -> None:
    names = [f"c{number}" for number in range(40)]
    commits = history(names[0], *(f"{name} {parent}" for parent, name in pairwise(names)))
    noise = [(7 * number) % 5 for number in range(40)]
    values = {name: 1000.0 + noise[i] + (200 if i >= 20 else 0) for i, name in enumerate(names)}
    assert steps(values, commits) == [("c19", "c20", 1002.0, 1202.0, ())]
    del values["c20"]
    assert steps(values, commits) == [("c19", "c21", 1002.0, 1202.0, ("c20",))]


@pytest.mark.parametrize(("threshold", "told"), [(0.0, 1), (0.0499, 1), (0.05, 0), (0.1, 0)])
@pytest.mark.parametrize("delta", [5.0, -5.0])
def test_a_step_of_no_more_than_the_threshold_is_not_told(
    delta: float, threshold: float, told: int
) -> None:
    values = {"a": 100.0, "b": 100.0, "c": 100.0 + delta, "d": 100.0 + delta}
    assert len(steps(values, LINE, threshold)) == told


@pytest.mark.parametrize("values", [{}, {"a": 1.0}, {"a": 1.0, "b": 1.0}])
def test_little_makes_no_step(values: dict[str, float]) -> None:
    assert steps(values, LINE) == []


def test_what_grew_most_comes_first_and_what_shrank_does_not_come() -> None:
    values = [
        {"a": 100.0, "b": 101.0, "c": 103.0},
        {"a": 10.0, "b": 9.0},
        {"a": 0.0, "b": 1.0},
        {"a": 1.0},
        {"a": 5.0, "b": 7.0, "c": 5.0},
    ]
    drifts = find_drifts(map(series, values), LINE, "a")
    assert [(drift.before, drift.after) for drift in drifts] == [(0.0, 1.0), (100.0, 103.0)]
