import subprocess
import sys
from pathlib import Path

import pytest

from dev.errors import DevError
from dev.lock import alone

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
        with pytest.raises(DevError) as caught, alone(tmp_path):
            pytest.fail("two runs are at work")
        assert str(caught.value) == "another run is at work in this checkout; wait for its end"
        holder.kill()
        holder.wait()
    for _ in range(2):
        with alone(tmp_path):
            pass


def test_so_is_one_in_the_same_process(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(DevError, match="another run is at work"), alone(tmp_path):
        pytest.fail("two runs are at work")
    with alone(tmp_path):
        pass


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / ".asv").write_text("in the way")
    with pytest.raises(DevError) as caught, alone(tmp_path):
        pytest.fail("there is no lock")
    assert str(caught.value) == (
        f"cannot write to {tmp_path}/.asv/lock: File exists; make room, or make it writable"
    )


def test_what_a_run_raises_is_its_own(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="its own"), alone(tmp_path):
        raise OSError("its own")
