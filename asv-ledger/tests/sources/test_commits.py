import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from asv_ledger.model.commits import Commit, find_last_tag
from asv_ledger.sources.commits import find_commit, read_commits, read_file, read_tags
from asv_ledger.sources.git import HistoryError
from support.histories import git, history, repository


def test_commits_come_with_their_parents_oldest_first(tmp_path: Path) -> None:
    hashes = repository(tmp_path, "one", "two", "three")
    commits = read_commits(tmp_path)
    assert list(commits) == hashes
    assert [commit.subject for commit in commits.values()] == ["one", "two", "three"]
    assert [commit.parents for commit in commits.values()] == [(), (hashes[0],), (hashes[1],)]


def write_commit(repository: Path, *headers: bytes, message: bytes = b"one\n") -> Commit:
    """Make a commit of any bytes, as no git command would, and read it."""
    tree = git(repository, "write-tree").encode()
    content = b"\n".join([b"tree " + tree, *headers, b"", message])
    process = subprocess.run(
        ["git", "hash-object", "-w", "--literally", "-t", "commit", "--stdin"],
        cwd=repository,
        input=content,
        capture_output=True,
        check=True,
    )
    name = process.stdout.decode().strip()
    return read_commits(repository, name)[name]


@pytest.mark.parametrize(
    ("author", "date"),
    [
        (b"A <a@b> 1776081600 +0200", "2026-04-13T14:00:00+02:00"),
        (b"A <a@b> 1776081600 -0330", "2026-04-13T08:30:00-03:30"),
        (b"A <a@b> 0 +0000", "1970-01-01T00:00:00+00:00"),
        (b"A > B <a@b> 9> 1776081600 +0000", "2026-04-13T12:00:00+00:00"),
        # Zones that are none.
        (b"A <a@b> 1776081600 +9900", "2026-04-13T12:00:00+00:00"),
        (b"A <a@b> 1776081600 +2400", "2026-04-13T12:00:00+00:00"),
        (b"A <a@b> 1776081600 -2359", "2026-04-12T12:01:00-23:59"),
        (b"A <a@b> 1776081600 +2375", "2026-04-13T12:00:00+00:00"),
        (b"A <a@b> 1776081600 +%s" % (b"9" * 5_000), "2026-04-13T12:00:00+00:00"),
        # Times that are none.
        (b"A <a@b> -1 +0000", "1969-12-31T23:59:59+00:00"),
        (b"A <a@b> %s +2359" % (b"9" * 5_000), "9999-12-31T23:58:59+23:59"),
        (b"A <a@b> -%s -2359" % (b"9" * 20), "0001-01-01T00:01:00-23:59"),
        (b"A <a@b> now +0000", "1970-01-01T00:00:00+00:00"),
        (b"A <a@b> 1776081600", "1970-01-01T00:00:00+00:00"),
        (b"A", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_a_date_is_the_authors_or_the_nearest_that_there_is(
    author: bytes, date: str, tmp_path: Path
) -> None:
    repository(tmp_path)
    committer = b"committer C <c@d> 1000000000 +0500"
    commit = write_commit(tmp_path, b"author " + author, committer)
    assert commit.date.isoformat() == date


def test_a_commit_without_an_author_is_read(tmp_path: Path) -> None:
    repository(tmp_path)
    commit = write_commit(tmp_path)
    assert commit == Commit(commit.hash, (), datetime(1970, 1, 1, tzinfo=UTC), "one")


def test_a_signature_is_no_message(tmp_path: Path) -> None:
    repository(tmp_path)
    commit = write_commit(
        tmp_path,
        b"author A <a@b> 1776081600 +0200",
        b"gpgsig -----BEGIN PGP SIGNATURE-----",
        b" ",
        b" author B <b@b> 0 +0000",
        b" -----END PGP SIGNATURE-----",
    )
    assert (commit.subject, commit.date.isoformat()) == ("one", "2026-04-13T14:00:00+02:00")


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        (b"one\n", "one"),
        (b"\n \t\n  one \r\n two\t\n\r\nbody\n", "  one  two"),
        (b"one\x0c\n\x0b\nbody", "one\x0c \x0b body"),
        (b"one\xe2\x80\xa8two\x85", "one\N{LINE SEPARATOR}two\N{REPLACEMENT CHARACTER}"),
        (b"one\0two\n", "one"),
        (b"", ""),
        (b"\n\n", ""),
    ],
)
def test_a_subject_is_the_first_paragraph(message: bytes, subject: str, tmp_path: Path) -> None:
    repository(tmp_path)
    assert write_commit(tmp_path, message=message).subject == subject


@pytest.mark.parametrize(
    ("encoding", "message", "subject"),
    [
        (b"ISO-8859-1", b"caf\xe9\n", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
        (b"KOI8-R", b"\xcb\xcc\xc0\xde", "ключ"),
        (b"UTF-16", "ключ\n".encode("utf-16"), "ключ"),
        (b"hex", b"6162", "6162"),
        (b"no such", b"caf\xc3\xa9", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
        (b"\xff", b"one", "one"),
        (b"ascii", b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
        (b"unicode_escape", b"\\ud800", "?"),
    ],
)
def test_a_message_is_read_in_the_encoding_it_names(
    encoding: bytes, message: bytes, subject: str, tmp_path: Path
) -> None:
    repository(tmp_path)
    assert write_commit(tmp_path, b"encoding " + encoding, message=message).subject == subject


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


def test_a_tag_may_have_any_name(tmp_path: Path) -> None:
    (one,) = repository(tmp_path, "one")
    git(tmp_path, "tag", "v\N{LINE SEPARATOR}1")
    assert read_tags(tmp_path) == {"v\N{LINE SEPARATOR}1": one}


def test_a_revision_is_no_option(tmp_path: Path) -> None:
    repository(tmp_path, "one")
    with pytest.raises(HistoryError) as raised:
        read_commits(tmp_path, f"--output={tmp_path / 'written'}", "HEAD")
    assert str(raised.value) == (
        f"{tmp_path}: fatal: bad revision '--output={tmp_path / 'written'}'"
    )
    assert not (tmp_path / "written").exists()


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


def test_a_file_is_read_as_a_commit_has_it(tmp_path: Path) -> None:
    (one,) = repository(tmp_path, "one")
    folder = tmp_path / "a folder"
    folder.mkdir()
    for text in ("first\n", "zweiter: ä\n"):
        (folder / "baseline.toml").write_text(text, encoding="utf-8")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", text)
    (folder / "baseline.toml").write_text("not committed\n")
    assert read_file(tmp_path, "HEAD", "a folder/baseline.toml") == "zweiter: ä\n"
    assert read_file(tmp_path, "HEAD~1", "a folder/baseline.toml") == "first\n"
    assert read_file(tmp_path, one, "a folder/baseline.toml") is None
    assert read_file(folder, "HEAD", "baseline.toml") == "zweiter: ä\n"
    with pytest.raises(HistoryError):
        read_file(tmp_path, "v9", "baseline.toml")
