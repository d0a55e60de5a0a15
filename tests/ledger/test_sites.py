import json
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import sites
from ledger.causes import Site
from ledger.changes import Change
from ledger.commands import RUNNING_VERSION
from ledger.series import Key, Series
from ledger.settings import Settings
from ledger.sites import SiteReader
from tests.ledger.support import git, repository

# What the commit under test holds is measured with the benchmarks of today.
COMMAND = """
import json, pathlib, sys
size = int(pathlib.Path("model.txt").read_text())
if size == 13:
    sys.exit("thirteen")
with open(sys.argv[1], "a") as log:
    print(size, file=log)
site = {"file": "model.py", "line": size, "code": "x = new()", "bytes": size}
other = {"file": None, "line": None, "code": None, "bytes": 0.5}
print(json.dumps({"m.C.track_live(1)": [site, other], "m.C.track_size": [other]}))
"""


class Project:
    """A repository of commits that hold so many bytes each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "measured"
        self.settings = Settings(
            results=folder / "results",
            repository=folder,
            benchmarks=folder / "benchmarks",
            sites=f"python benchmarks/sites.py '{self.log}'",
        )
        repository(folder)
        self.benchmark(COMMAND)

    def benchmark(self, command: str) -> None:
        self.settings.benchmarks.mkdir(exist_ok=True)
        (self.settings.benchmarks / "sites.py").write_text(command)

    def commit(self, size: int) -> str:
        (self.folder / "model.txt").write_text(str(size))
        git(self.folder, "add", "model.txt")
        git(self.folder, "commit", "--quiet", "--message", str(size))
        return git(self.folder, "rev-parse", "HEAD")

    def reader(self, version: str = "1") -> SiteReader:
        return SiteReader(self.settings, {"m.C.track_live": version})

    def measured(self) -> list[int]:
        if not self.log.exists():
            return []
        return sorted(map(int, self.log.read_text().split()))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "a project ü"
    folder.mkdir()
    return Project(folder)


def change(before: str, after: str, delta: float = 1, python: str = RUNNING_VERSION) -> Change:
    key = Key("m.C.track_live", ("1",), f"Python {python}")
    series = Series(key, "bytes", ("size",), True, python=python)
    return Change(series, before, after, 100, 100 + delta, ())


def test_the_causes_of_a_change_are_read_from_both_commits(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    reader = project.reader()
    grown = change(eight, nine, 1)
    assert reader.explain(grown) is None
    assert list(reader.read([grown, grown])) == [None, None]
    assert reader.explain(grown) == [Site("model.py", 9, "x = new()", 1)]
    assert project.measured() == [8, 9]
    assert git(project.folder, "status", "--porcelain", "model.txt") == ""


def test_what_was_read_is_kept(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    grown = change(eight, nine, 1)
    list(project.reader().read([grown]))
    reader = project.reader()
    assert reader.explain(grown) == [Site("model.py", 9, "x = new()", 1)]
    assert list(reader.read([grown])) == []
    assert project.measured() == [8, 9]
    kept = project.folder / "sites" / f"{nine[:8]}-py{RUNNING_VERSION}.json"
    assert {path.name for path in kept.parent.iterdir()} == {
        f"{eight[:8]}-py{RUNNING_VERSION}.json",
        kept.name,
    }
    assert json.loads(kept.read_text()) == {
        "commit_hash": nine,
        "python": RUNNING_VERSION,
        "versions": {"m.C.track_live": "1"},
        "lines": [["model.py", 9, "x = new()"], [None, None, None]],
        "figures": {"m.C.track_live(1)": [[0, 9], [1, 0.5]], "m.C.track_size": [[1, 0.5]]},
    }


def test_what_other_benchmarks_read_is_read_again(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    grown = change(eight, nine, 1)
    list(project.reader().read([grown]))
    changed = project.reader(version="2")
    assert changed.explain(grown) is None
    assert list(changed.read([grown])) == [None, None]
    assert changed.explain(grown) == [Site("model.py", 9, "x = new()", 1)]
    assert project.measured() == [8, 8, 9, 9]


def test_a_broken_file_is_read_again(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    grown = change(eight, nine, 1)
    list(project.reader().read([grown]))
    for path, text in zip(
        (project.folder / "sites").iterdir(), ["{", '{"versions": 1}'], strict=True
    ):
        path.write_text(text)
    reader = project.reader()
    assert list(reader.read([grown])) == [None, None]
    assert reader.explain(grown) == [Site("model.py", 9, "x = new()", 1)]


def test_lines_are_paired_by_the_diff_of_their_commits(project: Project) -> None:
    (project.folder / "model.py").write_text("a\n" * 8)
    git(project.folder, "add", "model.py")
    eight = project.commit(8)
    (project.folder / "model.py").write_text("a\n" * 9)
    git(project.folder, "add", "model.py")
    nine = project.commit(9)
    reader = project.reader()
    list(reader.read([change(eight, nine)]))
    # Line 8 still stands, and allocates nothing any more.
    assert reader.explain(change(eight, nine)) == [
        Site("model.py", 9, "x = new()", 9),
        Site("model.py", None, "x = new()", -8),
    ]
    # Where git cannot tell, lines are paired by their code.
    settings = replace(project.settings, repository=project.folder / "nowhere")
    elsewhere = SiteReader(settings, reader.versions)
    assert elsewhere.explain(change(eight, nine)) == [Site("model.py", 9, "x = new()", 1)]


def test_causes_that_do_not_sum_to_the_change_are_not_told(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    reader = project.reader()
    list(reader.read([change(eight, nine, 1)]))
    assert reader.explain(change(eight, nine, 2)) is None


def test_a_commit_that_fails_is_named_and_not_kept(project: Project) -> None:
    eight, thirteen = project.commit(8), project.commit(13)
    reader = project.reader()
    grown = change(eight, thirteen, 5)
    (problem,) = filter(None, reader.read([grown]))
    assert problem.startswith(
        f"cannot read the sites of {thirteen[:8]} with Python {RUNNING_VERSION}: "
    )
    assert problem.endswith(" ended with status 1: thirteen")
    assert reader.explain(grown) is None
    assert len(list((project.folder / "sites").iterdir())) == 1


def test_what_is_no_site_is_named(project: Project) -> None:
    commits = project.commit(8), project.commit(9)
    project.benchmark('print(\'{"m.C.track_live(1)": [{"file": "model.py"}]}\')')
    problems = list(project.reader().read([change(*commits)]))
    assert problems == [
        f"cannot read the sites of {commit[:8]} with Python {RUNNING_VERSION}: "
        f"{project.settings.sites} prints what is no site (KeyError('line')); allowed: by figure, "
        'lists of objects with "file", "line", "code" and "bytes"'
        for commit in sorted(commits)
    ]


def test_sites_that_cannot_be_kept_are_named(project: Project) -> None:
    commits = project.commit(8), project.commit(9)
    (project.folder / "sites").write_text("in the way")
    problems = list(project.reader().read([change(*commits)]))
    assert len(problems) == 2
    assert all("cannot keep the sites of" in str(problem) for problem in problems)


def test_a_python_that_is_not_there_is_named_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "find_python", lambda _: None)
    eight, nine, ten = project.commit(8), project.commit(9), project.commit(10)
    changes = [change(eight, nine, 1, "3.99"), change(nine, ten, 1, "3.99")]
    assert [problem for problem in project.reader().read(changes) if problem] == [
        "no Python 3.99 on this machine: the causes of what it measured are open"
    ]


def test_a_project_without_a_command_has_no_sites(project: Project) -> None:
    commits = project.commit(8), project.commit(9)
    settings = Settings(project.folder / "results", project.folder, project.folder / "benchmarks")
    reader = SiteReader(settings, {})
    assert list(reader.read([change(*commits)])) == []
    assert reader.explain(change(*commits)) is None
