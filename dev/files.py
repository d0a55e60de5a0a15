"""The JSON files that asv writes: whole or not at all, and none where a disk is all but full."""

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asv import util

from asv_ledger.files import whole_file

# A commit needs some 5 MB to be checked out, built and measured.
_ROOM = 50_000_000  # bytes


@contextlib.contextmanager
def whole_files() -> Iterator[None]:
    """Let asv write files beside those they replace first, so that none is ever there in part.

    Nothing is written where there is no room for a commit on a disk that was written to, or on that
    of temporary files: what failed for want of room would be kept as a failure of the commit.
    """
    write = util.write_json
    disks = {}

    def write_whole(path: str, data: Any, *arguments: Any, **options: Any) -> None:
        folder = Path(path).resolve().parent
        folder.mkdir(parents=True, exist_ok=True)
        disks[folder.stat().st_dev] = folder
        for disk in disks.values():
            _check_room(disk)
        with whole_file(Path(path)) as part:
            write(part, data, *arguments, **options)

    scratch = Path(tempfile.gettempdir())
    disks[scratch.stat().st_dev] = scratch
    util.write_json = write_whole
    try:
        yield
    finally:
        util.write_json = write


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < _ROOM:
        told = f"{free // 1_000_000} MB are free, {_ROOM // 1_000_000} MB are needed; make room"
        raise OSError(errno.ENOSPC, told, str(folder))
