import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from asv_ledger.collect.commands import RUNNING_VERSION
from support.histories import git, repository, write_benchmarks, write_results
from support.hostile import add_results
from support.running import SOURCES
from support.samples import section

pytestmark = pytest.mark.slow

SITES = """
import json
site = {"file": "model.py", "line": 1, "code": "x", "bytes": int(open("size").read())}
print(json.dumps({"m.C.track_live": [site]}))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of two commits that hold 100 and 108 bytes, measured and configured."""
    folder = tmp_path / "a project ü"
    folder.mkdir()
    repository(folder)
    write_benchmarks(folder / "results", m__C__track_live={"type": "track"})
    for size in (100, 108):
        (folder / "size").write_text(str(size))
        git(folder, "add", "size")
        git(folder, "commit", "--quiet", "--message", f"<script>{size}</script>")
        name = git(folder, "rev-parse", "HEAD")
        values = {"m.C.track_live": [[size], [], "1"]}
        write_results(folder / "results", name, values, python=RUNNING_VERSION)
    (folder / "benchmarks").mkdir()
    (folder / "benchmarks" / "sites.py").write_text(SITES)
    configure(folder, exact=["track_"], sites="python benchmarks/sites.py")
    return folder


def configure(folder: Path, repo: str = ".", **ledger: object) -> None:
    configuration = {
        "version": 1,
        "project": "bridge",
        "repo": repo,
        "branches": ["main"],
        "html_dir": "html",
        "results_dir": "results",
        "plugins": [".asv_ledger.publisher"],
        "ledger": ledger,
    }
    (folder / "asv.conf.json").write_text(json.dumps(configuration))


def publish(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, "asv", "publish", "--no-pull")


def explain(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, "asv_ledger", "explain")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_publish_writes_what_changed_and_why(project: Path) -> None:
    explained = explain(project)
    assert (explained.returncode, explained.stderr) == (0, "")
    assert explained.stdout == "1 of 1 changes have allocation sites\n"
    published = publish(project)
    assert published.returncode == 0, published.stdout + published.stderr
    memory = json.loads((project / "html" / "memory.json").read_text())
    schema = json.loads((project / "html" / "memory.schema.json").read_text())
    assert list(Draft202012Validator(schema).iter_errors(memory)) == []
    assert memory["project"] == "bridge"
    assert memory["commit"] == git(project, "rev-parse", "HEAD")
    ((metric,),) = [change["metrics"] for change in memory["changes"]]
    assert metric["delta"] == 8
    assert metric["sites"] == [{"file": "model.py", "line": 1, "code": "x", "delta": 8}]
    assert "&lt;script&gt;" in (project / "html" / "memory.xml").read_text()


def test_publish_runs_no_code_of_the_project(project: Path) -> None:
    (project / "benchmarks" / "sites.py").write_text("open('ran', 'w')")
    assert publish(project).returncode == 0
    assert list(project.rglob("ran")) == []
    memory = json.loads((project / "html" / "memory.json").read_text())
    assert memory["changes"][0]["metrics"][0]["sites"] is None
    assert not (project / "attribution").exists()


def test_what_is_published_again_is_the_same(project: Path) -> None:
    explain(project)
    publish(project)
    before = {path.name: path.read_bytes() for path in (project / "html").glob("memory.*")}
    (project / "benchmarks" / "sites.py").write_text("raise SystemExit('read already')")
    assert publish(project).returncode == 0
    assert {path.name: path.read_bytes() for path in (project / "html").glob("memory.*")} == before


def test_what_cannot_be_read_is_named_and_the_rest_published(project: Path) -> None:
    (project / "benchmarks" / "sites.py").write_text("raise SystemExit('no sites today')")
    (project / "results" / "here" / "foreign.json").write_text("[]")
    explained = explain(project)
    assert explained.returncode == 4
    assert explained.stderr.count("skipped results/here/foreign.json: ") == 1
    assert explained.stderr.count("no sites today") == 2
    assert explained.stdout == "0 of 1 changes have allocation sites\n"
    published = publish(project)
    assert published.returncode == 0
    assert published.stdout.count("skipped results/here/foreign.json: ") == 1
    memory = json.loads((project / "html" / "memory.json").read_text())
    assert memory["changes"][0]["metrics"][0]["sites"] is None


def test_a_repository_elsewhere_is_told_from_the_clone_of_asv(
    project: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("benchmarks", "results"):
        (project / name).rename(elsewhere / name)
    git(project, "clone", "--quiet", "--bare", ".", str(elsewhere / "model.git"))
    configure(elsewhere, repo="model.git", exact=["track_"], sites="python benchmarks/sites.py")
    assert explain(elsewhere).returncode == 0
    published = publish(elsewhere)
    assert published.returncode == 0, published.stdout + published.stderr
    memory = json.loads((elsewhere / "html" / "memory.json").read_text())
    assert memory["changes"][0]["metrics"][0]["sites"][0]["delta"] == 8


def test_a_wrong_configuration_is_one_line(project: Path) -> None:
    configure(project, exakt=[])
    published = publish(project)
    assert published.returncode == 1
    assert "Traceback" not in published.stdout + published.stderr
    assert '"ledger" has the keys [\'exakt\']; allowed: "measured", "measuring", ' in (
        published.stdout + published.stderr
    )


def test_the_sections_that_a_project_adds_are_published(project: Path) -> None:
    (project / "evaluation.json").write_text(json.dumps(section() | {"scores": []}))
    (project / "broken.json").write_text("{")
    configure(project, exact=["track_"], sections=["evaluation.json", "broken.json", "none.json"])
    published = publish(project)
    assert published.returncode == 0
    assert "skipped broken.json: it is no section: Expecting property name" in published.stdout
    assert "skipped none.json: it cannot be read: No such file or directory" in published.stdout
    memory = json.loads((project / "html" / "memory.json").read_text())
    assert memory["sections"] == [section()]


def test_what_asv_would_not_end_with_is_left_out_and_named(project: Path) -> None:
    commit = git(project, "rev-parse", "HEAD")
    paths = add_results(project / "results" / "here", commit)
    published = publish(project)
    assert published.returncode == 0, published.stdout + published.stderr
    for path in paths:
        told = f"results/here/{path.name}: "
        assert f"left out {told}" in published.stdout
        assert f"skipped {told}" in published.stdout
    memory = json.loads((project / "html" / "memory.json").read_text(), parse_constant=pytest.fail)
    assert memory["changes"][0]["metrics"][0]["delta"] == 8
