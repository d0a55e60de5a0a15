"""One command at a time is at work in a checkout, or it would measure what another one builds.

This module runs on any Python from 3.8 on, as the environment is made under the lock too.
"""

import contextlib
import sys
from pathlib import Path
from typing import BinaryIO, Iterator  # noqa: UP035 - must import on any Python from 3.8

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class LockError(Exception):
    """Nothing was begun; the message is one line and says why, and what to do."""


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the lock of a checkout; the system frees it when the process ends, however it does.

    Raises LockError where another process holds it, or where it cannot be made.
    """
    path = root / ".asv" / "lock"
    with contextlib.ExitStack() as opened:
        try:
            path.parent.mkdir(exist_ok=True)
            if not _lock(opened.enter_context(path.open("ab"))):
                raise LockError("another run is at work in this checkout; wait for its end")
        except OSError as error:
            raise LockError(
                f"cannot write to {path}: {error.strerror}; make room, or make it writable"
            ) from None
        yield


def _lock(file: BinaryIO) -> bool:
    """Lock a file; return False where another process has."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
