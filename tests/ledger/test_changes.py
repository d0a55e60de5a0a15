from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.changes import find_changes, find_creep, find_creeps, find_gaps, find_steps
from ledger.commits import Commit
from tests.ledger.support import history, series

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
        ({"a": 1.0, "m": 2.0}, [("a", "m", 1.0, ("c", "b"))]),
        ({"a": 1.0, "b": 1.0, "m": 1.0}, []),
    ],
)
def test_a_merge_changes_what_neither_line_did(
    values: dict[str, float], changes: list[tuple[object, ...]]
) -> None:
    assert told(values, history("a", "b a", "c a", "m b c")) == changes


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


def test_creep_is_what_small_changes_sum_to() -> None:
    creep = find_creep(series({"a": 100.0, "b": 101.0, "c": 104.0, "e": 103.0}), LINE, "a")
    assert creep is not None
    assert (creep.since, creep.before, creep.after) == ("a", 100.0, 103.0)
    assert [(change.commit, change.delta) for change in creep.changes] == [
        ("c", 3.0),
        ("b", 1.0),
        ("e", -1.0),
    ]


def test_creep_begins_at_the_first_measured_commit_from_there() -> None:
    creep = find_creep(series({"a": 100.0, "c": 101.0, "d": 103.0}), LINE, "b")
    assert creep is not None
    assert (creep.since, creep.before, creep.after) == ("c", 101.0, 103.0)
    assert [change.commit for change in creep.changes] == ["d"]


@pytest.mark.parametrize("values", [{}, {"a": 1.0}, {"a": 1.0, "b": 2.0, "e": 3.0}])
def test_creep_needs_two_commits(values: dict[str, float]) -> None:
    assert find_creep(series(values), LINE, "c") is None


def test_gaps_are_the_commits_that_failed() -> None:
    one = series({"a": 1.0}, failed={"b", "elsewhere"})
    other = series({"a": 1.0, "b": 1.0}, failed={"d"})
    gaps = find_gaps([one, other], LINE)
    assert list(gaps) == ["b", "d"]
    assert gaps["b"] == [one]
    assert gaps["d"] == [other]


def steps(
    values: dict[str, float], commits: dict[str, Commit], threshold: float = 0.05
) -> list[tuple[object, ...]]:
    return [
        (change.ancestor, change.commit, change.before, change.after, change.unmeasured)
        for change in find_steps(series(values), commits, threshold)
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
    creeps = find_creeps(map(series, values), LINE, "a")
    assert [(creep.before, creep.after) for creep in creeps] == [(0.0, 1.0), (100.0, 103.0)]
