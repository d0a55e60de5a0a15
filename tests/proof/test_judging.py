import json
from dataclasses import replace
from pathlib import Path

import pytest

from proof.judging import (
    Cause,
    Figure,
    Score,
    faults_of_commits,
    faults_of_lines,
    read_page,
    score_asv,
    score_ledger,
)
from proof.planting import (
    Creation,
    Edit,
    Growth,
    Line,
    Planted,
    plant,
    taken_back,
)
from proof.scratch import Project

COST = "session_memory.Session.track_live"
FILE = "bridge_model/kept.py"
KEEPS = Line(FILE, "kept = [None]")
INNOCENT = Planted("Comment", "comment", (Edit(FILE, "# one\n", "# one\n# two\n"),))
GUILTY = Planted(
    "Keep two",
    "8 bytes",
    (Edit(FILE, "kept = []", "kept = [None]"),),
    (Growth(COST, ("1",), 8),),
    (KEEPS,),
)
BETTER = taken_back(GUILTY, "Keep none")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.copy(tmp_path / "project")
    Creation(FILE, "# one\n    kept = []\n").apply(project.folder)
    return project


def figure(delta: float, *causes: Cause) -> Figure:
    return Figure(COST, ("1",), delta, causes or None)


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        ({"b": [figure(8)], "c": [figure(-8)]}, []),
        ({"b": [figure(8)], "c": []}, ["c Keep none: guilty, and not named"]),
        (
            {"a": [figure(1)], "b": [figure(8)], "c": [figure(-8)]},
            ["a Comment: innocent, and named"],
        ),
        (
            {"b": [figure(9)], "c": [Figure("other", (), 1)]},
            [
                f"b Keep two: {COST} 1 grew by 9, not by 8",
                f"c Keep none: {COST} 1 grew by 0, not by -8",
            ],
        ),
        ({"b": [figure(8)], "c": [figure(-8)], "d": [figure(1)]}, ["d: named, and not planted"]),
    ],
)
def test_commits_are_judged_by_what_they_were_planted_to_do(
    found: dict[str, list[Figure]], faults: list[str]
) -> None:
    planted = {"a": INNOCENT, "b": GUILTY, "c": BETTER}
    assert list(faults_of_commits(planted, found)) == faults


def test_lines_are_judged_where_they_stand(project: Project) -> None:
    planted = plant(project, (GUILTY, INNOCENT, BETTER))
    guilty, _, better = planted
    name = f"{guilty[:8]} Keep two"

    gone = Cause(FILE, None, "kept = [None]", -8.0)

    def faults(*causes: Cause, gone: Cause = gone) -> list[str]:
        found = {guilty: [figure(8, *causes)], better: [figure(-8, gone)]}
        return list(faults_of_lines(planted, found, project))

    kept = Cause(FILE, 2, "kept = [None]", 8.0)
    assert faults(kept) == []
    assert faults(kept._replace(bytes=64.0), Cause(FILE, 2, "kept = []", -56.0)) == []
    assert faults(kept._replace(bytes=7.0)) == [f"{name}: {COST} has causes of 7.0, not of 8"]
    assert faults(kept._replace(line=1)) == [f"{name}: {COST}: {FILE}:1 is not kept = [None]"]
    assert faults(Cause(FILE, 1, "# one", 8.0)) == [
        f"{name}: {COST} is caused by {[Line(FILE, '# one')]}",
        f"{name}: no figure is caused by {KEEPS}",
    ]
    assert faults(kept, gone=gone._replace(line=3)) == [
        f"{better[:8]} Keep none: {COST}: {FILE}:3 is not kept = [None]"
    ]
    assert faults() == [f"{name}: no figure is caused by {KEEPS}"]


def test_a_page_is_read_without_its_noisy_figures(tmp_path: Path) -> None:
    cause = Cause(FILE, 2, "kept = [None]", 8.0)
    told = {"benchmark": COST, "parameters": ["1"], "delta": 8.0, "before": 0.0}
    figures = [
        told | {"exact": True, "causes": [cause._asdict()]},
        told | {"exact": True, "causes": None},
        told | {"exact": False, "causes": None},
    ]
    page = tmp_path / "memory.json"
    page.write_text(json.dumps({"changes": [{"commit": "a", "figures": figures}]}))
    assert read_page(page) == {"a": [figure(8.0, cause), figure(8.0)]}


def test_the_ledger_is_scored_by_what_grew() -> None:
    planted = {"a": INNOCENT, "b": GUILTY, "c": BETTER}
    assert score_ledger(planted, {"b": [figure(8)], "c": [figure(-8)]}) == Score(1, 0, 0, 0, 0)
    assert score_ledger(planted, {"a": [figure(1)], "c": [figure(1)]}) == Score(0, 0, 1, 1, 1)


def test_asv_is_scored_by_its_regression_page(tmp_path: Path) -> None:
    planted = {"a": GUILTY, "b": INNOCENT, "c": GUILTY, "d": GUILTY, "e": BETTER}
    hashes = {str(place): commit for place, commit in enumerate("0abcde")}
    (tmp_path / "index.json").write_text(json.dumps({"revision_to_hash": hashes}))
    regressions = [
        [f"{COST}(1)", "graph.json", {}, 0, 9.0, 1.0, [[None, 1, 1.0, 2.0], [1, 3, 2.0, 9.0]]],
        ["time_session", "graph.json", {}, None, 2.0, 1.0, [[None, 2, 1.0, 2.0]]],
    ]
    (tmp_path / "regressions.json").write_text(json.dumps({"regressions": regressions}))
    assert score_asv(planted, tmp_path) == Score(1, 1, 1, 1, 0)
    assert score_asv(planted, tmp_path, r"\.track_") == Score(1, 1, 1, 0, 0)


@pytest.mark.parametrize(("found", "is_right"), [(9.0, True), (8.0, True), (-8.0, False)])
def test_what_varies_with_python_grows_by_any_amount(found: float, is_right: bool) -> None:
    varying = replace(GUILTY, growth=(Growth(COST, ("1",), 8, varies=True),))
    faults = list(faults_of_commits({"b": varying}, {"b": [figure(found)]}))
    assert faults == ([] if is_right else [f"b Keep two: {COST} 1 grew by -8.0, not by 8"])
