"""Copies: folders with the files of a commit, or those that are measured of it."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from asv_ledger.model.layout import Layout
from asv_ledger.sources.trees import write_tree


class EscapeError(Exception):
    """A commit has a symbolic link that leads out of its files; the message is one line."""


def write_commit(repository: Path, commit: str, folder: Path) -> None:
    """Write a commit into a new folder. Raises EscapeError and HistoryError."""
    folder.mkdir()
    write_tree(repository, commit, folder)
    _check_links(folder, lambda _: True)


def write_measured(
    repository: Path,
    commits: tuple[str, str],
    folder: Path,
    layout: Layout,
    left_out: Iterable[str] = (),
) -> None:
    """Write what is measured of a head, and all else of its base, into a new folder.

    ``commits`` are the base and the head, ``left_out`` paths of the head that are not written.
    Raises EscapeError and HistoryError.
    """
    base, head = commits
    folder.mkdir()
    if layout.measured:
        whole, part, paths = base, head, layout.measured
    else:
        whole, part, paths = head, base, layout.kept
    write_tree(repository, whole, folder)
    for path in (*paths, *left_out):
        _remove(folder / path)
    write_tree(repository, part, folder, paths)
    _check_links(folder, layout.is_measured)


def _check_links(folder: Path, is_checked: Callable[[str], bool]) -> None:
    for path in _find_links(folder):
        name = path.relative_to(folder).as_posix()
        if is_checked(name) and not _resolve(path).is_relative_to(folder.resolve()):
            raise EscapeError(f"{name} is a symbolic link to {path.readlink()}, out of the project")


def _find_links(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        paths = (Path(place, name) for name in (*folders, *names))
        yield from (path for path in paths if path.is_symlink())


def _resolve(path: Path) -> Path:
    """Return where a link leads; links that lead to each other lead nowhere else."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
