import pytest

from asv_ledger.document.schema import Commit, MetricChange, Parameter
from asv_ledger.render.wording import (
    format_amount,
    format_change,
    format_columns,
    format_measured,
    format_metric,
    format_number,
    format_parameters,
    format_percent,
    format_place,
    format_range,
    format_scale,
    format_series,
    format_signed,
    format_summary,
    format_verdict,
    order_metrics,
    pick_headline,
    pick_lead,
    shorten,
)
from support.samples import (
    Memory,
    at_scale,
    bridge_memory,
    change,
    empty_memory,
    headline,
    headline_of,
    metric,
    name_commit,
    site,
)

HEADLINE = "session_memory.OneMoreSession.track_marginal"
NEWEST = "the newest measured commit"


def memory_of(metrics: list[MetricChange], unmeasured: tuple[str, ...] = ()) -> Memory:
    """Return a bridge whose newest commit changed metrics."""
    memory = bridge_memory()
    newest = change(memory["tables"]["commits"][-1], metrics, *unmeasured)
    memory["changes"].insert(0, newest | {"subject": "A subject"})
    return memory


def test_the_verdict_of_a_commit_that_changed_nothing() -> None:
    assert format_verdict(bridge_memory()) == (
        f"One session costs 1,024.75 bytes; {NEWEST} changed no exact metric",
        None,
    )


@pytest.mark.parametrize(
    ("metrics", "deed"),
    [
        ([headline(1_024.75, 56)], "made it 56 bytes larger"),
        ([headline(1_024.75, -1)], "made it 1 byte smaller"),
        (
            [headline(1_309.75, 8, "multilingual"), metric("m.C.track_x", 8, 8)],
            "made it 8 bytes larger (multilingual)",
        ),
        (
            [headline(1_309.75, 8, "multilingual"), headline(1_024.75, 0.5)],
            "made it 0.5 bytes larger",
        ),
        ([metric("m.C.track_x", 8, 8)], "changed 1 other exact metric"),
        (
            [headline(1_000, 8) | {"environment": "Python 3.11"}, metric("m.C.track_x", 8, 8)],
            "changed 2 other exact metrics",
        ),
    ],
)
def test_the_verdict_of_a_commit_that_changed_metrics(
    metrics: list[MetricChange], deed: str
) -> None:
    told = f"One session costs 1,024.75 bytes; {NEWEST} {deed}"
    assert format_verdict(memory_of(metrics)) == (told, "A subject")


def test_the_verdict_blames_no_single_commit_where_others_were_not_measured() -> None:
    assert format_verdict(memory_of([headline(1_000, 24.75)], ("a", "b"))) == (
        "One session costs 1,024.75 bytes; the newest measured commit or one of 2 unmeasured "
        "before it made it 24.75 bytes larger",
        "A subject",
    )


def test_the_verdict_of_what_the_newest_commit_did_not_measure() -> None:
    memory = bridge_memory()
    headline_of(memory)["lines"][0]["values"][-1] = None
    assert format_verdict(memory)[0] == (
        f"One session cost 1,024.75 bytes when last measured; {NEWEST} changed no exact metric"
    )


def test_the_verdict_of_a_headline_that_is_not_of_bytes() -> None:
    memory = bridge_memory()
    headline_of(memory).update({"benchmark": "m.C.track_size", "unit": "messages"})
    assert format_verdict(memory)[0] == (
        f"m.C.track_size is 1,024.75 messages; {NEWEST} changed no exact metric"
    )
    headline_of(memory)["lines"][0]["values"][-1] = None
    assert format_verdict(memory)[0].startswith("m.C.track_size was 1,024.75 messages when last")


def test_the_verdict_without_a_headline() -> None:
    memory = memory_of([metric("m.C.track_x", 8, 8), metric("m.C.track_y", 8, 8)])
    memory["tables"]["headline"] = None
    told = "The newest measured commit changed 2 exact metrics"
    assert format_verdict(memory) == (told, "A subject")


def test_the_verdict_of_nothing() -> None:
    assert format_verdict(empty_memory()) == ("Nothing has been measured yet", None)


def test_the_headline_leads_then_a_known_site_then_the_largest_part() -> None:
    memory = bridge_memory()
    small, large = metric("m.C.track_x", 100, 1), metric("m.C.track_y", 100, 2)
    caused = metric("m.C.track_z", 100, 1, sites=[site(None, None)])
    elsewhere = metric("m.C.track_y", 100, 50, environment="Python 3.13")
    english, multilingual = headline(1_000, 1), headline(1_000, 2, "multilingual")
    assert pick_lead(memory, [large, caused, multilingual, english]) is english
    assert pick_lead(memory, [large, caused, multilingual]) is multilingual
    assert pick_lead(memory, [large, small, caused]) is caused
    assert pick_lead(memory, [small, elsewhere, large]) is large
    assert pick_lead(memory, [large, metric("m.C.track_new", 0, 1)])["before"] == 0
    assert pick_headline(memory, [large]) is None


def test_metrics_are_in_the_order_of_numbers() -> None:
    written: list[tuple[Parameter, ...]] = [(100,), (20,), ("b",), ("a",), (3, 10), (3, 9), (2.5,)]
    metrics = [metric("m.C.track_x", 1, 1, parameters) for parameters in written]
    metrics.append(metric("m.B.track_x", 1, 1))
    assert [one["parameters"] for one in order_metrics(metrics)] == [
        [],
        [2.5],
        [3, 9],
        [3, 10],
        [20],
        [100],
        ["a"],
        ["b"],
    ]


def test_a_metric_names_its_environment_where_it_is_another() -> None:
    one = metric("m.C.track_x", 1, 1, (10000, "english"))
    assert format_metric(one, "Python 3.12") == "m.C.track_x (10,000, english)"
    assert format_metric(one, "Python 3.13") == "m.C.track_x (10,000, english), Python 3.12"


def test_parameters_are_told_as_people_write_them() -> None:
    numbers = [-1000, 10**15 - 1, 10**15, 1.5]
    assert format_parameters(numbers) == "-1,000, 999,999,999,999,999, 1000000000000000, 1.5"
    assert format_parameters(["it's", "10000", "[1000]"]) == "it's, 10000, [1000]"
    assert format_parameters([True, None]) == "True, None"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0.0, "0"),
        (100, "100"),
        (1_024.75, "1,024.75"),
        (-1_000_000.0, "-1,000,000"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0"),
        (2**53 + 1, "9,007,199,254,740,993"),
        (10**100, f"10{',000' * 33}"),
    ],
)
def test_a_number_has_the_digits_it_needs(number: float, told: str) -> None:
    assert format_number(number) == told


def test_a_series_is_named_as_asv_names_it() -> None:
    one = metric("m.C.track_x", 1, 1, (10000, "english"))
    assert format_series(one) == "m.C.track_x (10000, 'english'), Python 3.12"
    assert format_series(metric("m.C.track_x", 1, 1)) == "m.C.track_x, Python 3.12"


def test_columns_are_told_by_what_they_measure() -> None:
    assert format_columns(["m.C.track_live", "m.C.peakmem_open_all", "m.C.run", "track_x"]) == [
        "live",
        "open all",
        "run",
        "x",
    ]
    assert format_columns(["m.Fleet.track_rss", "m.Steady.track_rss", "track_rss"]) == [
        "Fleet rss",
        "Steady rss",
        "rss",
    ]


def test_numbers_are_told_with_a_minus_as_wide_as_the_plus() -> None:
    assert [format_signed(number) for number in (1_000.5, -56)] == ["+1,000.5", "−56"]
    assert [format_percent(*pair) for pair in ((200, 201), (8, 0), (0, 8))] == [
        "+0.50 %",
        "−100.00 %",
        "",
    ]
    assert [format_change(*pair) for pair in ((8, 8), (8, 4), (None, 4), (4, None))] == [
        "same",
        "−50.00 %",
        "",
        "",
    ]
    assert [format_amount(*pair) for pair in ((1, "bytes/session"), (1, "messages"))] == [
        "1 byte",
        "1 messages",
    ]


def test_a_noisy_value_has_the_digits_it_can_vouch_for() -> None:
    assert [format_measured(1_234.567, exact) for exact in (True, False)] == ["1,234.567", "1,235"]
    assert format_measured(None) == "–"


def test_a_scale_is_told() -> None:
    assert format_scale(at_scale(-0.56, 975_848)) == (
        "−0.56 MB at 10,000 sessions; a GB holds 975,848"
    )
    assert format_scale(at_scale(0.01, None)) == "+0.01 MB at 10,000 sessions"


def test_a_site_is_told_as_far_as_it_is_known() -> None:
    assert format_place(site("a.py", 8)) == "a.py:8"
    assert format_place(site("a.py", None)) == "a.py, no longer"
    assert format_place(site(None, None)) == "elsewhere"


def test_a_range_is_told_with_its_first_commit() -> None:
    commit: Commit = {"commit": name_commit(3), "subject": "", "date": ""}
    one = change(commit, [], name_commit(1), name_commit(2))
    assert format_range(one) == "In one of 3 commits, from 356a192b to 77de68da"
    assert format_range(change(commit, [])) == ""


def test_the_summary_says_what_is_not_measured() -> None:
    memory = empty_memory() | {"summary": {"a": 0.17, "b": None, "c": 956_379}}
    assert list(format_summary(memory)) == [("a", "0.17"), ("b", "not measured"), ("c", "956,379")]


def test_a_text_is_shortened_to_its_limit() -> None:
    assert [shorten("abcd", limit) for limit in (4, 3)] == ["abcd", "ab…"]
