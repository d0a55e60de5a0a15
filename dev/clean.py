"""Remove what the project's own commands have made, and nothing else: ``make clean``.

These are what .gitignore names. A user's own files may be hidden from git in other ways: they stay.
This module runs on any Python from 3.8 on.
"""

import shutil
from pathlib import Path
from typing import Iterator  # noqa: UP035 - must import on any Python from 3.8

from dev.lock import alone

_MADE = (".venv", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache")
_SOURCES = ("asv-ledger", "benchmarks", "bridge_model", "dev", "proof", "tests")
_KEPT = "memory."  # begins the names of the pages that are committed


def clean(root: Path) -> None:
    """Remove what the commands have made in a checkout, but for the lock, which is held.

    Raises LockError where a run is at work, and OSError where something cannot be removed.
    """
    with alone(root):
        for path in _find(root):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _find(root: Path) -> Iterator[Path]:
    made = [root / name for name in _MADE]
    made.extend(path for path in _list(root / ".asv") if path.name != "lock")
    made.extend(path for path in _list(root / "html") if not path.name.startswith(_KEPT))
    for source in _SOURCES:
        made.extend((root / source).rglob("__pycache__"))
    return (path for path in made if path.is_symlink() or path.exists())


def _list(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())
