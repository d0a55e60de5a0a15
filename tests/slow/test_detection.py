"""The ledger names exactly the regressing commits of an injected history, each with its lines.

asv measures a short history, with the benchmarks alone that it moves. INJECTED=all in the
environment injects the whole one and measures every exact metric, which takes some minutes.
"""

import ast
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from evaluation.history import chosen, inject
from evaluation.injected import Injected, PatchError, apply, read_series
from evaluation.judging import (
    Score,
    faults_of_commits,
    faults_of_lines,
    read_ledger,
    read_page,
    score_asv,
    score_ledger,
)
from evaluation.scratch import Project

IS_WHOLE = os.environ.get("INJECTED") == "all"
BENCHMARKS = {
    "churn_memory": ("Churn", "SteadyState"),
    "history_memory": ("HistoryWindow",),
    "session_memory": ("OneMoreSession",),
}
# The exact metrics that they are named for. Folded sessions are moved by what moves open ones too.
ONLY_FOLDED = 'SteadyState.params = ("folded",)\n'
MOVED = "Churn.track_leak|SteadyState|track_messages_kept|OneMoreSession.track_marginal"
NOISY = ("exchange_time", "fleet_memory")


def is_left_out(name: Path) -> bool:
    if name.parts[0] != "benchmarks" or "_" not in name.stem.strip("_"):
        return False
    return name.stem in NOISY if IS_WHOLE else name.stem not in BENCHMARKS


def keep(module: Path, classes: tuple[str, ...]) -> None:
    """Leave the benchmarks of these classes in a module, and no other."""
    text = module.read_text()
    others = [
        one.name
        for one in ast.parse(text).body
        if isinstance(one, ast.ClassDef)
        and one.name not in classes
        and re.search(r"def (track|peakmem)_", ast.unparse(one))
    ]
    module.write_text(f"{text}\n\ndel {', '.join(others)}\n")


@dataclass(frozen=True, slots=True)
class Measured:
    """An injected history that asv measured and published."""

    project: Project
    injected: Mapping[str, Injected]

    @property
    def html(self) -> Path:
        return self.project.folder / "html"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    folder = tmp_path_factory.mktemp("injected")
    project = Project.copy(folder / "project", without=is_left_out)
    if not IS_WHOLE:
        for module, classes in BENCHMARKS.items():
            keep(project.folder / "benchmarks" / f"{module}.py", classes)
        with (project.folder / "benchmarks" / "churn_memory.py").open("a") as churn:
            churn.write(ONLY_FOLDED)
    injected = inject(project, chosen())
    finished = project.measure("ALL", "--bench", r"\.track_" if IS_WHOLE else MOVED)
    assert finished.status == 0, finished.output + finished.errors
    finished = project.explain()
    assert finished.status == 0, finished.output + finished.errors
    finished = project.asv("publish", "--no-pull")
    assert finished.status == 0, finished.output + finished.errors
    return Measured(project, injected)


def test_the_ledger_names_what_changes_memory_and_nothing_else(measured: Measured) -> None:
    found = read_ledger(measured.project)
    assert list(faults_of_commits(measured.injected, found)) == []


def test_the_page_names_each_with_its_lines(measured: Measured) -> None:
    page = measured.html / "memory.json"
    found = read_page(page)
    assert list(faults_of_commits(measured.injected, found)) == []
    assert list(faults_of_lines(measured.injected, found, measured.project)) == []
    assert json.loads(page.read_text())["failed"] == []


def test_what_asv_names_is_counted_beside_it(measured: Measured) -> None:
    regressing = sum(one.injects == "regression" for one in measured.injected.values())
    ledger = score_ledger(measured.injected, read_ledger(measured.project))
    assert ledger == Score(named=regressing, in_range=0, missed=0, false_alarms=0, improving=0)
    by_asv = score_asv(measured.injected, measured.html)
    assert by_asv.named + by_asv.in_range + by_asv.missed == regressing


def test_neutral_commits_change_no_exact_metric(tmp_path: Path) -> None:
    """All at once that need no other commit; read without asv, with every benchmark there is."""
    project = Project.copy(tmp_path / "project")
    project.commit("Begin")
    before = read_metrics(project)
    neutral = (one for one in read_series("all") if one.injects == "neutral")
    applied = [one for one in neutral if applies(project, one)]
    assert len(applied) >= 30
    assert read_metrics(project) == before


def applies(project: Project, one: Injected) -> bool:
    try:
        apply(project.folder, one.patch)
    except PatchError:
        return False
    return True


def read_metrics(project: Project) -> dict[str, float]:
    finished = project.run("-m", "asv_ledger", "metrics")
    assert finished.status == 0, finished.errors
    metrics = json.loads(finished.output)
    assert isinstance(metrics, dict)
    return metrics
