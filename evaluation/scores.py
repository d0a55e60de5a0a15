"""Scores: what is found of injected commits, as evaluation.json holds it and the page shows it."""

import json
import platform
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from asv_ledger.files import whole_file
from evaluation.injected import INJECTS, NEUTRAL, REGRESSION, Injected
from evaluation.judging import Found, Score, faults_of_commits, faults_of_lines
from evaluation.scratch import Project

Evaluation = dict[str, Any]

_UNSEEN = (
    (
        "memory that a C library takes by itself",
        "only what is allocated through Python is counted to the byte",
    ),
    (
        "memory that is freed and not given back",
        "resident memory shows it, which is not exact: no commit is named for it",
    ),
    (
        "the line of a peak that leaves nothing behind",
        "the commit is named; where blocks came from that are gone again is not known",
    ),
)
_SCORES = ("found by", "named", "in a range", "missed", "recall, %", "false alarms", "improving")
_ABOUT_SCORES = (
    "A regressing commit is named, is in a range of commits that is named, or is missed; recall is "
    "the share that is named. A false alarm is a neutral commit that is named. An improving commit "
    "is counted where another metric grows with it."
)


def describe_commit(commit: str, one: Injected, found: Found, project: Project) -> dict[str, Any]:
    """Return what a commit injects, and what is found of it.

    ``lines`` are those that allocate what is more or less; ``lines_right`` is whether they are
    found, None where none is known.
    """
    injected, of_commit = {commit: one}, {commit: found.get(commit, [])}
    wrong = [*faults_of_commits(injected, of_commit)]
    wrong_lines = [*faults_of_lines(injected, of_commit, project)] if one.metrics else []
    return {
        "subject": one.subject,
        "kind": one.kind,
        "injects": one.injects,
        "metrics": [{"name": metric.name, "delta": metric.delta} for metric in one.metrics],
        "lines": [line._asdict() for line in one.lines],
        "named": bool(of_commit[commit]),
        "lines_right": not wrong_lines if one.lines else None,
        # Hashes differ from one evaluation to the next.
        "faults": [fault.removeprefix(f"{commit[:8]} ") for fault in (*wrong, *wrong_lines)],
    }


def describe(origin: str, commits: list[dict[str, Any]], scores: Mapping[str, Score]) -> Evaluation:
    """Return the evaluation of commits injected on top of one, and the section of the page on it.

    ``scores`` are by who finds the regressing commits among them.
    """
    changing = [one for one in commits if one["injects"] != NEUTRAL]
    with_lines = [one for one in commits if one["lines_right"] is not None]
    evaluation = {
        "commit": origin,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "met": not any(one["faults"] for one in commits),
        "totals": {
            "injected": len(commits),
            "changing": len(changing),
            "named": sum(one["named"] for one in changing),
            "with_lines": len(with_lines),
            "lines_right": sum(one["lines_right"] for one in with_lines),
            "neutral": len(commits) - len(changing),
            "false_alarms": sum(one["named"] for one in commits if one["injects"] == NEUTRAL),
        },
        "scores": [{"by": by, **score._asdict()} for by, score in scores.items()],
        "unseen": [{"kind": kind, "why": why} for kind, why in _UNSEEN],
        "commits": commits,
    }
    return evaluation | section_of(evaluation)


def section_of(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the section of the published page, as the ledger reads it: title, text and tables."""
    wrong = [[one["subject"], fault] for one in evaluation["commits"] for fault in one["faults"]]
    tables = (
        ("Regressing commits, by who finds them", _SCORES, _score_rows(evaluation)),
        ("What went wrong", ("commit", "what"), wrong),
        (
            "Injected commits, by kind",
            ("kind", "injects", "commits", "named"),
            _kind_rows(evaluation),
        ),
        (
            "All injected commits",
            ("commit", "kind", "injects", "change", "found", "lines"),
            [_commit_row(one) for one in evaluation["commits"]],
        ),
        (
            "What no benchmark sees",
            ("kind", "why"),
            [[one["kind"], one["why"]] for one in evaluation["unseen"]],
        ),
    )
    return {
        "title": "Detection evaluation",
        "text": [_sentence(evaluation), _ABOUT_SCORES],
        "tables": [
            {"title": title, "columns": list(columns), "rows": list(rows)}
            for title, columns, rows in tables
            if rows
        ],
    }


def write(evaluation: Evaluation, folder: Path) -> None:
    """Write evaluation.json."""
    text = json.dumps(evaluation, allow_nan=False, indent=1, sort_keys=True, ensure_ascii=False)
    with whole_file(folder / "evaluation.json") as part:
        part.write_text(f"{text}\n", encoding="utf-8")


def format_lines(evaluation: Evaluation) -> Iterator[str]:
    """Iterate over the lines for a terminal: the scores as a table, then what went wrong."""
    yield f"{_SCORES[0]:20}" + "".join(f"{head:>14}" for head in _SCORES[1:])
    for by, *numbers in _score_rows(evaluation):
        yield f"{by:20}" + "".join(f"{number:>14}" for number in numbers)
    yield _sentence(evaluation)
    for one in evaluation["commits"]:
        yield from (f"  {fault}" for fault in one["faults"])


def _sentence(evaluation: Mapping[str, Any]) -> str:
    totals = evaluation["totals"]
    return (
        f"{totals['injected']:,} commits were injected on top of {evaluation['commit'][:8]} and "
        f"measured with Python {evaluation['python']}. Of {totals['changing']:,} that change "
        f"memory, {totals['named']:,} are named; of {totals['with_lines']:,} whose lines are "
        f"known, {totals['lines_right']:,} are named with exactly these. Of {totals['neutral']:,} "
        f"neutral ones, {totals['false_alarms']:,} are named."
    )


def _score_rows(evaluation: Mapping[str, Any]) -> list[list[Any]]:
    regressing = sum(one["injects"] == REGRESSION for one in evaluation["commits"])
    return [
        [
            score["by"],
            score["named"],
            score["in_range"],
            score["missed"],
            round(100 * score["named"] / regressing, 1) if regressing else None,
            score["false_alarms"],
            score["improving"],
        ]
        for score in evaluation["scores"]
    ]


def _kind_rows(evaluation: Mapping[str, Any]) -> list[list[Any]]:
    def kind(one: Mapping[str, Any]) -> tuple[int, str]:
        return INJECTS.index(one["injects"]), one["kind"]

    groups = groupby(sorted(evaluation["commits"], key=kind), kind)
    listed = [(name, INJECTS[place], list(commits)) for (place, name), commits in groups]
    return [
        [name, injects, len(commits), sum(one["named"] for one in commits)]
        for name, injects, commits in listed
    ]


def _commit_row(one: Mapping[str, Any]) -> list[Any]:
    found = ["named" if one["named"] else "not named"]
    if one["lines_right"] is not None:
        found.append("all lines right" if one["lines_right"] else "other lines")
    change = one["metrics"] and _format_change(one["metrics"][0]["delta"])
    return [
        one["subject"],
        one["kind"],
        one["injects"],
        change or None,
        ", ".join(found),
        "; ".join(f"{line['file']} {line['code']}" for line in one["lines"]),
    ]


def _format_change(delta: float) -> str:
    return f"{delta:+,.2f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")
