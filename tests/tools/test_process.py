import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import process
from tools.process import run

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
