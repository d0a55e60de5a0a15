from dataclasses import replace

import pytest

from asv_ledger.document.verdict import describe_judgement
from asv_ledger.model.commands import Commands
from asv_ledger.model.gate import Change, Comparison
from asv_ledger.model.judgement import Judgement, Own
from asv_ledger.model.layout import Changed, Kind
from asv_ledger.model.reach import Reach
from asv_ledger.render.gate_report import COMMENT_LIMIT, MARKER, format_markdown, format_text
from support.judgements import CHANGES, COMPARISON, LOUD, QUIET


def text(judgement: Judgement) -> list[str]:
    return list(format_text(describe_judgement(judgement)))


def markdown(judgement: Judgement, limit: int = COMMENT_LIMIT) -> list[str]:
    return list(format_markdown(describe_judgement(judgement), limit))


def test_what_is_quiet_is_told_in_three_lines() -> None:
    assert text(QUIET) == [
        "CPython 3.12.1: nothing grew (compared 3: 0 grew, 0 shrank)",
        "from a 2026-01-01 subject of a",
        "to   b 2026-01-01 subject of b",
    ]


def test_a_head_that_is_not_made_on_the_base_is_told_so() -> None:
    told = (
        "The head lacks 2 commits of the base: what was saved there is told as growth here; merge "
        "the base first"
    )
    assert text(replace(QUIET, lacking=2))[3:] == [told]
    assert f"{told}." in markdown(replace(QUIET, lacking=2))


def test_all_is_told_what_decides_first() -> None:
    assert text(LOUD) == [
        "CPython 3.12.1: 1 metric failed (compared 7: 3 grew, 1 shrank); and this pull request "
        "changes how it is measured: 2 files, and could act on how it is measured: 2 places",
        "from a 2026-01-01 subject of a",
        "to   b 2026-01-01 subject of b",
        "    m.C.x('<b>'): 1,000 -> 1,016, +16 bytes/session (+1.60 %), "
        "+0.16 MB at 10,000 sessions",
        "    m.C.y: 0 -> 8, +8 bytes; the baseline says 1e+308",
        "    m.C.z: 10 -> 11, +1 (+10.00 %); accepted by the baseline of Python 3.12",
        "    m.C.less: 10 -> 9, -1 (-10.00 %)",
        "If that is meant: asv-ledger accept, and say why in the commit",
        "Failed at the head:",
        "    m.C.f: ValueError: 1|2",
        "Not measured:",
        "    m.C.n: has a value at the base, is not given at the head",
        "Measured at the head alone, which decides nothing:",
        "    m.C.new: new: 5",
        "    m.C.old: works again: 2.5",
        "This pull request also changes what is measured, or how:",
        "    benchmarks: b/x\N{REPLACEMENT CHARACTER}.py (removed)",
        "    results: results/a.json (added)",
        "What is measured could tell that it is, or act on it; to be looked at:",
        "    m/a.py:7 uses eval",
        "    m/a.so is no Python code",
        "The head's own benchmarks, which decide nothing, say otherwise:",
        "    s fails: no",
        "    p: 2, not 1",
        "    q: not measured any more",
        "    r: 3, new",
    ]


@pytest.mark.parametrize(
    ("comparison", "told"),
    [
        (replace(COMPARISON, failed=()), "1 metric not measured (compared 7: 3 grew, 1 shrank)"),
        (
            replace(COMPARISON, failed=(), missing=()),
            "2 metrics grew beyond the baseline (compared 7: 3 grew, 1 shrank)",
        ),
        (
            replace(COMPARISON, failed=(), missing=(), changes=CHANGES[2:]),
            "nothing grew beyond the baseline (compared 5: 1 grew, 1 shrank)",
        ),
        (
            replace(COMPARISON, failed=(), missing=(), changes=CHANGES[:1]),
            "1 metric grew (compared 4: 1 grew, 0 shrank)",
        ),
        (Comparison((), 0, (), (), (), (None, None)), "nothing was measured at both commits"),
        (Comparison((), 0, (), (), (), (None, "x")), "the head could not be read"),
        (
            Comparison((), 0, (), (), (), ("x", None)),
            "the base could not be read, and nothing is compared",
        ),
        (None, "nothing was read"),
    ],
)
def test_the_verdict_is_one_line(comparison: Comparison | None, told: str) -> None:
    verdict, *_ = text(replace(QUIET, comparison=comparison))
    assert verdict == f"CPython 3.12.1: {told}"


def test_what_broke_is_told() -> None:
    broken = Comparison((), 0, (), (), (), ("no base", "no head"))
    told = text(replace(QUIET, comparison=broken, own=Own(broken="no own")))
    assert told[3:] == [
        "Could not be read:",
        "    base: no base",
        "    head: no head",
        "The head's own benchmarks, which decide nothing, say otherwise:",
        "    no own",
    ]


def test_a_comment_is_found_again_and_shows_no_markup_of_anybody() -> None:
    lines = markdown(LOUD)
    assert lines[0] == "<!-- asv-ledger gate: CPython 3.12 -->"
    assert lines[0].startswith(MARKER)
    assert lines[1].startswith("### CPython 3.12.1: 1 metric failed ")
    assert lines[3:5] == ["From a 2026-01-01 subject of a  ", "to b 2026-01-01 subject of b"]
    assert lines[6:9] == [
        "| metric | before | after | difference |",
        "|---|--:|--:|--:|",
        "| m.C.x\\('&lt;b&gt;'\\) | 1,000 | 1,016 | \\+16 bytes/session \\(\\+1.60 %\\), "
        "\\+0.16 MB at 10,000 sessions |",
    ]
    assert lines[12:15] == [
        "",
        "If that is meant: asv-ledger accept, and say why in the commit.",
        "",
    ]
    assert "- m.C.f: ValueError: 1\\|2" in lines
    assert "- benchmarks: b/x\N{REPLACEMENT CHARACTER}.py \\(removed\\)" in lines


def test_many_metrics_are_folded() -> None:
    changes = tuple(Change(f"m{n}", 1, 2, None, None) for n in range(14))
    lines = markdown(replace(QUIET, comparison=replace(COMPARISON, changes=changes)))
    begin = lines.index("<details><summary>More metrics that differ</summary>")
    assert lines[begin - 2].startswith("| m11 |")
    assert lines[begin + 1 : begin + 5] == [
        "",
        "| metric | before | after | difference |",
        "|---|--:|--:|--:|",
        "| m12 | 1 | 2 | \\+1 \\(\\+100.00 %\\) |",
    ]
    assert lines.index("</details>") == begin + 7


@pytest.mark.parametrize("limit", [1_000, 5_000, COMMENT_LIMIT])
def test_a_comment_is_cut_to_fit_and_closed(limit: int) -> None:
    changes = tuple(Change(f"m{n}" * 100, 1, 2, None, None) for n in range(200))
    lines = markdown(replace(LOUD, comparison=replace(COMPARISON, changes=changes)), limit)
    assert limit / 2 < len("\n".join(lines)) <= limit
    assert lines.count("</details>") == sum(line.startswith("<details>") for line in lines)
    assert lines[-1].startswith("And ")
    assert lines[-1].endswith(" more lines, in the run's log.")
    assert lines[-2] == ""


def test_no_kind_hides_another_by_its_number() -> None:
    many = [Changed(f"results/{n}", Kind.RESULTS, "added") for n in range(500)]
    lines = text(replace(QUIET, changed=(*many, *LOUD.changed)))
    assert lines[4] == "    benchmarks: b/x\N{REPLACEMENT CHARACTER}.py (removed)"
    assert lines[-1] == "    and 481 more: --json has them all"
    assert len(lines) == 4 + 1 + 20 + 1


def test_a_long_text_is_cut() -> None:
    *_, line = text(replace(QUIET, reaches=(Reach("x" * 1_000, 1, "uses eval"),)))
    assert line == f"    {'x' * 300}\N{HORIZONTAL ELLIPSIS}"


def test_a_project_says_what_its_users_type_and_what_it_tells_at_scale() -> None:
    judgement = replace(
        LOUD,
        comparison=replace(COMPARISON, failed=(), missing=()),
        commands=Commands(accept="make `accept`"),
        scale=None,
    )
    lines = text(judgement)
    assert "    m.C.x('<b>'): 1,000 -> 1,016, +16 bytes/session (+1.60 %)" in lines
    assert "If that is meant: make `accept`, and say why in the commit" in lines
    assert "If that is meant: make \\`accept\\`, and say why in the commit." in markdown(judgement)
