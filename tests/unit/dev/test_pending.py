from pathlib import Path

import pytest

from dev.errors import DevError
from dev.pending import Series, choose, find_pending
from support.histories import git, repository, write_benchmarks, write_results

MEASURED = ("bridge_model", "pyproject.toml")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    repository(tmp_path, "one", "two", "three")
    (tmp_path / "bridge_model").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(project: Path, name: str) -> str:
    """Commit a change of what is measured; return its hash."""
    (project / "bridge_model" / name).touch()
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", name)
    return git(project, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    "option",
    ["--output={}", "--outpu={}", "--output", "--stdin", "--format=%b", "--objects", "-O{}", "-z"],
)
def test_a_range_that_writes_or_prints_what_is_no_commit_is_refused(
    option: str, project: Path
) -> None:
    written = project / "written"
    option = option.format(written)
    with pytest.raises(DevError) as caught:
        choose(f"HEAD {option}")
    assert str(caught.value) == (
        f"RANGE=HEAD {option} has the option {option}; allowed: those of git rev-list that choose "
        "commits, such as --no-walk, --merges and --since=2026-01-01"
    )
    assert not written.exists()


@pytest.mark.parametrize("commit_range", ["nonsense", "HEAD..HEAD", '"'])
def test_a_range_that_names_no_commit_is_refused(project: Path, commit_range: str) -> None:
    assert project.exists()
    with pytest.raises(DevError) as caught:
        choose(commit_range)
    assert str(caught.value) == (
        f"RANGE={commit_range} names no commit; git rev-list must name one or more"
    )


@pytest.mark.parametrize(
    ("commit_range", "places"),
    [
        ("HEAD~1", [1, 0]),
        ("HEAD~2..", [2, 1]),
        ("--no-walk HEAD~2 HEAD", [2, 0]),
        ("-n 1 HEAD", [2]),
        ("-1 HEAD", [2]),
        ("--all --since=2000-01-01 --author=A", [2, 1, 0]),
        ("HEAD --grep=two", [1]),
        ("HEAD^!", [2]),
        ("HEAD --", [2, 1, 0]),
    ],
)
def test_a_range_is_what_git_takes_it_for(
    commit_range: str, places: list[int], project: Path
) -> None:
    hashes = git(project, "rev-list", "--reverse", "HEAD").splitlines()
    assert set(choose(commit_range)) == {hashes[place] for place in places}


def test_a_commit_measured_with_one_python_alone_is_pending_for_another(project: Path) -> None:
    head = change(project, "room.py")
    write_benchmarks(project / "results")
    write_results(project / "results", head, {}, python="3.12")
    assert find_pending(Series("here", "env-py3.12"), MEASURED) == []
    assert find_pending(Series("here", "env-py3.13"), MEASURED) == [head]


def test_a_new_machine_begins_with_the_newest_and_goes_on_from_there(project: Path) -> None:
    series = Series("here", "env-py3.12")
    change(project, "one")
    second = change(project, "two")
    assert find_pending(series, MEASURED) == [second]
    write_benchmarks(project / "results")
    write_results(project / "results", second, {}, python="3.12")
    third, fourth = change(project, "three"), change(project, "four")
    assert find_pending(series, MEASURED) == [third, fourth]


def test_where_the_list_of_benchmarks_is_lost_a_run_makes_it_again(project: Path) -> None:
    head = change(project, "one")
    write_results(project / "results", head, {}, python="3.12")
    assert find_pending(Series("here", "env-py3.12"), MEASURED) == [head]


def test_what_the_machine_kept_from_being_measured_is_pending(project: Path) -> None:
    series = Series("here", "env-py3.12")
    names = [change(project, name) for name in ("one", "two")]
    write_benchmarks(project / "results")
    write_results(project / "results", names[1], {}, python="3.12")
    assert find_pending(series, MEASURED) == []
    mark = project / ".asv" / "unmeasured" / "here" / f"{names[0][:8]}-env-py3.12.json"
    mark.parent.mkdir(parents=True)
    mark.touch()
    assert find_pending(series, MEASURED) == [names[0]]
