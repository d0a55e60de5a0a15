import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import lock
from tools.lock import LockError, alone

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from tools.lock import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_of_the_first_until_that_ends_however_it_does(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockError) as caught, alone(tmp_path):
            pytest.fail("two runs are at work")
        assert str(caught.value) == (
            f"another run is at work here (process {holder.pid}); wait for it"
        )
        holder.kill()
        holder.wait()
    for _ in range(2):
        with alone(tmp_path):
            assert (tmp_path / ".asv" / "lock").read_text() == str(os.getpid())


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / ".asv").write_text("in the way")
    with pytest.raises(LockError) as caught, alone(tmp_path):
        pytest.fail("there is no lock")
    assert str(caught.value) == (
        f"cannot write to {tmp_path}/.asv/lock: File exists; make room, or make it writable"
    )


class Windows:
    """What Windows does where a byte is locked already."""

    LK_NBLCK = 2

    def __init__(self, *, is_free: bool) -> None:
        self.is_free = is_free
        self.locked: list[tuple[int, int]] = []

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        assert (mode, count) == (self.LK_NBLCK, 1)
        self.locked.append((os.lseek(descriptor, 0, os.SEEK_CUR), count))
        if not self.is_free:
            raise PermissionError


@pytest.mark.parametrize("is_free", [True, False])
def test_windows_locks_a_byte_that_leaves_the_number_readable(
    is_free: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = Windows(is_free=is_free)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(lock, "msvcrt", windows, raising=False)
    (tmp_path / ".asv").mkdir()
    (tmp_path / ".asv" / "lock").write_text("123")
    if is_free:
        with alone(tmp_path):
            assert (tmp_path / ".asv" / "lock").read_text() == str(os.getpid())
    else:
        with pytest.raises(LockError, match=r"\(process 123\)"), alone(tmp_path):
            pytest.fail("two runs are at work")
    assert windows.locked == [(1 << 20, 1)]
