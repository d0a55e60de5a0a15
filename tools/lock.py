"""One command at a time is at work in a checkout, or it would measure what another one builds.

This module runs on any Python from 3.8 on, as the environment is made under the lock too.
"""

import contextlib
import os
import sys
from pathlib import Path
from typing import BinaryIO, Iterator  # noqa: UP035 - must import on any Python from 3.8

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOCKED_BYTE = 1 << 20  # Windows lets nobody else read what is locked: not the process's number


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
            file = opened.enter_context(path.open("a+b", buffering=0))
            if not _lock(file):
                file.seek(0)
                holder = file.read().decode()
                raise LockError(f"another run is at work here (process {holder}); wait for it")
            file.truncate(0)
            file.write(str(os.getpid()).encode())
        except OSError as error:
            raise LockError(
                f"cannot write to {path}: {error.strerror}; make room, or make it writable"
            ) from None
        yield


def _lock(file: BinaryIO) -> bool:
    """Lock a file; return False where another process has."""
    try:
        if sys.platform == "win32":
            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
