import subprocess
import sys
from pathlib import Path

import pytest

from asv_ledger.sources.git import (
    GitMissingError,
    HistoryError,
    clean_environment,
    find_reason,
    read_objects,
    run_git,
)
from support.histories import git, repository


def test_what_git_itself_calls_local_to_a_repository_is_dropped() -> None:
    listed = subprocess.run(
        ["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True, check=True
    )
    names = listed.stdout.split()
    kept = {"PATH": "/bin", "GIT_AUTHOR_NAME": "A", "GIT_CONFIG_COUNT": "0", "HOME": "/"}
    assert clean_environment(dict.fromkeys(names, "x") | kept) == kept


def test_a_repository_that_is_handed_on_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        repository(tmp_path / name, name)
    expected = git(tmp_path / "one", "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert run_git(tmp_path / "one", "rev-parse", "HEAD").decode().strip() == expected
    (read,) = read_objects(tmp_path / "one", [expected])
    assert (read.hash, read.kind) == (expected, "commit")


def test_objects_are_read_one_after_the_other_whatever_they_hold(tmp_path: Path) -> None:
    repository(tmp_path)
    contents = [b"", b"\n", b"\0\xff\n" * 100_000, b"a missing\n"]
    names = []
    for content in contents:
        (tmp_path / "file").write_bytes(content)
        names.append(git(tmp_path, "hash-object", "-w", "file"))
    assert [read.content for read in read_objects(tmp_path, names)] == contents
    assert [read.hash for read in read_objects(tmp_path, names * 500)] == names * 500
    assert list(read_objects(tmp_path, [])) == []
    # A reader that has seen enough waits for nothing.
    assert next(read_objects(tmp_path, names)).content == b""


def test_an_object_that_is_missing_is_named(tmp_path: Path) -> None:
    repository(tmp_path)
    name = "0" * 39 + "1"
    with pytest.raises(HistoryError) as raised:
        list(read_objects(tmp_path, [name]))
    assert str(raised.value) == f"{tmp_path}: object {name} is missing"


def test_a_git_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = f"{tmp_path}: git does not start: No such file or directory; install git"
    with pytest.raises(GitMissingError) as raised:
        run_git(tmp_path, "version")
    assert str(raised.value) == told
    with pytest.raises(GitMissingError) as raised:
        list(read_objects(tmp_path, []))
    assert str(raised.value) == told


def test_what_no_argument_can_hold_is_told(tmp_path: Path) -> None:
    with pytest.raises(HistoryError) as raised:
        run_git(tmp_path, "rev-parse", "a\0b")
    assert str(raised.value) == f"{tmp_path}: 'rev-parse a\\x00b': embedded null byte"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", "git failed"),
        ("  said\nmore\n", "said"),
        ("warning: x\nerror: y\nfatal: z\n", "error: y"),
        (
            "fatal: detected dubious ownership in repository at '/x'\nTo add an exception for this "
            "directory, call:\n\n\tgit config --global --add safe.directory /x\n",
            "fatal: detected dubious ownership in repository at '/x'; "
            "git config --global --add safe.directory /x",
        ),
    ],
)
def test_the_reason_is_one_line(said: str, reason: str) -> None:
    assert find_reason(said) == reason


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets no name end so")
def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "-C größe "
    folder.mkdir()
    (name,) = repository(folder, "one")
    assert run_git(folder, "rev-parse", "HEAD") == f"{name}\n".encode()
