"""The temporary files of a run: in one folder, which the next run removes if this one is killed."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def temporary_folder(root: Path) -> Iterator[Path]:
    """Make a folder for the temporary files of a run in a checkout, and remove it in the end.

    The folders of earlier runs, which were killed, are removed too: the caller holds the checkout's
    lock. The folder lies among the system's temporary files, as the path of a socket may have a
    hundred bytes at most.
    Raises OSError where it cannot be made.
    """
    prefix = f"bridge-model-{hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:8]}-"
    system = Path(tempfile.gettempdir())
    for left in system.glob(f"{prefix}*"):
        if not left.is_symlink() and _is_ours(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
