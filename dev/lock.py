"""One command at a time measures or publishes in a checkout: two would build over each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from dev.errors import DevError


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the lock of a checkout; the system frees it when the process ends, however it does.

    Raises DevError where another process holds it, or where it cannot be made.
    """
    lock = FileLock(root / ".asv" / "lock", blocking=False)
    try:
        (root / ".asv").mkdir(exist_ok=True)
        held = lock.acquire()
    except Timeout:
        raise DevError("another run is at work in this checkout; wait for its end") from None
    except OSError as error:
        raise DevError(
            f"cannot write to {lock.lock_file}: {error.strerror}; make room, or make it writable"
        ) from None
    with held:
        yield
