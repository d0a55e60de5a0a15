import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dev import process
from dev.process import run

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys, time
for _ in range(int(sys.argv[3])):
    try:
        open(sys.argv[1], "w").close()
        time.sleep(60)
    except KeyboardInterrupt:
        pass
open(sys.argv[2], "w").close()
"""


def test_the_status_and_the_output_are_the_programs(capfd: pytest.CaptureFixture[str]) -> None:
    program = "import os, sys; print(sys.stdin.read() + os.environ['NAME']); sys.exit(3)"
    assert run([sys.executable, "-c", program], {"NAME": "Ada"}, stdin="hello ") == 3
    assert capfd.readouterr().out == "hello Ada\n"


@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_an_interrupted_program_ends_in_its_own_way(
    lost: int, is_terminal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, ended = tmp_path / "started", tmp_path / "ended"
    programs = []

    def communicate(program: "subprocess.Popen[str]", _: str) -> None:
        programs.append(program)
        while not started.exists():
            time.sleep(0.01)
        if is_terminal:
            program.send_signal(signal.SIGINT)
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "_PATIENCE", 0.5)
    monkeypatch.setattr(subprocess.Popen, "communicate", communicate)
    with pytest.raises(KeyboardInterrupt):
        run([sys.executable, "-c", PROGRAM, str(started), str(ended), str(lost + 1)])
    assert ended.exists()
    (program,) = programs
    assert program.stdin is not None
    program.stdin.close()


def test_where_an_interrupt_cannot_be_sent_a_program_that_goes_on_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programs = []
    send = subprocess.Popen.send_signal

    def communicate(program: "subprocess.Popen[str]", _: str) -> None:
        programs.append(program)
        raise KeyboardInterrupt

    def send_as_windows_does(program: "subprocess.Popen[str]", number: int) -> None:
        if number != signal.SIGTERM:
            raise ValueError(f"Unsupported signal: {number}")
        send(program, number)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(process, "_PATIENCE", 0.1)
    monkeypatch.setattr(subprocess.Popen, "communicate", communicate)
    monkeypatch.setattr(subprocess.Popen, "send_signal", send_as_windows_does)
    with pytest.raises(KeyboardInterrupt):
        run([sys.executable, "-c", "import time; time.sleep(60)"])
    (program,) = programs
    assert program.returncode == -signal.SIGTERM
    assert program.stdin is not None
    program.stdin.close()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_only_linux_is_asked_to_end_a_process_with_its_parent(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert process.end_with(os.getpid()) is None


STARTS_ANOTHER = """
import sys
from dev.process import run
run([sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can see to it")
def test_a_program_ends_where_the_one_that_started_it_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_ANOTHER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        program = Path("/proc", starter.stdout.readline().strip(), "cmdline")
        assert program.read_bytes() != b""
        starter.kill()
        starter.wait()
        assert starter.stdout.read() == ""  # which ends with the last of those that print to it
    assert not program.exists() or program.read_bytes() == b""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can see to it")
def test_a_program_whose_parent_has_ended_before_it_could_ask_ends_too() -> None:
    program = "import time; time.sleep(60)"
    asks = process.end_with(os.getpid() + 1)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        preexec_fn=asks,  # noqa: PLW1509 - no thread is at work
    ) as started:
        assert started.wait(10) == -signal.SIGKILL
