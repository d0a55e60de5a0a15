import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from evaluation.history import inject
from evaluation.injected import INJECTS, Injected, Line, read_series
from evaluation.judging import Change, Score, Site
from evaluation.scores import describe, describe_commit, format_lines, section_of, write
from evaluation.scratch import ROOT, Project
from tests.unit.evaluation.support import COST, FILE, samples

SCORE = Score(1, 0, 1, 0, 0)

# What proof.json, in which these scores were published first, called each, and what it said.
TOTALS = {
    "planted": ("injected", 109),
    "guilty": ("changing", 69),
    "named": ("named", 69),
    "with_lines": ("with_lines", 65),
    "lines_right": ("lines_right", 65),
    "innocent": ("neutral", 40),
    "innocent_named": ("false_alarms", 0),
}
SCORES = {
    "by": ("by", ["the ledger", "asv at its defaults", "asv at threshold 0"]),
    "named": ("named", [47, 10, 23]),
    "range": ("in_range", [0, 0, 0]),
    "missed": ("missed", [0, 37, 24]),
    "innocent": ("false_alarms", [0, 0, 0]),
    "shrinking": ("improving", [1, 0, 0]),
}


def committed() -> Any:
    return json.loads((ROOT / "evaluation.json").read_text(encoding="utf-8"))


def test_the_committed_scores_say_what_they_said_by_their_old_names() -> None:
    evaluation = committed()
    assert re.fullmatch("[0-9a-f]{40}", evaluation["commit"])  # another each time it is scored
    assert (evaluation["python"], evaluation["met"]) == ("3.12", True)
    assert evaluation["totals"] == dict(TOTALS.values())
    columns = {new: [score[new] for score in evaluation["scores"]] for new, _ in SCORES.values()}
    assert columns == dict(SCORES.values())
    assert all(set(score) == set(columns) for score in evaluation["scores"])


def test_the_committed_scores_are_of_the_patches() -> None:
    patches = {one.subject: one for one in read_series("all")}
    for scored in committed()["commits"]:
        one = patches[scored["subject"]]
        assert (scored["kind"], scored["injects"]) == (one.kind, one.injects)
        assert [Line(**line) for line in scored["lines"]] == list(one.lines)
        assert [(metric["name"], metric["delta"]) for metric in scored["metrics"]] == [
            metric[:2] for metric in one.metrics
        ]


def test_the_committed_section_is_that_of_the_committed_scores() -> None:
    evaluation = committed()
    assert section_of(evaluation).items() <= evaluation.items()


def described(one: int, project: Project, tmp_path: Path, *changes: Change) -> dict[str, Any]:
    injected = inject(project, samples(tmp_path))
    commit = list(injected)[one]
    return describe_commit(commit, injected[commit], {commit: list(changes)}, project)


def test_a_commit_is_described_as_injected_and_as_found(project: Project, tmp_path: Path) -> None:
    site = Site(FILE, 3, "kept = [None]", 8.0)
    assert described(1, project, tmp_path, Change(COST, 8.0, (site,))) == {
        "subject": "Keep two",
        "kind": "an extra field",
        "injects": "regression",
        "metrics": [{"name": COST, "delta": 8}],
        "lines": [{"file": FILE, "code": "kept = [None]"}],
        "named": True,
        "lines_right": True,
        "faults": [],
    }


def test_what_was_not_found_is_said_without_a_hash(project: Project, tmp_path: Path) -> None:
    commit = described(1, project, tmp_path)
    assert (commit["named"], commit["lines_right"]) == (False, False)
    assert commit["faults"] == [
        "Keep two: regression, and not named",
        f"Keep two: no metric is attributed to {samples(tmp_path)[1].lines[0]}",
    ]


def test_of_some_commits_no_line_can_be_asked_for(project: Project, tmp_path: Path) -> None:
    one: Injected = replace(samples(tmp_path)[1], lines=())
    changes = [Change(COST, 8.0)]
    commit = describe_commit("a", one, {"a": changes}, project)
    assert (commit["named"], commit["lines_right"], commit["faults"]) == (True, None, [])


def entry(injects: str, *, named: bool, lines_right: bool | None, **others: Any) -> dict[str, Any]:
    delta = {"regression": 1234.5, "improvement": -160.0}
    metrics = [{"delta": delta[injects]}] if injects in delta else []
    return {
        "subject": f"A {injects}",
        "kind": "a kind",
        "injects": injects,
        "metrics": metrics,
        "lines": [{"file": FILE, "code": "kept = [None]"}] if lines_right is not None else [],
        "named": named,
        "lines_right": lines_right,
        "faults": [],
    } | others


COMMITS = [
    entry("regression", named=True, lines_right=True),
    entry("improvement", named=True, lines_right=None),
    entry("regression", named=False, lines_right=False, faults=["Leak: regression, and not named"]),
    entry("neutral", named=False, lines_right=None),
]


def test_an_evaluation_counts_what_was_found() -> None:
    evaluation = describe("f" * 40, COMMITS, {"the ledger": SCORE})
    assert evaluation["totals"] == {
        "injected": 4,
        "changing": 3,
        "named": 2,
        "with_lines": 2,
        "lines_right": 1,
        "neutral": 1,
        "false_alarms": 0,
    }
    assert evaluation["python"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert evaluation["met"] is False
    assert describe("f" * 40, COMMITS[:2], {})["met"] is True
    assert list(format_lines(evaluation)) == [
        "found by                     named    in a range        missed     recall, %"
        "  false alarms     improving",
        "the ledger                       1             0             1          50.0"
        "             0             0",
        "4 commits were injected on top of ffffffff and measured with Python "
        f"{evaluation['python']}. Of 3 that change memory, 2 are named; of 2 whose lines are "
        "known, 1 are named with exactly these. Of 1 neutral ones, 0 are named.",
        "  Leak: regression, and not named",
    ]


def test_the_section_of_the_page_has_the_scores_first() -> None:
    section = section_of(describe("f" * 40, COMMITS, {"the ledger": SCORE}))
    assert section["title"] == "Detection evaluation"
    assert len(section["text"]) == 2
    tables = {table["title"]: (table["columns"], table["rows"]) for table in section["tables"]}
    assert list(tables.items())[:-1] == [
        (
            "Regressing commits, by who finds them",
            (
                [
                    "found by",
                    "named",
                    "in a range",
                    "missed",
                    "recall, %",
                    "false alarms",
                    "improving",
                ],
                [["the ledger", 1, 0, 1, 50.0, 0, 0]],
            ),
        ),
        (
            "What went wrong",
            (["commit", "what"], [["A regression", "Leak: regression, and not named"]]),
        ),
        (
            "Injected commits, by kind",
            (
                ["kind", "injects", "commits", "named"],
                [
                    ["a kind", "regression", 2, 1],
                    ["a kind", "improvement", 1, 1],
                    ["a kind", "neutral", 1, 0],
                ],
            ),
        ),
        (
            "All injected commits",
            (
                ["commit", "kind", "injects", "change", "found", "lines"],
                [
                    [
                        "A regression",
                        "a kind",
                        "regression",
                        "+1,234.5",
                        "named, all lines right",
                        f"{FILE} kept = [None]",
                    ],
                    ["A improvement", "a kind", "improvement", "\N{MINUS SIGN}160", "named", ""],
                    [
                        "A regression",
                        "a kind",
                        "regression",
                        "+1,234.5",
                        "not named, other lines",
                        f"{FILE} kept = [None]",
                    ],
                    ["A neutral", "a kind", "neutral", None, "not named", ""],
                ],
            ),
        ),
    ]
    columns, rows = tables["What no benchmark sees"]
    assert columns == ["kind", "why"]
    assert len({kind for kind, _ in rows}) == len(rows) == 3


def test_without_regressions_there_is_no_recall() -> None:
    section = section_of(describe("f" * 40, COMMITS[3:], {"the ledger": Score(0, 0, 0, 0, 0)}))
    assert section["tables"][0]["rows"] == [["the ledger", 0, 0, 0, None, 0, 0]]
    assert [table["title"] for table in section["tables"]][1] == "Injected commits, by kind"


def test_what_is_written_is_json(tmp_path: Path) -> None:
    evaluation = describe("f" * 40, COMMITS, {"the ledger": SCORE})
    write(evaluation, tmp_path)
    assert json.loads((tmp_path / "evaluation.json").read_text()) == evaluation
    assert {one["injects"] for one in COMMITS} == set(INJECTS)
