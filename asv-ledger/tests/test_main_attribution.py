"""``asv-ledger explain`` as its users meet it, and what ``show`` knows after it."""

import json
import sys
from pathlib import Path

import pytest

from asv_ledger import cli
from asv_ledger.collect.commands import RUNNING_VERSION
from support.histories import git, repository, write_benchmarks, write_results
from test_main import run

pytestmark = pytest.mark.slow

COMMAND = """
import json
size = int(open("model.py").read().split()[2])
site = {"file": "model.py", "line": 1, "code": f"size = {size}", "bytes": size}
print(json.dumps({"m.C.track_live": [site]}))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose commits hold 100, 100, 108 bytes; the last is not measured."""
    repository(tmp_path)
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "sites.py").write_text(COMMAND)
    write_benchmarks(tmp_path / "results", m__C__track_live={})
    for size, comment in ((100, ""), (100, "#"), (108, ""), (109, "")):
        (tmp_path / "model.py").write_text(f"size = {size} {comment}\n")
        git(tmp_path, "add", "model.py")
        git(tmp_path, "commit", "--quiet", "--message", f"Hold {size}")
        if size < 109:
            write_results(
                tmp_path / "results",
                git(tmp_path, "rev-parse", "HEAD"),
                {"m.C.track_live": [[size], [], "1"]},
                python=RUNNING_VERSION,
            )
    configure(tmp_path, exact=["track_"], sites="python benchmarks/sites.py")
    return tmp_path


def configure(project: Path, **ledger: object) -> None:
    configuration = {
        "version": 1,
        "project": "p",
        "repo": ".",
        "branches": ["main"],
        "plugins": [".asv_ledger.publisher"],
        "ledger": ledger,
    }
    (project / "asv.conf.json").write_text(json.dumps(configuration))


def told(project: Path, revision: str) -> str:
    return git(project, "log", "-1", "--format=%h %as %s", "--abbrev=8", revision)


def test_sites_are_read_told_and_known_from_then_on(project: Path) -> None:
    metric = f"    m.C.track_live, Python {RUNNING_VERSION}: 100 -> 108 bytes, +8 (+8.00 %)"
    site = "        +8  model.py:1  size = 108"
    assert site not in run(project, "show").stdout
    sites = run(project, "explain", "HEAD~1")
    assert sites.stdout.splitlines() == [told(project, "HEAD~1"), metric, site]
    assert (sites.returncode, sites.stderr) == (0, "")
    assert run(project, "show").stdout.splitlines()[:3] == sites.stdout.splitlines()


def test_a_commit_that_changed_nothing_has_no_sites(project: Path) -> None:
    sites = run(project, "explain", "HEAD~2")
    assert sites.stdout == f"{told(project, 'HEAD~2')}: changed no exact metric\n"
    assert (sites.returncode, sites.stderr) == (0, "")
    assert not (project / "attribution").exists()


def test_a_commit_that_was_not_measured_has_status_3(project: Path) -> None:
    sites = run(project, "explain", "HEAD")
    assert sites.stdout == f"{told(project, 'HEAD')}: not measured\n"
    assert (sites.returncode, sites.stderr) == (3, "")


def test_a_terminal_shows_how_many_readings_are_done(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    for path in (project / "results").rglob("*-env-*.json"):  # one that no machine has
        copy = json.loads(path.read_text().replace(f'"{RUNNING_VERSION}"', '"9.9"'))
        path.with_name(f"{path.name[:8]}-other.json").write_text(json.dumps(copy))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert cli.main(["explain"]) == 4
    shown = "".join(f"\rreading allocation sites: {done} of 4" for done in (1, 2, 3, 4, 4))
    told = "no Python 9.9 on this machine: the sites of what it measured are open"
    assert capsys.readouterr() == (
        "1 of 2 changes have allocation sites\n",
        f"{shown}\nasv-ledger: {told}\n",
    )


def test_the_changes_of_a_range_are_explained(project: Path) -> None:
    explained = run(project, "explain", "HEAD~3..HEAD")
    assert (explained.returncode, explained.stderr) == (0, "")
    assert explained.stdout.splitlines()[0] == told(project, "HEAD~1")
    assert explained.stdout == run(project, "explain", "HEAD~1").stdout


def test_a_change_that_lies_in_one_of_several_commits_is_explained_at_each(project: Path) -> None:
    (unmeasured,) = (project / "results").rglob(f"{told(project, 'HEAD~2')[:8]}-*.json")
    unmeasured.unlink()
    explained = run(project, "explain", "HEAD~2").stdout
    assert explained.startswith("One of 2 commits, ")
    assert explained == run(project, "explain", "HEAD~1").stdout


@pytest.mark.parametrize(
    ("commits", "measured"),
    [("HEAD..HEAD", 0), ("HEAD~3..HEAD~1", 2), ("side^!", 0), ("HEAD..side", 0)],
)
def test_of_a_range_without_a_change_it_says_how_many_were_measured(
    commits: str, measured: int, project: Path
) -> None:
    git(project, "branch", "side", git(project, "commit-tree", "-m", "aside", "HEAD^{tree}"))
    for path in (project / "results").rglob(f"{told(project, 'HEAD~1')[:8]}-*.json"):
        path.write_text(path.read_text().replace("108", "100"))
    explained = run(project, "explain", commits)
    assert explained.stdout == f"0 of {measured} measured commits changed an exact metric\n"
    assert (explained.returncode, explained.stderr) == (0, "")


def test_sites_that_cannot_be_read_have_status_4(project: Path) -> None:
    (project / "benchmarks" / "sites.py").write_text("raise SystemExit('no sites today')")
    sites = run(project, "explain", "HEAD~1")
    assert sites.returncode == 4
    assert sites.stdout.splitlines()[0] == told(project, "HEAD~1")
    lines = sites.stderr.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert line.startswith("asv-ledger: cannot read the sites of ")
        assert line.endswith(" ended with status 1: no sites today")


@pytest.mark.parametrize(
    ("revision", "ledger", "message"),
    [
        (
            "v9",
            {"sites": "python -m s"},
            "asv-ledger: {project}: v9 names no commit; git rev-parse must know it\n",
        ),
    ],
)
def test_wrong_use_is_one_line(
    project: Path, revision: str, ledger: dict[str, object], message: str
) -> None:
    configure(project, **ledger)
    sites = run(project, "explain", revision)
    message = message.replace("{project}", str(project))
    assert (sites.returncode, sites.stdout, sites.stderr) == (2, "", message)
