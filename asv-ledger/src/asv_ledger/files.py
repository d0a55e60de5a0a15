"""Files: what anybody may have put into a folder, read without waiting for it or drowning in it."""

import json
import stat
from pathlib import Path
from typing import Any

LARGEST = 64_000_000  # bytes: asv's results of a large project with all samples are some 3 MB


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
