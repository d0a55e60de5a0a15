from pathlib import Path
from runpy import run_path

import pytest

from evaluation import scratch
from evaluation.scratch import Project


def test_what_is_committed_is_checked_out_without_its_results(tmp_path: Path) -> None:
    project = Project.check_out(tmp_path / "project")
    names = {path.name for path in project.folder.iterdir()}
    assert {"asv.conf.json", "benchmarks", "bridge_model", "asv-ledger"} <= names
    assert not {"results", "attribution", "tests"} & names
    assert '".asv/env"' not in (project.folder / "asv.conf.json").read_text()
    assert project.commit("Begin") == project.git("rev-parse", "--short=8", "HEAD")
    assert len(project.origin()) == 40


@pytest.mark.parametrize(("worker", "name"), [(None, "scratch"), ("gw1", "scratchgw1")])
def test_each_process_that_shares_out_tests_measures_in_a_folder_of_its_own(
    worker: str | None, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if worker is None:
        monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    else:
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    assert run_path(scratch.__file__)["ENVIRONMENTS"] == scratch.ROOT / ".asv" / name
