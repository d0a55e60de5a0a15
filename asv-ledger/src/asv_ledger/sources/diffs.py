"""Diffs: what became of the files of two commits, as git tells it."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from asv_ledger.model.diffs import Diff, FileDiff
from asv_ledger.sources.git import run_git

_REGULAR = ("100644", "100755")  # git's modes of files that are no links


# All that a user's configuration, or attributes, could make git tell otherwise.
_DIFF = ("diff-tree", "-r", "--relative", "--find-renames=50%", "-l1000")


_AS_NAMES = ("--raw", "-z", "--no-abbrev")


_AS_LINES = (
    "--patch",
    "--unified=0",
    "--inter-hunk-context=0",
    "--diff-filter=MR",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--text",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
)


def read_diff(
    repository: Path, before: str, after: str, names: Collection[str], benchmarks: Path
) -> Diff:
    """Return what became of files between two commits, as git tells it; renames are followed.

    ``names`` are the ends of the paths of the files asked for. Nothing is known of the folder of
    benchmarks: where commits are measured, its files are those of the day. Raises HistoryError.
    """
    folder = f"{benchmarks.name}/"
    own = {path.relative_to(benchmarks.parent).as_posix() for path in benchmarks.rglob("*")}
    old, new = (own | _list_files(repository, commit) for commit in (before, after))
    changes = {change.path: change for change in _changes(repository, before, after)}
    files = {}
    for name in names:
        path, *others = _find(name, old) or [""]
        change = changes.get(path, _FileChange(path, path))
        later = _name(change.later_path, names, new)
        is_own = path.startswith(folder) or change.later_path.startswith(folder)
        if others or later is None or is_own:
            continue
        patch = ""
        if change.blob != change.later_blob:
            both = before, after, "--", change.path, change.later_path
            patch = _read(repository, "--literal-pathspecs", *_DIFF, *_AS_LINES, *both)
        files[name] = FileDiff.parse(later, patch)
    return Diff(files)


class _FileChange(NamedTuple):
    """A file of two commits: its path at each, the latter empty where it is no file any more.

    The blobs are those of its text, which is the same where they are.
    """

    path: str
    later_path: str
    blob: str = ""
    later_blob: str = ""


def _changes(repository: Path, before: str, after: str) -> Iterator[_FileChange]:
    """Iterate over the files that were changed or renamed, not over those that came or went."""
    fields = iter(_read(repository, *_DIFF, *_AS_NAMES, before, after).split("\0"))
    for described in filter(None, fields):
        mode, later_mode, blob, later_blob, status = described.removeprefix(":").split()
        path = next(fields)
        later_path = next(fields) if status[0] == "R" else path
        if mode not in _REGULAR or later_mode not in _REGULAR:
            later_path = ""
        if status[0] in "MRT":
            yield _FileChange(path, later_path, blob, later_blob)


def _read(repository: Path, *arguments: str) -> str:
    return run_git(repository, *arguments).decode(errors="replace")


def _list_files(repository: Path, commit: str) -> set[str]:
    return {*_read(repository, "ls-tree", "-r", "-z", "--name-only", commit).split("\0")} - {""}


def _find(name: str, paths: Iterable[str]) -> list[str]:
    """Return the paths that a name may stand for."""
    return [path for path in paths if _is_end(name, path)]


def _name(path: str, names: Iterable[str], paths: Collection[str]) -> str | None:
    """Return the name of a path, itself where it has none; None where that may be another's."""
    fitting = [name for name in names if _is_end(name, path)] or [path]
    is_known = path in paths and len(fitting) == 1 == len(_find(fitting[0], paths))
    return fitting[0] if is_known else None


def _is_end(name: str, path: str) -> bool:
    return path == name or path.endswith(f"/{name}")
