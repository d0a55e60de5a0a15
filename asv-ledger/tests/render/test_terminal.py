import dataclasses

import pytest

from asv_ledger.model.attribution import Site
from asv_ledger.model.changes import Change, find_changes, find_drift
from asv_ledger.model.series import Key, Series
from asv_ledger.render.terminal import (
    format_baseline,
    format_changes,
    format_commit,
    format_difference,
    format_drift,
    format_number,
    format_steps,
)
from support.histories import history, series

LINE = history("a", "b a", "c b", "d c")


def change(before: float, after: float, unit: str = "bytes/session") -> Change:
    key = Key("m.C.track_live", ("10", "'x'"), "Python 3.12")
    return Change(Series(key, unit, ("size", "kind"), True), "a", "b", before, after, ())


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


@pytest.mark.parametrize(
    ("before", "after", "unit", "told"),
    [
        (
            1_000.0,
            1_001.0,
            "bytes/session",
            "1,000 -> 1,001 bytes/session, +1 (+0.10 %), +0.01 MB at 10,000 sessions, "
            "999,001 sessions a GB",
        ),
        (100.0, 96.5, "bytes", "100 -> 96.5 bytes, -3.5 (-3.50 %)"),
        (0.0, 8.0, "bytes/closed session", "0 -> 8 bytes/closed session, +8"),
        (
            8.0,
            0.0,
            "bytes/session",
            "8 -> 0 bytes/session, -8 (-100.00 %), -0.08 MB at 10,000 sessions",
        ),
    ],
)
def test_a_difference_is_told_in_bytes_percent_and_fleets(
    before: float, after: float, unit: str, told: str
) -> None:
    assert format_difference(change(before, after, unit)) == told


def test_changes_are_told_by_commit_the_newest_first() -> None:
    one = series({"a": 100.0, "b": 101.0, "d": 105.0})
    other = dataclasses.replace(
        series({"a": 1.0, "b": 2.0}), key=Key("m.C.track_fixed", ("5",), "Python 3.12")
    )
    changes = [change for each in (one, other) for change in find_changes(each, LINE)]
    name = "session_memory.Session.track_live, Python 3.12"

    def explain(change: Change) -> list[Site] | None:
        if change.commit == "d":
            return None
        return [
            Site("model/a.py", 7, "x = [\x1b]", 1.5),
            Site("model/a.py", None, "y = {}", -0.25),
            Site(None, None, None, -0.25),
        ]

    sites = [
        "        +1.5  model/a.py:7  x = [\N{REPLACEMENT CHARACTER}]",
        "        -0.25  model/a.py, no longer  y = {}",
        "        -0.25  elsewhere",
    ]
    assert list(format_changes(changes, LINE, explain)) == [
        "One of 2 commits, c to d, which were not measured one by one:",
        "  - d 2026-01-01 subject of d",
        "  - c 2026-01-01 subject of c",
        f"    {name}: 101 -> 105 bytes/session, +4 (+3.96 %), +0.04 MB at 10,000 sessions, "
        "9,523,810 sessions a GB",
        "b 2026-01-01 subject of b",
        "    m.C.track_fixed (5), Python 3.12: 1 -> 2 bytes/session, +1 (+100.00 %), "
        "+0.01 MB at 10,000 sessions, 500,000,000 sessions a GB",
        *sites,
        f"    {name}: 100 -> 101 bytes/session, +1 (+1.00 %), +0.01 MB at 10,000 sessions, "
        "9,900,990 sessions a GB",
    ]


def test_a_noisy_step_is_told_as_one_that_decides_nothing() -> None:
    steps = [dataclasses.replace(change(8.0, 9.0, "seconds"), commit=name) for name in ("b", "d")]
    assert list(format_steps(steps, LINE)) == [
        "Noisy metrics, by asv's step fit: they decide nothing, and a step can be noise:",
        "    at about d 2026-01-01 subject of d",
        "        m.C.track_live (10, 'x'), Python 3.12: 8 -> 9 seconds, +1 (+12.50 %)",
        "    at about b 2026-01-01 subject of b",
        "        m.C.track_live (10, 'x'), Python 3.12: 8 -> 9 seconds, +1 (+12.50 %)",
    ]
    assert list(format_steps([], LINE)) == []


def test_what_grew_is_told_with_its_largest_step() -> None:
    values = [{"a": 0.0, "b": 1.0}, {"a": 100.0, "b": 101.0, "c": 103.0}]
    drifts = [drift for one in values if (drift := find_drift(series(one), LINE, "a"))]
    name = "session_memory.Session.track_live, Python 3.12"
    assert list(format_drift(drifts, LINE, "v1")) == [
        "Grown since v1:",
        f"    {name}: 0 -> 1 bytes/session, +1, +0.01 MB at 10,000 sessions",
        "        in b 2026-01-01 subject of b: +1",
        f"    {name}: 100 -> 103 bytes/session, +3 (+3.00 %), +0.03 MB at 10,000 sessions, "
        "9,708,738 sessions a GB",
        "        in 2 commits, most in c 2026-01-01 subject of c: +2",
    ]
    assert list(format_drift([], LINE, "v1")) == []


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("تاريخ", "تاريخ"),
        ("\x1b[31mred\x07", "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_subject_cannot_control_the_terminal(subject: str, told: str) -> None:
    commit = dataclasses.replace(LINE["a"], hash="0123456789abcdef", subject=subject)
    assert format_commit(commit) == f"01234567 2026-01-01 {told}"


def test_what_changes_in_baseline_is_told_by_metric() -> None:
    before = {"m.C.track_a": 1_000, "m.C.track_b('x')": 0.0, "m.C.track_c": 5, "m.C.track_d": 1}
    after = {"m.C.track_a": 1_000.5, "m.C.track_b('x')": 8, "m.C.track_d": 1, "m.C.track_e": 0.25}
    assert list(format_baseline("3.12", before, after)) == [
        "Python 3.12: 4 of 5 exact metrics changed",
        "    m.C.track_a: 1,000 -> 1,000.5, +0.5 (+0.05 %)",
        "    m.C.track_b('x'): 0 -> 8, +8",
        "    m.C.track_c: 5, gone",
        "    m.C.track_e: 0.25, new",
    ]
    assert list(format_baseline("3.12", after, after)) == [
        "Python 3.12: none of 4 exact metrics changed"
    ]
