"""Proving: plant a history, measure and publish it, and say what was found of it."""

import json
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from asv_ledger.config import read_settings
from asv_ledger.render.wording import SCORES, format_scores
from proof.history import UNSEEN
from proof.judging import (
    Found,
    Score,
    faults_of_commits,
    faults_of_lines,
    read_page,
    score_asv,
    score_ledger,
)
from proof.planting import Edit, Planted, plant
from proof.scratch import ROOT, Finished, Project

Proof = dict[str, Any]

_AT_ONCE = 10  # commits that one asv run measures, so that progress can be told
_DEFAULT = "asv at its defaults"
_ANY_STEP = "asv at threshold 0"

# Where asv's own threshold is 5 %, this lets it name every step that it sees.
_NO_THRESHOLD = Edit(
    "asv.conf.json", '"ledger": {', '"regressions_thresholds": {".*": 0},\n    "ledger": {'
)


class ProofError(Exception):
    """The history cannot be measured or published; the message is one line."""


def prove(history: Iterable[Planted], folder: Path) -> Proof:
    """Plant what is committed and a history in a folder, measure it, and judge what is found.

    Raises PlantingError, or ProofError where asv fails.
    """
    project = Project.check_out(folder / "project")
    built_from = project.origin()
    planted = plant(project, history)
    print(f"Planted {len(planted)} commits", flush=True)
    measure(project)
    return judge(project, planted, built_from)


def measure(project: Project) -> None:
    """Let asv measure the exact figures of all commits. Raises ProofError."""
    commits = project.git("rev-list", "--reverse", "HEAD").split()
    exact = "|".join(read_settings(project.folder / "asv.conf.json").exact)
    chosen = project.home / "commits"
    for start in range(0, len(commits), _AT_ONCE):
        batch = commits[start : start + _AT_ONCE]
        chosen.write_text("\n".join(batch))
        _require(project.measure(f"HASHFILE:{chosen}", "--bench", exact), "asv run")
        print(f"Measured {start + len(batch)} of {len(commits)} commits", flush=True)


def judge(project: Project, planted: Mapping[str, Planted], built_from: str) -> Proof:
    """Publish a measured history twice, and return what was found of it. Raises ProofError."""
    html = project.folder / "html"
    _require(project.asv("publish", "--no-pull"), "asv publish")
    print("Published, with the lines of every change", flush=True)
    found, by_default = read_page(html / "memory.json"), score_asv(planted, html)
    _NO_THRESHOLD.apply(project.folder)
    _require(project.asv("publish", "--no-pull"), "asv publish")
    scores = {
        "the ledger": score_ledger(planted, found),
        _DEFAULT: by_default,
        _ANY_STEP: score_asv(planted, html),
    }
    commits = [tell_commit(commit, one, found, project) for commit, one in planted.items()]
    return tell_proof(commits, scores) | {"commit": built_from}


def tell_commit(commit: str, one: Planted, found: Found, project: Project) -> dict[str, Any]:
    """Return what was planted with a commit, and what was found of it.

    ``allocates`` are the lines that allocate what is more or less; ``lines`` is whether they are
    found, None where none can be asked for.
    """
    planted, of_commit = {commit: one}, {commit: found.get(commit, [])}
    wrong = [*faults_of_commits(planted, of_commit)]
    wrong_lines = [*faults_of_lines(planted, of_commit, project)] if one.is_guilty else []
    return {
        "subject": one.subject,
        "kind": one.kind,
        "guilty": one.is_guilty,
        "figures": [
            {
                "benchmark": growth.benchmark,
                "parameters": list(growth.parameters),
                "delta": growth.delta,
            }
            for growth in one.growth
        ],
        "allocates": [line._asdict() for line in one.lines],
        "named": bool(of_commit[commit]),
        "lines": not wrong_lines if one.lines else None,
        # Hashes differ from one proof to the next.
        "faults": [fault.replace(f"{commit[:8]} ", "") for fault in (*wrong, *wrong_lines)],
    }


def tell_proof(commits: list[dict[str, Any]], scores: Mapping[str, Score]) -> Proof:
    """Return the proof of planted commits, and who found how many of those that make it grow."""
    guilty = [one for one in commits if one["guilty"]]
    with_lines = [one for one in commits if one["lines"] is not None]
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "met": not any(one["faults"] for one in commits),
        "totals": {
            "planted": len(commits),
            "guilty": len(guilty),
            "named": sum(one["named"] for one in guilty),
            "with_lines": len(with_lines),
            "lines_right": sum(one["lines"] for one in with_lines),
            "innocent": len(commits) - len(guilty),
            "innocent_named": sum(one["named"] for one in commits if not one["guilty"]),
        },
        "scores": [{"by": by, **score._asdict()} for by, score in scores.items()],
        "unseen": [{"kind": kind, "why": why} for kind, why in UNSEEN],
        "commits": commits,
    }


def write(proof: Proof) -> None:
    """Write proof.json beside the results."""
    text = json.dumps(proof, allow_nan=False, indent=1, sort_keys=True, ensure_ascii=False)
    (ROOT / "proof.json").write_text(f"{text}\n", encoding="utf-8")


def tell(proof: Proof) -> Iterator[str]:
    """Iterate over the lines that tell a proof: the scores as a table, then what went wrong."""
    totals = proof["totals"]
    yield f"{'commits that make it grow':27}" + "".join(f"{head:>12}" for head in SCORES)
    for by, numbers in format_scores(proof):
        yield f"{by:27}" + "".join(f"{number:>12}" for number in numbers)
    yield (
        f"The ledger named {totals['named']} of {totals['guilty']} guilty commits, all lines of "
        f"{totals['lines_right']} of {totals['with_lines']}, and {totals['innocent_named']} of "
        f"{totals['innocent']} innocent ones"
    )
    for one in proof["commits"]:
        yield from (f"  {fault}" for fault in one["faults"])


def _require(finished: Finished, command: str) -> None:
    if finished.status != 0:
        last = re.sub(r"\s+", " ", (finished.errors or finished.output)[-300:]).strip()
        raise ProofError(f"{command} ended with status {finished.status}: {last}")
