import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from asv_ledger.collect import attribution as sites
from asv_ledger.collect.attribution import SiteReader
from asv_ledger.collect.commands import RUNNING_VERSION
from asv_ledger.config import Settings
from asv_ledger.model.attribution import Site
from asv_ledger.model.changes import Change
from asv_ledger.model.series import Key, Series
from asv_ledger.sources.attribution import KeptSites
from support.histories import git, repository

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
        return SiteReader(KeptSites(self.settings, {"m.C.track_live": version}))

    def kept(self, commit: str) -> Path:
        return self.folder / "attribution" / f"{commit[:8]}-py{RUNNING_VERSION}.json"

    def measured(self) -> list[int]:
        if not self.log.exists():
            return []
        return sorted(map(int, self.log.read_text().split()))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "a project ü"
    folder.mkdir()
    return Project(folder)


def change(
    before: str,
    after: str,
    delta: float = 1,
    python: str = RUNNING_VERSION,
    *,
    benchmark: str = "m.C.track_live",
    parameter: str = "1",
) -> Change:
    parameters = (parameter,) if benchmark == "m.C.track_live" else ()
    key = Key(benchmark, parameters, f"Python {python}")
    series = Series(key, "bytes", ("size",), True, python=python)
    return Change(series, before, after, 100, 100 + delta, ())


def test_the_sites_of_a_change_are_read_from_both_commits(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    reader = project.reader()
    grown = change(eight, nine, 1)
    assert reader.kept.explain(grown) is None
    assert list(reader.read([grown, grown])) == [None, None]
    assert reader.kept.explain(grown) == [Site("model.py", 9, "x = new()", 1)]
    assert project.measured() == [8, 9]
    assert git(project.folder, "status", "--porcelain", "model.txt") == ""


def test_what_was_read_is_kept(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    grown = change(eight, nine, 1)
    list(project.reader().read([grown]))
    reader = project.reader()
    assert reader.kept.explain(grown) == [Site("model.py", 9, "x = new()", 1)]
    assert list(reader.read([grown])) == []
    assert project.measured() == [8, 9]
    kept = project.folder / "attribution" / f"{nine[:8]}-py{RUNNING_VERSION}.json"
    assert {path.name for path in kept.parent.iterdir()} == {
        f"{eight[:8]}-py{RUNNING_VERSION}.json",
        kept.name,
    }
    assert json.loads(kept.read_text()) == {
        "commit_hash": nine,
        "python": RUNNING_VERSION,
        "versions": {"m.C.track_live": "1"},
        "lines": [["model.py", 9, "x = new()"], [None, None, None]],
        "metrics": {"m.C.track_live(1)": [[0, 9], [1, 0.5]]},
    }


def test_what_other_benchmarks_read_is_read_again(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    grown = change(eight, nine, 1)
    list(project.reader().read([grown]))
    changed = project.reader(version="2")
    assert changed.kept.explain(grown) is None
    assert list(changed.read([grown])) == [None, None]
    assert changed.kept.explain(grown) == [Site("model.py", 9, "x = new()", 1)]
    assert project.measured() == [8, 8, 9, 9]


def test_a_benchmark_that_is_new_leaves_what_was_read_of_others_valid(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    grown, added = change(eight, nine), change(eight, nine, 0, benchmark="m.C.track_size")
    list(project.reader().read([grown]))
    reader = SiteReader(KeptSites(project.settings, {"m.C.track_live": "1", "m.C.track_size": "5"}))
    assert list(reader.read([grown])) == []
    assert reader.kept.explain(grown) == [Site("model.py", 9, "x = new()", 1)]
    assert reader.kept.explain(added) is None
    # What is kept of a benchmark stays, whatever would be read of it now.
    project.benchmark(COMMAND.replace("x = new()", "x = another()"))
    assert list(reader.read([grown, added])) == [None, None]
    assert reader.kept.explain(added) == []
    assert json.loads(project.kept(nine).read_text()) == {
        "commit_hash": nine,
        "python": RUNNING_VERSION,
        "versions": {"m.C.track_live": "1", "m.C.track_size": "5"},
        "lines": [["model.py", 9, "x = new()"], [None, None, None]],
        "metrics": {"m.C.track_live(1)": [[0, 9], [1, 0.5]], "m.C.track_size": [[1, 0.5]]},
    }
    again = SiteReader(KeptSites(project.settings, reader.kept.versions))
    assert list(again.read([grown, added])) == []
    assert project.measured() == [8, 8, 9, 9]


def test_a_benchmark_that_was_changed_is_read_again_and_no_other(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    changes = [change(eight, nine), change(eight, nine, 0, benchmark="m.C.track_size")]
    versions = {"m.C.track_live": "1", "m.C.track_size": "5", "gone": "1"}
    old = SiteReader(KeptSites(project.settings, versions))
    list(old.read(changes))
    project.benchmark(COMMAND.replace("x = new()", "x = another()").replace("0.5", "0.75"))
    reader = SiteReader(KeptSites(project.settings, {"m.C.track_live": "1", "m.C.track_size": "6"}))
    assert [reader.kept.explain(one) for one in changes] == [
        [Site("model.py", 9, "x = new()", 1)],
        None,
    ]
    assert list(reader.read(changes)) == [None, None]
    kept = json.loads(project.kept(nine).read_text())
    assert kept["versions"] == {"m.C.track_live": "1", "m.C.track_size": "6", "gone": "1"}
    assert kept["metrics"] == {
        "m.C.track_live(1)": [[0, 9], [1, 0.5]],
        "m.C.track_size": [[1, 0.75]],
    }


def test_what_has_no_sites_is_not_read_again(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    peak = change(eight, nine, benchmark="m.C.track_peak")
    versions = {"m.C.track_peak": "1"}
    assert list(SiteReader(KeptSites(project.settings, versions)).read([peak])) == [None, None]
    reader = SiteReader(KeptSites(project.settings, versions))
    assert list(reader.read([peak])) == []
    assert reader.kept.explain(peak) is None


FAILING = """
print(json.dumps({
    "m.C.track_live(1)": [site, other],
    "m.C.track_live(2)": {"failed": "ValueError: no\\nbridge"},
    "n": {"failed": "ImportError: no n"},
}))
"""


def test_what_fails_hides_nothing_else_and_is_read_again_where_it_is_asked_for(
    project: Project,
) -> None:
    project.benchmark(COMMAND.rpartition("print")[0] + FAILING)
    eight, nine = project.commit(8), project.commit(9)
    good = change(eight, nine)
    failing = [
        change(eight, nine, parameter="2"),
        change(eight, nine, benchmark="n.D.track_live"),
    ]
    versions = {"m.C.track_live": "1", "n.D.track_live": "1"}
    problems = [
        f"cannot read the sites of {commit[:8]} with Python {RUNNING_VERSION}: "
        "m.C.track_live(2): ValueError: no bridge"
        for commit in sorted((eight, nine))
    ]
    reader = SiteReader(KeptSites(project.settings, versions))
    assert list(reader.read([good])) == [None, None]
    assert reader.kept.explain(good) == [Site("model.py", 9, "x = new()", 1)]
    assert json.loads(project.kept(nine).read_text())["failed"] == ["m.C.track_live(2)", "n"]
    again = SiteReader(KeptSites(project.settings, versions))
    assert list(again.read([good])) == []
    assert list(again.read([good, failing[0]])) == problems
    assert list(again.read([good, *failing])) == [f"{problem} (and 1 more)" for problem in problems]
    assert [again.kept.explain(one) for one in failing] == [None, None]
    project.benchmark(COMMAND.replace("track_live(1)", "track_live(2)"))
    assert list(again.read([good, failing[0]])) == [None, None]
    assert again.kept.explain(good) == again.kept.explain(failing[0])
    assert "failed" not in json.loads(project.kept(nine).read_text())


def broken_file(**changed: object) -> str:
    """Return the text of a file of sites in which something is not as it has to be."""
    kept = {
        "commit_hash": "0" * 40,
        "python": RUNNING_VERSION,
        "versions": {"m.C.track_live": "1"},
        "lines": [["model.py", 9, "x = new()"]],
        "metrics": {"m.C.track_live(1)": [[0, 9]]},
    }
    return json.dumps({**kept, **changed})


BROKEN = [
    "{",
    "",
    "7",
    "null",
    "[]",
    '"text"',
    "\xff",
    200_000 * "[",
    '{"versions": 1}',
    broken_file(commit_hash="1" * 40),
    broken_file(python="2.7"),
    broken_file(versions=None),
    broken_file(versions=["m.C.track_live"]),
    broken_file(versions={"m.C.track_live": 1}),
    broken_file(lines=None),
    broken_file(lines={}),
    broken_file(lines=[["model.py", 9]]),
    broken_file(lines=[["model.py", "9", "x"]]),
    broken_file(lines=[["model.py", True, "x"]]),
    broken_file(lines=[[["model.py"], 9, "x"]]),
    broken_file(lines=[["model.py", 9, {}]]),
    broken_file(metrics=[]),
    broken_file(metrics={"m.C.track_live(1)": None}),
    broken_file(metrics={"m.C.track_live(1)": [[0]]}),
    broken_file(metrics={"m.C.track_live(1)": [[1, 9]]}),
    broken_file(metrics={"m.C.track_live(1)": [[-1, 9]]}),
    broken_file(metrics={"m.C.track_live(1)": [[0.0, 9]]}),
    broken_file(metrics={"m.C.track_live(1)": [[0, "9"]]}),
    broken_file(metrics={"m.C.track_live(1)": [[0, True]]}),
    broken_file(metrics={"m.C.track_live(1)": [[0, float("inf")]]}),
    broken_file(metrics={"m.C.track_live(1)": [[0, float("nan")]]}),
    broken_file(metrics={"m.C.track_live(1)": [[0, 10**400]]}),
    broken_file(metrics={"m.C.track_live(1)": [[0, 9]]}).replace("9]]", "1" * 5_000 + "]]"),
    broken_file(failed=7),
    broken_file(failed=[7]),
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_keeps_nothing(text: str, project: Project) -> None:
    path = project.kept("0" * 40)
    path.parent.mkdir()
    path.write_text(text, encoding="latin-1")
    zero = change("0" * 40, "0" * 40, 0)
    assert project.reader().kept.explain(zero) is None
    path.write_text(broken_file())
    assert project.reader().kept.explain(zero) == []


def test_a_broken_file_is_read_again(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    grown = change(eight, nine, 1)
    project.kept(eight).parent.mkdir()
    os.mkfifo(project.kept(eight))
    with project.kept(nine).open("wb") as large:
        large.truncate(2**27)
    reader = project.reader()
    assert list(reader.read([grown])) == [None, None]
    assert reader.kept.explain(grown) == [Site("model.py", 9, "x = new()", 1)]
    assert project.reader().kept.explain(grown) == reader.kept.explain(grown)


def test_what_a_link_leads_to_is_not_written(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    own = project.folder / "own"
    own.write_text("mine")
    project.kept(nine).parent.mkdir()
    project.kept(nine).symlink_to(own)
    project.kept(nine).with_suffix(f".json.{os.getpid()}.part").symlink_to(own)
    reader = project.reader()
    assert list(reader.read([change(eight, nine)])) == [None, None]
    assert reader.kept.explain(change(eight, nine)) == [Site("model.py", 9, "x = new()", 1)]
    assert own.read_text() == "mine"


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
    assert reader.kept.explain(change(eight, nine)) == [
        Site("model.py", 9, "x = new()", 9),
        Site("model.py", None, "x = new()", -8),
    ]
    # Where git cannot tell, lines are paired by their code.
    settings = replace(project.settings, repository=project.folder / "nowhere")
    elsewhere = SiteReader(KeptSites(settings, reader.kept.versions))
    assert elsewhere.kept.explain(change(eight, nine)) == [Site("model.py", 9, "x = new()", 1)]


def test_sites_that_do_not_sum_to_the_change_are_not_told(project: Project) -> None:
    eight, nine = project.commit(8), project.commit(9)
    reader = project.reader()
    list(reader.read([change(eight, nine, 1)]))
    assert reader.kept.explain(change(eight, nine, 2)) is None


def test_a_commit_that_fails_is_named_and_not_kept(project: Project) -> None:
    eight, thirteen = project.commit(8), project.commit(13)
    reader = project.reader()
    grown = change(eight, thirteen, 5)
    (problem,) = filter(None, reader.read([grown]))
    assert problem.startswith(
        f"cannot read the sites of {thirteen[:8]} with Python {RUNNING_VERSION}: "
    )
    assert problem.endswith(" ended with status 1: thirteen")
    assert reader.kept.explain(grown) is None
    assert len(list((project.folder / "attribution").iterdir())) == 1


def test_what_is_no_site_is_named(project: Project) -> None:
    commits = project.commit(8), project.commit(9)
    project.benchmark('print(\'{"m.C.track_live(1)": [{"file": "model.py"}]}\')')
    problems = list(project.reader().read([change(*commits)]))
    assert problems == [
        f"cannot read the sites of {commit[:8]} with Python {RUNNING_VERSION}: "
        f"{project.settings.sites} prints what is no site (KeyError('line')); allowed: by metric, "
        'lists of objects with "file", "line", "code" and "bytes"'
        for commit in sorted(commits)
    ]


def test_sites_that_cannot_be_kept_are_named(project: Project) -> None:
    commits = project.commit(8), project.commit(9)
    (project.folder / "attribution").write_text("in the way")
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
        "no Python 3.99 on this machine: the sites of what it measured are open"
    ]


OWN = """
from asv_ledger.lenses import exact, live

def build():
    with open("model.txt") as model:
        return [bytes(int(model.read()))]

SIZE = build()

class C:
    params = [1]

    @exact(unit="bytes")
    def track_live(self, _):
        return live(lambda: bytes(len(SIZE[0])))
"""


def test_a_project_that_names_no_command_is_read_by_the_lenses(project: Project) -> None:
    commits = project.commit(8), project.commit(9)
    project.benchmark(OWN)
    (project.settings.benchmarks / "sites.py").rename(project.settings.benchmarks / "m.py")
    (project.settings.benchmarks / "__init__.py").touch()
    settings = replace(project.settings, sites=None)
    reader = SiteReader(KeptSites(settings, {"m.C.track_live": "1"}))
    assert list(reader.read([change(*commits)])) == [None, None]
    assert reader.kept.explain(change(*commits)) == [
        Site("benchmarks/m.py", 15, "return live(lambda: bytes(len(SIZE[0])))", 1)
    ]
