"""Commits: the history that the metrics belong to, as git tells it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from asv_ledger.model.commits import Commit
from asv_ledger.sources.git import HistoryError, read_objects, run_git

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
# What a datetime can hold in every zone, in seconds since the epoch.
_EARLIEST = (datetime.min.replace(tzinfo=UTC) + _DAY - _EPOCH) // timedelta(seconds=1)
_LATEST = (datetime.max.replace(tzinfo=UTC) - _DAY - _EPOCH) // timedelta(seconds=1)
_MINUTES = 24 * 60  # of a day; no zone is as many away
_DIGITS = 18  # more make no time that is not too late

# Git's own idea of an author: a name with anything in it, and the time after the last bracket.
_TIME = re.compile(rb">\s*(-?)([0-9]+)\s+([+-])([0-9]+)\s*$")
_BLANKS = " \t\n\r"  # as git knows them


def read_commits(repository: Path, *revisions: str) -> dict[str, Commit]:
    """Return the commits that lead to revisions, or HEAD, by hash, ancestors before descendants.

    Raises HistoryError where the folder is no repository or a revision is unknown.
    """
    return _read(repository, "--topo-order", "--reverse", revisions=revisions or ("HEAD",))


def read_commit(repository: Path, name: str) -> Commit:
    """Return a commit by its hash. Raises HistoryError where there is none of it."""
    (commit,) = _read(repository, "--no-walk", revisions=(name,)).values()
    return commit


def find_commit(repository: Path, revision: str) -> str:
    """Return the hash of the commit that a revision names. Raises HistoryError."""
    run_git(repository, "rev-parse", "--git-dir")  # where there is no repository, git says so
    name = f"{revision}^{{commit}}"
    try:
        return (
            run_git(repository, "rev-parse", "--verify", "--end-of-options", name).decode().strip()
        )
    except HistoryError:
        advice = "git rev-parse must know it"
        raise HistoryError(f"{repository}: {revision} names no commit; {advice}") from None


def read_tags(repository: Path) -> dict[str, str]:
    """Return the hash of the commit that each tag stands for, by the tag's name."""
    lines = _text(
        run_git(
            repository,
            "for-each-ref",
            "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)",
            "refs/tags",
        )
    ).split("\n")
    tags = (line.split("\0") for line in lines if line)
    return {name: commit or tagged for name, tagged, commit in tags}


def read_file(repository: Path, commit: str, path: str) -> str | None:
    """Return the text of a file as a commit has it, None where it has none. Raises HistoryError.

    The path is relative to the folder of the repository.
    """
    found = run_git(repository, "ls-tree", "-z", "--end-of-options", commit, path).split()
    if not found:
        return None
    _, _, blob, *_ = found
    ((_, _, content),) = read_objects(repository, [blob.decode()])
    return _text(content)


def _read(repository: Path, *options: str, revisions: Sequence[str]) -> dict[str, Commit]:
    arguments = (*options, "--parents", "--end-of-options", *revisions, "--")
    listed = run_git(repository, "rev-list", *arguments).decode()
    parents = {name: tuple(rest) for name, *rest in map(str.split, listed.splitlines())}
    return {
        name: _parse(name, parents[name], content)
        for name, _, content in read_objects(repository, parents)
    }


def _parse(name: str, parents: tuple[str, ...], content: bytes) -> Commit:
    header, _, message = content.partition(b"\n\n")
    fields = dict(line.partition(b" ")[::2] for line in reversed(header.split(b"\n")))
    subject = _subject(_text(message, fields.get(b"encoding", b"")).partition("\0")[0])
    return Commit(name, parents, _date(fields.get(b"author", b"")), subject)


def _date(author: bytes) -> datetime:
    found = _TIME.search(author)
    if found is None:
        return _EPOCH
    before, digits, west, zone = found.groups()
    seconds = int(digits[:_DIGITS]) * (-1 if before else 1)
    time = _EPOCH + timedelta(seconds=max(_EARLIEST, min(seconds, _LATEST)))
    hours, minutes = divmod(int(zone[:_DIGITS]), 100)
    minutes += hours * 60
    if minutes >= _MINUTES:
        return time
    return time.astimezone(timezone(timedelta(minutes=-minutes if west == b"-" else minutes)))


def _subject(message: str) -> str:
    """Return the first paragraph of a message as one line, as git does."""
    lines = [line.rstrip(_BLANKS) for line in message.split("\n")]
    first = next((place for place, line in enumerate(lines) if line), len(lines))
    last = next((place for place in range(first, len(lines)) if not lines[place]), len(lines))
    return " ".join(lines[first:last])


def _text(content: bytes, encoding: bytes = b"") -> str:
    """Return what bytes say in an encoding, or in UTF-8 where that is none of theirs."""
    try:
        text = content.decode(encoding.decode("ascii") or "utf-8")
    except (LookupError, ValueError):
        text = content.decode("utf-8", "replace")
    # An encoding may have halves of letters, which can be written in no other.
    return text.encode("utf-8", "replace").decode("utf-8")
