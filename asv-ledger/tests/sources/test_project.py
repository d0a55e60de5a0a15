import json
from pathlib import Path

import pytest

from asv_ledger.config import SettingsError
from asv_ledger.sources.git import HistoryError
from asv_ledger.sources.project import read_project
from support.histories import git, repository, write_benchmarks, write_results


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a project with a release branch, a tag on another line, and a merge."""
    one, two = repository(tmp_path, "one", "two")
    git(tmp_path, "tag", "v1", two)
    git(tmp_path, "checkout", "--quiet", "-b", "release", one)
    commit(tmp_path, "fix", "model/a.py")
    git(tmp_path, "checkout", "--quiet", "-b", "old", one)
    commit(tmp_path, "old", "README")
    git(tmp_path, "tag", "--annotate", "-m", "old", "v0")
    git(tmp_path, "checkout", "--quiet", "main")
    git(tmp_path, "merge", "--quiet", "--no-ff", "--message", "merge", "release")
    git(tmp_path, "branch", "-D", "old")
    write_benchmarks(tmp_path / "results", m__C__track_live={})
    configure(tmp_path)
    return tmp_path


def commit(folder: Path, subject: str, path: str) -> str:
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(subject)
    git(folder, "add", path)
    git(folder, "commit", "--quiet", "--message", subject)
    return git(folder, "rev-parse", "HEAD")


def configure(folder: Path, **configuration: object) -> Path:
    default = {"version": 1, "project": "p", "repo": ".", "branches": ["main", "release"]}
    path = folder / "asv.conf.json"
    path.write_text(json.dumps(default | {"ledger": {"exact": ["track_"]}} | configuration))
    return path


def subjects(folder: Path, names: object) -> list[str]:
    assert isinstance(names, tuple | list | set | frozenset)
    return [git(folder, "log", "-1", "--format=%s", name) for name in names]


def test_branches_are_histories_of_their_own_and_tags_are_in_all_of_them(folder: Path) -> None:
    history = read_project(folder / "asv.conf.json").history
    assert {one.subject for one in history.values()} == {"one", "two", "fix", "merge", "old"}
    assert {name: subjects(folder, line) for name, line in history.branches.items()} == {
        "main": ["one", "two", "old", "merge"],
        "release": ["one", "fix", "old"],
    }
    assert history.tip == git(folder, "rev-parse", "main")
    assert subjects(folder, list(history.tags.values())) == ["old", "two"]


def test_idle_are_those_that_touch_nothing_that_is_measured(folder: Path) -> None:
    assert not read_project(folder / "asv.conf.json").history.idle
    path = configure(folder, ledger={"measured": ["model", "*"]})
    history = read_project(path).history
    assert sorted(subjects(folder, history.idle)) == ["old", "two"]


def test_results_of_commits_outside_of_the_history_are_named(folder: Path) -> None:
    inside, outside = git(folder, "rev-parse", "main"), "a" * 40
    for name in (inside, outside):
        write_results(folder / "results", name, {"m.C.track_live": [[1], [], "1"]})
    assert read_project(folder / "asv.conf.json").outside == [outside]


def test_a_repository_that_is_elsewhere_is_cloned_as_asv_does(folder: Path, tmp_path: Path) -> None:
    origin = tmp_path / "origin.git"
    git(folder, "clone", "--quiet", "--bare", ".", str(origin))
    path = configure(folder, repo=str(origin), branches=["main"])
    project = read_project(path)
    assert project.settings.repository == origin
    assert [one.subject for one in project.history.values()][-1] == "merge"


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        (
            {"branches": ["trunk"]},
            'trunk names no commit; allowed as "branches" of asv.conf.json: a list of branches, '
            'such as ["main"]',
        ),
        (
            {"repo": "https://example.org/x"},
            "https://example.org/x: Can not determine what kind of DVCS to use for URL "
            "'https://example.org/x'",
        ),
    ],
)
def test_what_names_no_history_is_refused(
    folder: Path, configuration: dict[str, object], message: str
) -> None:
    with pytest.raises(HistoryError) as refused:
        read_project(configure(folder, **configuration))
    assert str(refused.value) == message


@pytest.mark.parametrize("measured", ["model", ["/model"], ["../model"], [""], [1]])
def test_paths_of_what_is_measured_lie_in_the_repository(folder: Path, measured: object) -> None:
    with pytest.raises(SettingsError, match="allowed: a list of paths below the repository's root"):
        read_project(configure(folder, ledger={"measured": measured}))
