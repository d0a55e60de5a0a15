"""Commits: the history that the figures belong to, as git tells it."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

_FIELDS = "%H%x00%P%x00%aI%x00%s"


class HistoryError(Exception):
    """Git cannot tell the history; the message is one line and holds what git said."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; ``date`` is when its author made it. The subject is anybody's text: escape it."""

    hash: str
    parents: tuple[str, ...]
    date: datetime
    subject: str


def read_commits(repository: Path, *revisions: str) -> dict[str, Commit]:
    """Return the commits that lead to revisions, or HEAD, by hash, ancestors before descendants.

    Raises HistoryError where the folder is no repository or a revision is unknown.
    """
    arguments = ("--topo-order", "--reverse", "-z", f"--format={_FIELDS}", *revisions, "--")
    fields = iter(_git(repository, "log", *arguments).split("\0"))
    return {
        name: Commit(name, tuple(parents.split()), datetime.fromisoformat(date), subject)
        for name, parents, date, subject in zip(fields, fields, fields, fields, strict=False)
    }


def find_commit(repository: Path, revision: str) -> str:
    """Return the hash of the commit that a revision names. Raises HistoryError."""
    _git(repository, "rev-parse", "--git-dir")  # where there is no repository, git says so
    name = f"{revision}^{{commit}}"
    try:
        return _git(repository, "rev-parse", "--verify", "--end-of-options", name).strip()
    except HistoryError:
        advice = "git rev-parse must know it"
        raise HistoryError(f"{repository}: {revision} names no commit; {advice}") from None


def read_tags(repository: Path) -> dict[str, str]:
    """Return the hash of the commit that each tag stands for, by the tag's name."""
    lines = _git(
        repository,
        "for-each-ref",
        "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)",
        "refs/tags",
    ).splitlines()
    tags = (line.split("\0") for line in lines)
    return {name: commit or tagged for name, tagged, commit in tags}


def check_out(repository: Path, commit: str, folder: Path) -> None:
    """Write the files of a commit into a folder; the repository is only read."""
    with TemporaryDirectory() as scratch:
        archive = Path(scratch, "commit.zip")
        _git(repository, "archive", "--format=zip", f"--output={archive}", commit)
        shutil.unpack_archive(archive, folder)


def find_last_tag(tags: Mapping[str, str], commits: Mapping[str, Commit]) -> tuple[str, str]:
    """Return the newest tag of a history and its commit, or else what to call the first commit."""
    names = {commit: tag for tag, commit in tags.items()}
    for commit in reversed(list(commits)):
        if commit in names:
            return names[commit], commit
    return "the first measured commit", next(iter(commits))


def read_file(repository: Path, commit: str, path: str) -> str | None:
    """Return the text of a file as a commit has it, None where it has none. Raises HistoryError.

    The path is relative to the folder of the repository.
    """
    found = _git(repository, "ls-tree", commit, "--", path).split()
    if not found:
        return None
    _, _, blob, *_ = found
    return _git(repository, "cat-file", "blob", blob)


def _git(repository: Path, *arguments: str) -> str:
    process = subprocess.run(
        ["git", "-C", str(repository), *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if process.returncode:
        said = process.stderr.strip().splitlines() or ["git failed"]
        raise HistoryError(f"{repository}: {said[0]}")
    return process.stdout
