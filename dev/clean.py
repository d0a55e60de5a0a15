"""Remove what the project's own commands have made, and nothing else.

These are what .gitignore names. A user's own files may be hidden from git in other ways: they stay.
This module runs on any Python from 3.8 on.
"""

import shutil
from pathlib import Path
from typing import Iterator  # noqa: UP035 - must import on any Python from 3.8

from asv_ledger.statuses import Status
from dev.environment import ROOT

# The environments come last: the Python that removes them may be in one.
_MADE = (
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    ".venvs",
)
_SOURCES = ("asv-ledger", "benchmarks", "bridge_model", "dev", "evaluation", "tests")
_KEPT = "memory."  # begins the names of the pages that are committed


def clean() -> int:
    """Remove what the commands have made, unless a run is at work; return the exit status."""
    from dev.lock import alone  # noqa: PLC0415 - what it imports is in an environment

    with alone(ROOT):
        remove_all(ROOT)
    return Status.PASSED


def remove_all(root: Path) -> None:
    """Remove what the commands have made in a checkout, except the lock, which may be held.

    Raises OSError where something cannot be removed.
    """
    for path in _find(root):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _find(root: Path) -> Iterator[Path]:
    made = [path for path in _list(root / ".asv") if path.name != "lock"]
    made.extend(path for path in _list(root / "html") if not path.name.startswith(_KEPT))
    for source in _SOURCES:
        made.extend((root / source).rglob("__pycache__"))
    made.extend(root / name for name in _MADE)
    return (path for path in made if path.is_symlink() or path.exists())


def _list(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())
