from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asv_ledger.model.gate import (
    Addition,
    Baselines,
    Change,
    Comparison,
    Failure,
    Reading,
    compare,
)
from asv_ledger.statuses import Status

NONE = Baselines({}, {})
GREW = ({"same": 1, "grew": 100}, {"same": 1, "grew": 101})


def judge(
    before: Mapping[str, float | str],
    after: Mapping[str, float | str],
    baselines: Baselines = NONE,
    headline: str | None = None,
) -> Comparison:
    """Compare metrics by name; a text is why one failed."""
    base, head = (
        Reading(
            {name: value for name, value in metrics.items() if not isinstance(value, str)},
            {name: value for name, value in metrics.items() if isinstance(value, str)},
        )
        for metrics in (before, after)
    )
    return compare(base, head, baselines, "3.12", headline)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ({"a": 1}, {"a": 1}, Status.PASSED),
        ({"a": 2}, {"a": 1}, Status.PASSED),
        ({"a": 1}, {"a": 1, "new": 9}, Status.PASSED),
        ({"a": 1, "b": "broken"}, {"a": 1, "b": 9}, Status.PASSED),
        ({"a": 1}, {"a": 1.001}, Status.GREW),
        ({"a": 0}, {"a": 1}, Status.GREW),
        ({"a": 2, "b": 1}, {"a": 1, "b": 2}, Status.GREW),
        ({}, {}, Status.NOT_MEASURED),
        ({}, {"new": 1}, Status.NOT_MEASURED),
        ({"a": "broken"}, {"a": 1}, Status.NOT_MEASURED),
        ({"a": 1, "b": 1}, {"a": 1}, Status.NOT_MEASURED),
        ({"a": 1, "b": 1}, {"a": 2}, Status.NOT_MEASURED),
        ({"a": 1, "b": "broken"}, {"a": 1}, Status.NOT_MEASURED),
        ({"a": 1, "b": "broken"}, {"a": 1, "b": "broken"}, Status.NOT_MEASURED),
        ({"a": 1, "b": 1}, {"a": 1, "b": "broken"}, Status.FAILED),
        ({"a": 1}, {"a": 1, "b": "broken"}, Status.FAILED),
        ({"a": 1, "b": 1, "c": 1}, {"a": 2, "c": "broken"}, Status.FAILED),
    ],
)
def test_what_is_not_known_never_passes(
    before: dict[str, float | str], after: dict[str, float | str], verdict: Status
) -> None:
    assert judge(before, after).verdict is verdict


@pytest.mark.parametrize(
    ("base", "head", "verdict"),
    [
        (None, "does not start", Status.FAILED),
        ("does not start", None, Status.NOT_MEASURED),
        ("does not start", "does not start", Status.FAILED),
    ],
)
def test_a_commit_that_cannot_be_read_as_a_whole_is_told_once(
    base: str | None, head: str | None, verdict: Status
) -> None:
    readings = [
        Reading({"a": 1}, {"b": "broken"}) if why is None else Reading(broken=why)
        for why in (base, head)
    ]
    comparison = compare(readings[0], readings[1], NONE, "3.12")
    assert comparison == Comparison((), 0, (), (), (), (base, head))
    assert comparison.verdict is verdict


@pytest.mark.parametrize(
    ("baseline", "accepted"),
    [
        (101, "3.12"),
        (101.0, "3.12"),
        (101.5, None),
        (100.9, None),
        (100, None),
        (1e308, None),
    ],
)
def test_a_baseline_accepts_what_was_read_and_nothing_else(
    baseline: float, accepted: str | None
) -> None:
    comparison = judge(*GREW, Baselines({}, {"3.12": {"grew": baseline}}))
    assert comparison.changes == (Change("grew", 100, 101, baseline, accepted),)
    assert comparison.verdict is (Status.GREW if accepted is None else Status.PASSED)


@pytest.mark.parametrize("head", [{}, {"same": 101}])
def test_a_baseline_of_this_python_without_the_metric_accepts_nothing(
    head: dict[str, float],
) -> None:
    baselines = Baselines({"3.13": {"grew": 100}}, {"3.12": head, "3.13": {"grew": 101}})
    assert judge(*GREW, baselines).changes == (Change("grew", 100, 101, None, None),)


@pytest.mark.parametrize(
    ("base", "head", "accepted"),
    [
        (90, 91, "3.13"),
        (90, 92, "3.13"),
        (90, 92.5, None),
        (90, 90.5, None),
        (90, 90, None),
        (91, 90, None),
        (90, 1e308, None),
        (None, 101, None),
        (101, None, None),
    ],
)
def test_without_a_baseline_of_this_python_that_of_another_accepts_as_much(
    base: float | None, head: float | None, accepted: str | None
) -> None:
    metrics = [{} if value is None else {"grew": value} for value in (base, head)]
    comparison = judge(*GREW, Baselines({"3.13": metrics[0]}, {"3.13": metrics[1]}))
    assert comparison.changes == (Change("grew", 100, 101, None, accepted),)


def test_a_baseline_makes_up_for_nothing_that_is_not_known() -> None:
    baselines = Baselines({}, {"3.12": {"a": 2, "b": 2, "c": 2}})
    assert judge({"a": 1, "b": 1}, {"a": 2}, baselines).verdict is Status.NOT_MEASURED
    assert judge({"a": 1, "c": 1}, {"a": 2, "c": "x"}, baselines).verdict is Status.FAILED


def test_what_matters_most_comes_first() -> None:
    before = {"h.m(1)": 100, "h.m(2)": 100, "h.more": 1, "accepted": 1, "from 0": 0, "less": 9}
    after = {"h.m(1)": 101, "h.m(2)": 102, "h.more": 2, "accepted": 9, "from 0": 1, "less": 1}
    comparison = judge(before, after, Baselines({}, {"3.12": {"accepted": 9}}), "h.m")
    names = [change.name for change in comparison.changes]
    assert names == ["h.m(2)", "h.m(1)", "from 0", "h.more", "accepted", "less"]


def test_each_metric_is_told_once_with_what_became_of_it() -> None:
    before: dict[str, float | str] = {
        "same": 1,
        "gone": 1,
        "fails": 1,
        "failed": "once",
        "fails on": "a",
        "failed, gone": "x",
    }
    after: dict[str, float | str] = {
        "same": 1,
        "fails": "now",
        "failed": 7,
        "fails on": "b",
        "new": 8,
        "new, fails": "z",
    }
    assert judge(before, after) == Comparison(
        changes=(),
        same=1,
        failed=(Failure("fails", "now"), Failure("new, fails", "z")),
        missing=(
            Failure("fails on", "failed at both commits: b"),
            Failure("failed, gone", "failed at the base, is not given at the head"),
            Failure("gone", "has a value at the base, is not given at the head"),
        ),
        added=(Addition("failed", 7, has_failed=True), Addition("new", 8, has_failed=False)),
        broken=(None, None),
    )


values = st.one_of(st.just("broken"), st.integers(0, 3), st.floats(0, 3))
metrics = st.dictionaries(st.sampled_from("abcdef"), values)


@given(metrics, metrics)
def test_it_passes_only_where_every_metric_of_the_base_is_known_and_none_grew(
    before: dict[str, float | str], after: dict[str, float | str]
) -> None:
    known = {name: value for name, value in before.items() if not isinstance(value, str)}
    is_fine = bool(known) and "broken" not in after.values() and before.keys() <= after.keys()
    is_fine = is_fine and all(float(after[name]) <= value for name, value in known.items())
    assert (judge(before, after).verdict is Status.PASSED) == is_fine
