from pathlib import Path

from proof.scratch import Project


def test_what_is_committed_is_checked_out_without_its_results(tmp_path: Path) -> None:
    project = Project.check_out(tmp_path / "project")
    names = {path.name for path in project.folder.iterdir()}
    assert {"asv.conf.json", "benchmarks", "bridge_model", "ledger"} <= names
    assert not {"results", "sites", "tests"} & names
    assert '".asv/env"' not in (project.folder / "asv.conf.json").read_text()
    assert project.commit("Begin") == project.git("rev-parse", "--short=8", "HEAD")
    assert len(project.origin()) == 40
