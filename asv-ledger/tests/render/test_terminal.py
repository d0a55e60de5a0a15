import pytest

from asv_ledger.document.schema import (
    Commit,
    Drift,
    InexactMetric,
    Interval,
    Share,
    Step,
)
from asv_ledger.document.verdict_schema import BaselineChanges
from asv_ledger.render.terminal import (
    format_baseline,
    format_changes,
    format_commit,
    format_difference,
    format_drift,
    format_failed,
    format_inexact,
    format_memory,
    format_steps,
)
from support.samples import (
    bridge_memory,
    change,
    empty_memory,
    growth,
    metric,
    named,
    range_of,
    site,
)

NAME = "m.C.track_live (10, 'x'), Python 3.12"


def commit(name: str) -> Commit:
    return {"commit": name * 40, "subject": f"subject of {name}", "date": "2026-01-01T00:00:00"}


def line(name: str) -> str:
    return f"{name * 8} 2026-01-01 subject of {name}"


@pytest.mark.parametrize(
    ("before", "delta", "unit", "told"),
    [
        (
            1_000.0,
            1.0,
            "bytes/session",
            "1,000 -> 1,001 bytes/session, +1 (+0.10 %), +0.01 MB at 10,000 sessions, "
            "999,001 sessions a GB",
        ),
        (100.0, -3.5, "bytes", "100 -> 96.5 bytes, -3.5 (-3.50 %)"),
        (0.0, 8.0, "bytes/closed session", "0 -> 8 bytes/closed session, +8"),
        (
            8.0,
            -8.0,
            "bytes/session",
            "8 -> 0 bytes/session, -8 (-100.00 %), -0.08 MB at 10,000 sessions",
        ),
    ],
)
def test_a_difference_is_told_in_bytes_percent_and_at_scale(
    before: float, delta: float, unit: str, told: str
) -> None:
    one = metric("m.C.track_live", before, delta, unit=unit)
    if unit != "bytes/session":
        one["scale"] = None
    assert format_difference(one) == told


def test_an_inexact_difference_is_told_with_what_readings_lie_in() -> None:
    one = metric("m.C.track_live", 8, 1, unit="bytes", scale=None)
    interval: Interval = {"low": 8.5, "high": 9}
    assert format_difference(one, interval) == (
        "8 -> 9 bytes, +1 (+12.50 %), readings from 8.5 to 9"
    )


def test_changes_are_told_by_commit_the_newest_first() -> None:
    sites = [
        site("model/a.py", 7, "x = []", 1.5),
        site("model/a.py", None, "y = {}", -0.25),
        site(None, None, None, -0.25),
    ]
    newest = change(commit("d"), [metric("m.C.track_live", 101.0, 4.0, (10, "x"))], "c" * 40)
    newest["suspects"] = [commit("c"), commit("d")]
    known = [
        metric("m.C.track_fixed", 1.0, 1.0, (5,), sites=sites),
        metric("m.C.track_live", 100.0, 1.0, (10, "x"), sites=sites),
    ]
    assert list(format_changes([newest, change(commit("b"), known)])) == [
        "One of 2 commits, cccccccc to dddddddd, which were not measured one by one:",
        f"  - {line('d')}",
        f"  - {line('c')}",
        f"    {NAME}: 101 -> 105 bytes/session, +4 (+3.96 %), +0.04 MB at 10,000 sessions, "
        "9,523,810 sessions a GB",
        line("b"),
        "    m.C.track_fixed (5), Python 3.12: 1 -> 2 bytes/session, +1 (+100.00 %), "
        "+0.01 MB at 10,000 sessions, 500,000,000 sessions a GB",
        "        +1.5  model/a.py:7  x = []",
        "        -0.25  model/a.py, no longer  y = {}",
        "        -0.25  elsewhere",
        f"    {NAME}: 100 -> 101 bytes/session, +1 (+1.00 %), +0.01 MB at 10,000 sessions, "
        "9,900,990 sessions a GB",
    ]


def test_a_commit_that_metrics_were_read_at_two_others_for_is_told_once() -> None:
    one, two = (
        change(commit("b"), [metric("m.C.track_live", 8, 1, (name,), unit="bytes", scale=None)])
        for name in ("x", "y")
    )
    one["measured_at"], two["measured_at"] = "d" * 40, "c" * 40
    assert list(format_changes([one, two])) == [
        line("b"),
        "    m.C.track_live ('x'), Python 3.12: 8 -> 9 bytes, +1 (+12.50 %)",
        "    m.C.track_live ('y'), Python 3.12: 8 -> 9 bytes, +1 (+12.50 %)",
    ]


@pytest.mark.parametrize(("unmeasured", "listed", "more"), [(7, 8, None), (8, 7, 2), (90, 7, 84)])
def test_of_many_suspects_the_newest_are_told(
    unmeasured: int, listed: int, more: int | None
) -> None:
    one = change(commit("d"), [], *("c" * 40 for _ in range(unmeasured)))
    one["suspects"] = [*[commit("c")] * min(unmeasured, 11), commit("d")]
    first, newest, *others = format_changes([one])
    assert first == (
        f"One of {unmeasured + 1} commits, cccccccc to dddddddd, which were not measured one by "
        "one:"
    )
    assert newest == f"  - {line('d')}"
    older = [] if more is None else [f"  - {more} older ones"]
    assert others == [f"  - {line('c')}"] * (listed - 1) + older


def test_what_is_inexact_is_told_since_when_and_until_when() -> None:
    interval: Interval = {"low": 8, "high": 9.5}
    first: InexactMetric = {
        **named("m.C.track_live", (10, "x")),
        "interval": interval,
        "from_first": True,
        "unmeasured": None,
        "until": None,
    }
    later = first | {"from_first": False, "unmeasured": range_of("a", "b"), "until": "c" * 40}
    metrics = [first, later]
    assert list(format_inexact([{**commit("b"), "metrics": metrics}])) == [
        line("b"),
        f"    {NAME}: inexact since it was first measured, readings from 8 to 9.5 bytes",
        f"    {NAME}: inexact since then, readings from 8 to 9.5 bytes, or since one of 2 not "
        "measured before it; exact again at cccccccc",
    ]


def test_what_failed_is_counted() -> None:
    told = format_failed([{**commit("b"), "failed": 1, "of": 2, "benchmarks": ["m.C.track_live"]}])
    assert list(told) == [line("b"), "    not measured: 1 of 2 exact metrics"]


def test_a_noisy_step_is_told_as_one_that_decides_nothing() -> None:
    one = metric("m.C.track_live", 8.0, 1.0, (10, "x"), unit="seconds", scale=None)
    steps: list[Step] = [{**commit(name), "unmeasured": None, "metrics": [one]} for name in "db"]
    assert list(format_steps(steps)) == [
        "Noisy metrics, by asv's step fit: they decide nothing, and a step can be noise:",
        f"    at about {line('d')}",
        f"        {NAME}: 8 -> 9 seconds, +1 (+12.50 %)",
        f"    at about {line('b')}",
        f"        {NAME}: 8 -> 9 seconds, +1 (+12.50 %)",
    ]
    assert list(format_steps([])) == []


def test_what_grew_is_told_with_its_largest_step() -> None:
    def drift(before: float, *deltas: float) -> Drift:
        commits: list[Share] = [{**commit("c"), "delta": delta} for delta in deltas]
        one = growth("m.C.track_live", before, sum(deltas), (10, "x"))
        return {**one, "since": "v1", "changes": len(deltas), "commits": commits}

    assert list(format_drift([drift(0.0, 1.0), drift(100.0, 2.0, 1.0)])) == [
        "Grown since v1:",
        f"    {NAME}: 0 -> 1 bytes, +1",
        f"        in {line('c')}: +1",
        f"    {NAME}: 100 -> 103 bytes, +3 (+3.00 %)",
        f"        in 2 commits, most in {line('c')}: +2",
    ]
    assert list(format_drift([])) == []


def test_all_of_a_document_is_told_the_oldest_failure_first() -> None:
    lines = list(format_memory(bridge_memory() | {"outside": ["e" * 40]}))
    places = [
        lines.index(one)
        for one in (
            "54ceb912 2026-10-26 Find the end of a packed session by its length",
            "b1d57811 2026-05-18 Describe the suite, how to use it and how to contribute",
            "98fbc42f 2026-09-14 Read a window in one pass",
            "Grown since v0.2:",
            "Noisy metrics, by asv's step fit: they decide nothing, and a step can be noise:",
            "Results of 1 commit belong to no branch of asv.conf.json and to no tag: eeeeeeee.",
            "13 of 63 measured commits changed an exact metric",
        )
    ]
    assert places == sorted(places)
    assert places[-1] == len(lines) - 1


def test_of_nothing_nothing_changed() -> None:
    assert list(format_memory(empty_memory())) == [
        "0 of 0 measured commits changed an exact metric"
    ]


def test_a_commit_is_told_with_the_day_of_its_author() -> None:
    assert format_commit(commit("b")) == line("b")


def test_what_changes_in_baseline_is_told_by_metric() -> None:
    baseline: BaselineChanges = {
        "python": "3.12",
        "metrics": 5,
        "changes": [
            {"name": "m.C.track_a", "before": 1_000, "after": 1_000.5},
            {"name": "m.C.track_b('x')", "before": 0.0, "after": 8},
            {"name": "m.C.track_c", "before": 5, "after": None},
            {"name": "m.C.track_e", "before": None, "after": 0.25},
        ],
    }
    assert list(format_baseline(baseline)) == [
        "Python 3.12: 4 of 5 exact metrics changed",
        "    m.C.track_a: 1,000 -> 1,000.5, +0.5 (+0.05 %)",
        "    m.C.track_b('x'): 0 -> 8, +8",
        "    m.C.track_c: 5, gone",
        "    m.C.track_e: 0.25, new",
    ]
    assert list(format_baseline(baseline | {"metrics": 4, "changes": []})) == [
        "Python 3.12: none of 4 exact metrics changed"
    ]
