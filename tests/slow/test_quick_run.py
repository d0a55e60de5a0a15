"""asv itself runs the suite on HEAD and publishes it."""

import json
import shutil
from pathlib import Path

import pytest

from asv_ledger.config import read_settings
from asv_ledger.sources.series import read_series
from tests.slow.scratch import Project

EXACT = r"\.track_(?!(rss|uss)\b)"
NOISY = ("track_rss", "track_uss", "peakmem_", "time_")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project.copy(tmp_path_factory.mktemp("quick") / "project")
    project.commit("All there is")
    return project


def run_suite(project: Project, *options: str) -> dict[str, list[float | None]]:
    finished = project.measure("HEAD^!", "--quick", *options)
    assert finished.status == 0, finished.output
    (path,) = project.results()
    results = json.loads(path.read_text())
    column = results["result_columns"].index("result")
    return {name: row[column] for name, row in results["results"].items()}


def test_the_suite_measures_head_twice_alike_and_publishes_it(project: Project) -> None:
    first = run_suite(project)
    shutil.rmtree(project.folder / "results")
    second = run_suite(project, "--bench", EXACT)

    exact = {name for name in first if not any(noisy in name for noisy in NOISY)}
    assert len(exact) == 25
    for name in exact:
        assert all(isinstance(value, float | int) for value in first[name]), name
        assert first[name] == second[name], name
    assert all(value is not None for values in first.values() for value in values)

    # One process or many: what the baseline is checked with is what asv measures.
    read = project.run("-m", "asv_ledger", "metrics")
    assert json.loads(read.output) == measured_exactly(project)

    assert project.dev("site").status == 0
    html = project.folder / "html"
    index = json.loads((html / "index.json").read_text())
    assert set(index["benchmarks"]) == set(first)
    assert (html / "index.html").is_file()
    assert {path.name for path in graphs(html)} >= {f"{name}.json" for name in exact}


def measured_exactly(project: Project) -> dict[str, float]:
    """Return the exact metrics in the results of the one commit that was measured, by name."""
    settings = read_settings(project.folder / "asv.conf.json")
    series = read_series(settings.results, settings.exact).series
    return {
        one.key.metric: value for one in series if one.is_exact for value in one.values.values()
    }


def graphs(html: Path) -> list[Path]:
    return list((html / "graphs").rglob("*.json"))
