"""The ledger names exactly the guilty commits of a planted history, each with its line.

The history is a short one, of every kind but those that differ in their size alone. PLANTED=all in
the environment plants the whole one, which takes some minutes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from proof.history import chosen
from proof.judging import (
    Score,
    faults_of_commits,
    faults_of_lines,
    read_ledger,
    read_page,
    score_asv,
    score_ledger,
)
from proof.planting import Planted, plant
from proof.scratch import Project

NOISY_BENCHMARKS = ("exchange_time", "fleet_memory")


def is_left_out(name: Path) -> bool:
    return name.parts[0] == "benchmarks" and name.stem in NOISY_BENCHMARKS


@dataclass(frozen=True, slots=True)
class Measured:
    """A planted history that asv measured and published."""

    project: Project
    planted: Mapping[str, Planted]

    @property
    def html(self) -> Path:
        return self.project.folder / "html"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    folder = tmp_path_factory.mktemp("planted")
    project = Project.copy(folder / "project", without=is_left_out)
    planted = plant(project, chosen())
    finished = project.measure("ALL", "--bench", r"\.track_")
    assert finished.status == 0, finished.output + finished.errors
    finished = project.asv("publish", "--no-pull")
    assert finished.status == 0, finished.output + finished.errors
    return Measured(project, planted)


def test_the_ledger_names_the_guilty_and_nobody_else(measured: Measured) -> None:
    found = read_ledger(measured.project)
    assert list(faults_of_commits(measured.planted, found)) == []


def test_the_page_names_each_with_its_line(measured: Measured) -> None:
    page = measured.html / "memory.json"
    found = read_page(page)
    assert list(faults_of_commits(measured.planted, found)) == []
    assert list(faults_of_lines(measured.planted, found, measured.project)) == []
    assert json.loads(page.read_text())["gaps"] == []


def test_what_asv_names_is_counted_beside_it(measured: Measured) -> None:
    growing = sum(one.grows for one in measured.planted.values())
    ledger = score_ledger(measured.planted, read_ledger(measured.project))
    assert ledger == Score(named=growing, range=0, missed=0, innocent=0, shrinking=0)
    by_asv = score_asv(measured.planted, measured.html)
    assert by_asv.named + by_asv.range + by_asv.missed == growing
