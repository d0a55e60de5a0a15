"""Run a program so that Ctrl-C lets it end in its own way."""

import signal
import subprocess
import sys
from typing import Mapping, Optional, Sequence  # noqa: UP035 - must import on any Python from 3.8

INTERRUPTED = 130  # the exit status of a program that Ctrl-C ended: 128 and the signal's number

_PATIENCE = 2  # seconds that an interrupted program has to end before it is interrupted again


def run(
    command: Sequence[str],
    environment: Optional[Mapping[str, str]] = None,  # noqa: UP045
    stdin: str = "",
) -> int:
    """Run a program to its end, its output shown as it comes; return its exit status.

    Raises KeyboardInterrupt after the program has ended, where the user interrupted it.
    """
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, text=True)
    try:
        process.communicate(stdin)
    except KeyboardInterrupt:
        _end(process)
        raise
    return process.returncode


def _end(process: "subprocess.Popen[str]") -> None:
    # A terminal has interrupted the program too, but whoever signals one process has not. And an
    # interrupt can get lost: Python drops what is raised while it forks, and asv often does.
    while process.poll() is None:
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            if sys.platform == "win32":  # where nobody can interrupt but a terminal
                process.terminate()
            else:
                process.send_signal(signal.SIGINT)
