import json
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.history import inject
from evaluation.injected import Injected, Line, Metric
from evaluation.judging import (
    Change,
    Score,
    Site,
    faults_of_commits,
    faults_of_lines,
    read_page,
    score_asv,
    score_ledger,
)
from evaluation.scratch import Project
from tests.unit.evaluation.support import COST, FILE, samples

KEEPS = Line(FILE, "kept = [None]")
NEUTRAL = Injected(Path("a.patch"), "Comment", "a comment")
REGRESSION = Injected(Path("b.patch"), "Keep two", "an extra field", (Metric(COST, 8),), (KEEPS,))
IMPROVEMENT = replace(REGRESSION, subject="Keep none", metrics=(Metric(COST, -8),))


def change(delta: float, *sites: Site) -> Change:
    return Change(COST, delta, sites or None)


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        ({"b": [change(8)], "c": [change(-8)]}, []),
        ({"b": [change(8)], "c": []}, ["c Keep none: improvement, and not named"]),
        (
            {"a": [change(1)], "b": [change(8)], "c": [change(-8)]},
            ["a Comment: neutral, and named"],
        ),
        (
            {"b": [change(9)], "c": [Change("other", 1)]},
            [
                f"b Keep two: {COST} changed by 9, not by 8",
                f"c Keep none: {COST} changed by 0, not by -8",
            ],
        ),
        ({"b": [change(8)], "c": [change(-8)], "d": [change(1)]}, ["d: named, and not injected"]),
    ],
)
def test_commits_are_judged_by_what_they_inject(
    found: dict[str, list[Change]], faults: list[str]
) -> None:
    injected = {"a": NEUTRAL, "b": REGRESSION, "c": IMPROVEMENT}
    assert list(faults_of_commits(injected, found)) == faults


def test_lines_are_judged_where_they_stand(project: Project, tmp_path: Path) -> None:
    injected = inject(project, samples(tmp_path))
    _, worse, better = injected
    name = f"{worse[:8]} Keep two"

    gone = Site(FILE, None, "kept = [None]", -8.0)

    def faults(*sites: Site, gone: Site = gone) -> list[str]:
        found = {worse: [change(8, *sites)], better: [change(-8, gone)]}
        return list(faults_of_lines(injected, found, project))

    kept = Site(FILE, 3, "kept = [None]", 8.0)
    assert faults(kept) == []
    assert faults(kept._replace(delta=64.0), Site(FILE, 3, "kept = []", -56.0)) == []
    assert faults(kept._replace(delta=7.0)) == [f"{name}: {COST} is attributed 7.0, not 8"]
    assert faults(kept._replace(line=1)) == [f"{name}: {COST}: {FILE}:1 is not kept = [None]"]
    assert faults(Site(FILE, 1, "# two", 8.0)) == [
        f"{name}: {COST} is attributed to {[Line(FILE, '# two')]}",
        f"{name}: no metric is attributed to {KEEPS}",
    ]
    assert faults(kept, gone=gone._replace(line=3)) == [
        f"{better[:8]} Keep none: {COST}: {FILE}:3 is not kept = [None]"
    ]
    assert faults() == [f"{name}: no metric is attributed to {KEEPS}"]


def test_a_page_is_read_without_its_noisy_metrics(tmp_path: Path) -> None:
    site = Site(FILE, 2, "kept = [None]", 8.0)
    common = {"name": COST, "delta": 8.0, "before": 0.0}
    metrics = [
        common | {"exact": True, "sites": [site._asdict()]},
        common | {"exact": True, "sites": None},
        common | {"exact": False, "sites": None},
    ]
    page = tmp_path / "memory.json"
    page.write_text(json.dumps({"changes": [{"commit": "a", "metrics": metrics}]}))
    assert read_page(page) == {"a": [change(8.0, site), change(8.0)]}


def test_the_ledger_is_scored_by_what_grew() -> None:
    injected = {"a": NEUTRAL, "b": REGRESSION, "c": IMPROVEMENT}
    assert score_ledger(injected, {"b": [change(8)], "c": [change(-8)]}) == Score(1, 0, 0, 0, 0)
    assert score_ledger(injected, {"a": [change(1)], "c": [change(1)]}) == Score(0, 0, 1, 1, 1)


def test_asv_is_scored_by_its_regression_page(tmp_path: Path) -> None:
    injected = {
        "a": REGRESSION,
        "b": NEUTRAL,
        "c": REGRESSION,
        "d": REGRESSION,
        "e": IMPROVEMENT,
    }
    hashes = {str(place): commit for place, commit in enumerate("0abcde")}
    (tmp_path / "index.json").write_text(json.dumps({"revision_to_hash": hashes}))
    regressions = [
        [COST, "graph.json", {}, 0, 9.0, 1.0, [[None, 1, 1.0, 2.0], [1, 3, 2.0, 9.0]]],
        ["time_session", "graph.json", {}, None, 2.0, 1.0, [[None, 2, 1.0, 2.0]]],
    ]
    (tmp_path / "regressions.json").write_text(json.dumps({"regressions": regressions}))
    assert score_asv(injected, tmp_path) == Score(1, 1, 1, 1, 0)
    assert score_asv(injected, tmp_path, r"\.track_") == Score(1, 1, 1, 0, 0)


@pytest.mark.parametrize(("found", "is_right"), [(9.0, True), (8.0, True), (-8.0, False)])
def test_what_varies_with_python_grows_by_any_amount(found: float, is_right: bool) -> None:
    varying = replace(REGRESSION, metrics=(Metric(COST, 8, varies=True),))
    faults = list(faults_of_commits({"b": varying}, {"b": [change(found)]}))
    assert faults == ([] if is_right else [f"b Keep two: {COST} changed by -8.0, not by 8"])
