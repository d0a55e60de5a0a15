import subprocess
import sys
import time
from pathlib import Path

import pytest

from dev.warden import guard

ROOT = Path(__file__).resolve().parents[3]

# As asv does: a server, in a group of its own, whose child measures.
RUN = """
import os, subprocess, sys
from dev.warden import guard
guard(os.environ)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        subprocess.run([sys.executable, "-c", sys.argv[1]])
    os._exit(0)
os.wait()
sys.stdin.read()
"""
MEASURES = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which processes are a run's")
@pytest.mark.parametrize("end", ["killed", "ends"])
def test_what_a_run_has_started_ends_with_it_however_far_it_is_off(end: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN, MEASURES],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdin is not None
        assert run.stdout is not None
        program = Path("/proc", run.stdout.readline().strip(), "cmdline")
        assert program.read_bytes() != b""
        if end == "killed":
            run.kill()
        else:
            run.stdin.close()
        run.wait()
        ended = time.monotonic()
        assert run.stdout.read() == ""  # which ends with the last of those that print to it
    deadline = ended + 30  # half of what it would take
    assert time.monotonic() < deadline
    while program.exists() and program.read_bytes() != b"":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_elsewhere_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    environment: dict[str, str] = {}
    guard(environment)
    assert environment == {}
