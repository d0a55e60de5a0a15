"""Trees: the files of a commit, written as they are committed."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from asv_ledger.model.layout import File
from asv_ledger.sources.git import HistoryError, read_objects, run_git

_EXECUTABLE = "100755"
_LINK = "120000"
_SUBMODULE = "160000"


class _Entry(NamedTuple):
    """A file of a commit: git's mode of it, the hash of its content, and its path."""

    mode: str
    hash: str
    path: PurePosixPath


def write_tree(
    repository: Path, commit: str, folder: Path, paths: Sequence[str] | None = None
) -> None:
    """Write the files of a commit, or those under some of its paths, into a folder.

    The repository is only read. The bytes are those that are committed: no attribute, filter or
    setting of a user changes them. Paths are relative to the folder of the repository, and one that
    the commit does not have is none. What is in the way is replaced; submodules are left out.
    Raises HistoryError where git cannot tell, and where a path would leave the folder.
    """
    entries = list(_list(repository, commit, paths))
    # Links come last, so that none of these leads a file elsewhere.
    entries.sort(key=lambda entry: entry.mode == _LINK)
    contents = read_objects(repository, [entry.hash for entry in entries])
    for entry, (_, _, content) in zip(entries, contents, strict=True):
        path = folder / entry.path
        _check(folder, entry.path, f"{repository}: {commit}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if entry.mode == _LINK:
            _link(path, content)
        else:
            with path.open("xb") as file:
                file.write(content)
            if entry.mode == _EXECUTABLE:
                mode = path.stat().st_mode
                path.chmod(mode | (mode & 0o444) >> 2)  # for those who may read it


def fetch_tree(repository: Path, commit: str) -> None:
    """Have the files of a commit in the repository, which may be the clone of a part of another.

    Git fetches what it is asked for and lacks. Raises HistoryError where it cannot.
    """
    for _ in read_objects(repository, [entry.hash for entry in _list(repository, commit, None)]):
        pass


def _list(repository: Path, commit: str, paths: Sequence[str] | None) -> Iterator[_Entry]:
    if paths is not None and not paths:
        return
    arguments = ("-r", "-z", "--end-of-options", commit, *(paths or ()))
    listed = run_git(repository, "ls-tree", *arguments)
    for line in listed.split(b"\0")[:-1]:
        described, _, name = line.partition(b"\t")
        mode, _, blob = described.decode().split()
        if mode != _SUBMODULE:
            yield _Entry(mode, blob, PurePosixPath(os.fsdecode(name)))


def _check(folder: Path, path: PurePosixPath, origin: str) -> None:
    """Raise HistoryError where a path leaves the folder, by its words or by a link on its way."""
    local = Path(path)
    is_inside = not (
        path.is_absolute()
        or local.drive
        or any(part == ".." or part.lower() == ".git" for part in local.parts)
        or any((folder / parent).is_symlink() for parent in list(path.parents)[:-1])
    )
    if not is_inside:
        raise HistoryError(
            f"{origin} has {str(path)!r}, which leads out of its folder; allowed: paths inside"
        )


def _link(path: Path, target: bytes) -> None:
    try:
        path.symlink_to(os.fsdecode(target))
    except (OSError, ValueError, NotImplementedError):
        path.write_bytes(target)  # as git does where there are no links


def find_root(folder: Path) -> Path:
    """Return the folder of the repository that a folder is in. Raises HistoryError."""
    return Path(os.fsdecode(run_git(folder, "rev-parse", "--show-toplevel").rstrip(b"\n")))


def list_files(repository: Path, commit: str) -> dict[str, File]:
    """Return the files of a commit by path. Raises HistoryError."""
    listed = run_git(repository, "ls-tree", "-r", "-z", "--end-of-options", commit)
    files = {}
    for line in listed.split(b"\0")[:-1]:
        described, _, path = line.partition(b"\t")
        mode, _, name = described.decode().split()
        files[os.fsdecode(path)] = File(mode, name)
    return files
