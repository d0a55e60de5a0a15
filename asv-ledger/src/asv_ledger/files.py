"""Files, read without waiting for what anybody may have put there, and written whole or not."""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LARGEST = 64_000_000  # bytes: asv's results of a large project with all samples are some 3 MB
PART = ".part"  # ends the names of files that are not whole yet


def check_file(path: Path, largest: int = LARGEST) -> None:
    """Raise ValueError unless a path is of a regular file that is not too large, OSError if none.

    Opening a pipe or a device would wait for what never comes.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("it is no regular file")
    if status.st_size > largest:
        raise ValueError(f"it has {status.st_size:,} bytes; allowed: {largest:,}")


def read_text(path: Path, largest: int = LARGEST) -> str:
    """Return the text of a file in UTF-8. Raises OSError, and ValueError where it is no such."""
    check_file(path, largest)
    return path.read_text(encoding="utf-8")


def read_json(path: Path) -> Any:
    """Return what a file of JSON holds. Raises OSError, and ValueError where it is no such."""
    return parse_json(read_text(path))


def parse_json(text: str) -> Any:
    """Return what JSON holds. Raises ValueError, also for more levels than Python can read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give the path of a new file that replaces another in the end, where nothing is raised.

    So nobody ever reads a half of it, and what a link leads to is not written.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}{PART}")
    part.unlink(missing_ok=True)  # which may be a link
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
