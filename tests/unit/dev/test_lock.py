import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev import lock
from dev.lock import LockError, alone

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys, time
from pathlib import Path
from dev.lock import alone
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
        assert str(caught.value) == "another run is at work in this checkout; wait for its end"
        holder.kill()
        holder.wait()
    for _ in range(2):
        with alone(tmp_path):
            pass


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
        self.locked = 0

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        assert (os.lseek(descriptor, 0, os.SEEK_CUR), mode, count) == (0, self.LK_NBLCK, 1)
        self.locked += 1
        if not self.is_free:
            raise PermissionError


@pytest.mark.parametrize("is_free", [True, False])
def test_windows_locks_a_byte(
    is_free: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = Windows(is_free=is_free)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(lock, "msvcrt", windows, raising=False)
    if is_free:
        with alone(tmp_path):
            pass
    else:
        with pytest.raises(LockError, match="another run"), alone(tmp_path):
            pytest.fail("two runs are at work")
    assert windows.locked == 1
