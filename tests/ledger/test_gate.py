import pytest

from ledger.budgets import Budgets
from ledger.gate import Verdict, compare
from ledger.series import Key, Series


def figure(
    name: str,
    values: dict[str, float],
    failed: str = "",
    inapplicable: str = "",
    is_exact: bool = True,
) -> Series:
    key = Key(f"m.C.track_{name}", (), "Python 3.12")
    return Series(key, "bytes", (), is_exact, values, set(failed), set(inapplicable))


SAME = figure("same", {"a": 1.0, "b": 1.0})
GREW = figure("grew", {"a": 100.0, "b": 101.0})
SHRANK = figure("shrank", {"a": 100.0, "b": 99.0})
FAILED = figure("failed", {"a": 100.0}, failed="b")
FAILED_BEFORE = figure("failed_before", {"b": 100.0}, failed="a")
MISSING = figure("missing", {"a": 100.0})
GONE = figure("gone", {"a": 100.0}, inapplicable="b")
NEW = figure("new", {"b": 100.0})
NOISY = figure("noisy", {"a": 100.0, "b": 900.0}, is_exact=False)
NOISY_FAILED = figure("noisy_failed", {"a": 100.0}, failed="b", is_exact=False)


@pytest.mark.parametrize(
    ("series", "verdict"),
    [
        ([SAME], Verdict.PASSED),
        ([SHRANK], Verdict.PASSED),
        ([SAME, NEW, GONE, NOISY, NOISY_FAILED], Verdict.PASSED),
        ([SAME, GREW], Verdict.GREW),
        ([SHRANK, GREW], Verdict.GREW),
        ([], Verdict.NOT_MEASURED),
        ([NOISY], Verdict.NOT_MEASURED),
        ([NEW], Verdict.NOT_MEASURED),
        ([GONE], Verdict.NOT_MEASURED),
        ([MISSING], Verdict.NOT_MEASURED),
        ([SAME, MISSING], Verdict.NOT_MEASURED),
        ([GREW, MISSING], Verdict.NOT_MEASURED),
        ([GREW, MISSING, FAILED], Verdict.FAILED),
        ([SAME, FAILED_BEFORE], Verdict.FAILED),
    ],
)
def test_what_is_not_known_never_passes(series: list[Series], verdict: Verdict) -> None:
    assert compare(series, "a", "b", {}).verdict is verdict


@pytest.mark.parametrize(
    ("budgets", "verdict"),
    [
        ({"3.12": {"m.C.track_grew": 101}}, Verdict.PASSED),
        ({"3.12": {"m.C.track_grew": 101.5}}, Verdict.PASSED),
        ({"3.12": {"m.C.track_grew": 100.9}}, Verdict.GREW),
        ({"3.12": {"m.C.track_same": 101}}, Verdict.GREW),
        ({"3.13": {"m.C.track_grew": 101}}, Verdict.GREW),
        ({"3.12": {}}, Verdict.GREW),
    ],
)
def test_growth_within_its_budget_does_not_decide(budgets: Budgets, verdict: Verdict) -> None:
    comparison = compare([SAME, SHRANK, GREW], "a", "b", budgets)
    assert comparison.verdict is verdict
    accepted = [change.series for change in comparison.changes if comparison.is_accepted(change)]
    assert accepted == ([GREW] if verdict is Verdict.PASSED else [])


def test_a_budget_is_of_one_set_of_parameters() -> None:
    keys = [Key("m.C.track_grew", ("1", "'a'"), "Python 3.12"), GREW.key]
    grew = [Series(key, "bytes", ("n", "x"), True, {"a": 1.0, "b": 2.0}) for key in keys]
    comparison = compare(grew, "a", "b", {"3.12": {"m.C.track_grew(1, 'a')": 2.0}})
    assert [comparison.budget(change) for change in comparison.changes] == [2.0, None]
    assert comparison.verdict is Verdict.GREW


def test_a_budget_makes_up_for_nothing_that_is_not_known() -> None:
    figures = ("m.C.track_grew", "m.C.track_missing", "m.C.track_failed")
    budgets = {"3.12": dict.fromkeys(figures, 101.0)}
    assert compare([GREW, MISSING], "a", "b", budgets).verdict is Verdict.NOT_MEASURED
    assert compare([GREW, FAILED], "a", "b", budgets).verdict is Verdict.FAILED


def test_the_verdicts_are_exit_statuses_and_none_is_that_of_wrong_use() -> None:
    assert [verdict.value for verdict in Verdict] == [0, 1, 3, 4]


def test_the_largest_growth_comes_first() -> None:
    from_nothing = figure("from_nothing", {"a": 0.0, "b": 1.0})
    doubled = figure("doubled", {"a": 1.0, "b": 2.0})
    comparison = compare([SHRANK, GREW, doubled, SAME, from_nothing], "a", "b", {})
    assert [change.series for change in comparison.changes] == [from_nothing, doubled, GREW, SHRANK]
    assert comparison.same == 1


def test_a_python_that_the_head_was_not_measured_with_is_not_compared() -> None:
    other = Series(Key("m.C.track_same", (), "Python 3.13"), "bytes", (), True, {"a": 1.0})
    comparison = compare([SAME, other], "a", "b", {})
    assert comparison.verdict is Verdict.PASSED
    assert comparison.missing == ()


def test_each_series_is_told_once() -> None:
    comparison = compare([SAME, GREW, FAILED, MISSING, GONE, NEW, NOISY], "a", "b", {})
    assert [change.series for change in comparison.changes] == [GREW]
    assert [change.series for change in comparison.noisy] == [NOISY]
    assert comparison.failed == (FAILED,)
    assert comparison.missing == (MISSING,)
