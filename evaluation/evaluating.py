"""Evaluating: inject a history, measure and publish it, and judge what is found of it."""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from asv_ledger.config import read_settings
from evaluation.history import inject
from evaluation.injected import Injected
from evaluation.judging import read_page, score_asv, score_ledger
from evaluation.scores import Evaluation, describe, describe_commit
from evaluation.scratch import Finished, Project

_AT_ONCE = 10  # commits that one asv run measures, so that progress can be shown

# Where asv's own threshold is 5 %, this lets it name every step that it sees.
_LEDGER = '"ledger": {'
_NO_THRESHOLD = f'"regressions_thresholds": {{".*": 0}},\n    {_LEDGER}'


class EvaluationError(Exception):
    """The history cannot be measured or published; the message is one line."""


def evaluate(series: Iterable[Injected], folder: Path) -> Evaluation:
    """Inject a series on top of what is committed, measure it in a folder, and judge what is found.

    Raises PatchError, or EvaluationError where asv fails.
    """
    project = Project.check_out(folder / "project")
    origin = project.origin()
    injected = inject(project, series)
    print(f"Injected {len(injected)} commits", flush=True)
    measure(project)
    return judge(project, injected, origin)


def measure(project: Project) -> None:
    """Let asv measure the exact metrics of all commits. Raises EvaluationError."""
    commits = project.git("rev-list", "--reverse", "HEAD").split()
    exact = "|".join(read_settings(project.folder / "asv.conf.json").exact)
    chosen = project.home / "commits"
    for start in range(0, len(commits), _AT_ONCE):
        batch = commits[start : start + _AT_ONCE]
        chosen.write_text("\n".join(batch))
        _require(project.measure(f"HASHFILE:{chosen}", "--bench", exact), "asv run")
        print(f"Measured {start + len(batch)} of {len(commits)} commits", flush=True)


def judge(project: Project, injected: Mapping[str, Injected], origin: str) -> Evaluation:
    """Publish a measured history twice, and return what is found of it. Raises EvaluationError."""
    html = project.folder / "html"
    # What it cannot read is scored as a fault of the lines.
    print(project.explain().errors, end="", file=sys.stderr, flush=True)
    print("Read the lines of every change", flush=True)
    _require(project.asv("publish", "--no-pull"), "asv publish")
    found, by_default = read_page(html / "memory.json"), score_asv(injected, html)
    configuration = project.folder / "asv.conf.json"
    configuration.write_text(configuration.read_text().replace(_LEDGER, _NO_THRESHOLD, 1))
    _require(project.asv("publish", "--no-pull"), "asv publish")
    scores = {
        "the ledger": score_ledger(injected, found),
        "asv at its defaults": by_default,
        "asv at threshold 0": score_asv(injected, html),
    }
    commits = [describe_commit(commit, one, found, project) for commit, one in injected.items()]
    return describe(origin, commits, scores)


def _require(finished: Finished, command: str) -> None:
    if finished.status != 0:
        last = re.sub(r"\s+", " ", (finished.errors or finished.output)[-300:]).strip()
        raise EvaluationError(f"{command} ended with status {finished.status}: {last}")
