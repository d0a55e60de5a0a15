from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.commits import (
    Commit,
    HistoryError,
    check_out,
    find_commit,
    find_last_tag,
    read_commits,
    read_file,
    read_tags,
)
from tests.ledger.support import git, history, repository


def test_commits_come_with_their_parents_oldest_first(tmp_path: Path) -> None:
    hashes = repository(tmp_path, "one", "two", "three")
    commits = read_commits(tmp_path)
    assert list(commits) == hashes
    assert [commit.subject for commit in commits.values()] == ["one", "two", "three"]
    assert [commit.parents for commit in commits.values()] == [(), (hashes[0],), (hashes[1],)]


def test_a_date_is_the_authors(tmp_path: Path) -> None:
    repository(tmp_path)
    date = "2026-04-13T12:00:00+02:00"
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "one", f"--date={date}")
    (commit,) = read_commits(tmp_path).values()
    assert commit.date == datetime(2026, 4, 13, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "subject", ["<script>alert(1)</script>", "تاريخ", "a | b; c", "\x1b[31mred", "%H%x00 \t."]
)
def test_a_subject_is_any_text(tmp_path: Path, subject: str) -> None:
    (name,) = repository(tmp_path, subject)
    (commit,) = read_commits(tmp_path).values()
    assert commit == Commit(name, (), commit.date, subject)


def test_a_merge_has_two_parents_which_come_before_it(tmp_path: Path) -> None:
    (start,) = repository(tmp_path, "start")
    git(tmp_path, "checkout", "--quiet", "-b", "side")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "side")
    git(tmp_path, "checkout", "--quiet", "main")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "main")
    git(tmp_path, "merge", "--quiet", "--no-ff", "--message", "merge", "side")
    *_, merge = read_commits(tmp_path).values()
    assert merge.subject == "merge"
    assert len(merge.parents) == 2
    assert next(iter(read_commits(tmp_path))) == start


def test_a_revision_may_be_asked_for(tmp_path: Path) -> None:
    hashes = repository(tmp_path, "one", "two", "three")
    assert list(read_commits(tmp_path, "HEAD~1")) == hashes[:2]
    assert list(read_commits(tmp_path, "HEAD~2..HEAD")) == hashes[1:]


def test_tags_stand_for_commits(tmp_path: Path) -> None:
    one, two = repository(tmp_path, "one", "two")
    git(tmp_path, "tag", "v1", one)
    git(tmp_path, "tag", "--annotate", "--message", "second", "v2", two)
    assert read_tags(tmp_path) == {"v1": one, "v2": two}


@pytest.mark.parametrize("revision", ["v9", "v1..v9", ""])
def test_an_unknown_revision_is_named(tmp_path: Path, revision: str) -> None:
    repository(tmp_path, "one")
    with pytest.raises(HistoryError) as raised:
        read_commits(tmp_path, revision)
    assert str(raised.value).startswith(f"{tmp_path}: fatal: ")
    assert "\n" not in str(raised.value)


def test_a_folder_that_is_no_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryError) as raised:
        read_commits(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in str(raised.value)


def test_a_revision_is_found(tmp_path: Path) -> None:
    one, two = repository(tmp_path, "one", "two")
    assert find_commit(tmp_path, "HEAD") == two
    assert find_commit(tmp_path, one[:7]) == one
    with pytest.raises(HistoryError) as raised:
        find_commit(tmp_path, "--help")
    assert str(raised.value) == f"{tmp_path}: --help names no commit; git rev-parse must know it"
    with pytest.raises(HistoryError, match="cannot change to"):
        find_commit(tmp_path / "nowhere", "HEAD")


def test_the_last_tag_is_the_one_of_the_newest_commit() -> None:
    commits = history("a", "b a", "c b")
    assert find_last_tag({"v1": "a", "v2": "b", "elsewhere": "x"}, commits) == ("v2", "b")
    assert find_last_tag({}, commits) == ("the first measured commit", "a")


def test_a_commit_is_checked_out_without_a_trace_in_the_repository(tmp_path: Path) -> None:
    project, scratch = tmp_path / "project ü", tmp_path / "scratch"
    project.mkdir()
    scratch.mkdir()
    repository(project, "one")
    (project / "model.py").write_text("x = 1\n")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "two")
    (project / "model.py").write_text("x = 2\n")
    before = git(project, "status", "--porcelain"), git(project, "worktree", "list")
    check_out(project, find_commit(project, "HEAD"), scratch)
    assert {path.name for path in scratch.iterdir()} == {"model.py"}
    assert (scratch / "model.py").read_text() == "x = 1\n"
    assert (git(project, "status", "--porcelain"), git(project, "worktree", "list")) == before


def test_a_file_is_read_as_a_commit_has_it(tmp_path: Path) -> None:
    (one,) = repository(tmp_path, "one")
    folder = tmp_path / "a folder"
    folder.mkdir()
    for text in ("first\n", "zweiter: ä\n"):
        (folder / "budgets.toml").write_text(text, encoding="utf-8")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", text)
    (folder / "budgets.toml").write_text("not committed\n")
    assert read_file(tmp_path, "HEAD", "a folder/budgets.toml") == "zweiter: ä\n"
    assert read_file(tmp_path, "HEAD~1", "a folder/budgets.toml") == "first\n"
    assert read_file(tmp_path, one, "a folder/budgets.toml") is None
    assert read_file(folder, "HEAD", "budgets.toml") == "zweiter: ä\n"
    with pytest.raises(HistoryError):
        read_file(tmp_path, "v9", "budgets.toml")
