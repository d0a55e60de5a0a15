"""The JSON files of asv: written whole or not at all, and none where a disk is almost full."""

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
    """Let asv write each file whole or not at all.

    Nothing is written where a commit has no room on a disk that was written to, or on that of
    temporary files: asv would store what fails for want of room as a failure of the commit.
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
