"""Run a program: Ctrl-C lets it end in its own way, and it ends where the one that runs it does."""

import os
import signal
import subprocess
import sys
from typing import Callable, Mapping, Optional, Sequence  # noqa: UP035 - imports on 3.8

_PATIENCE = 2  # seconds that an interrupted program has to end before it is interrupted again
_PR_SET_PDEATHSIG = 1


def run(
    command: Sequence[str],
    environment: Optional[Mapping[str, str]] = None,  # noqa: UP045
    stdin: str = "",
) -> int:
    """Run a program to its end, and show its output as it comes; return its exit status.

    Raises KeyboardInterrupt after the program has ended, where the user interrupted it.
    """
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        text=True,
        preexec_fn=end_with(os.getpid()),  # noqa: PLW1509 - it takes no lock
    )
    try:
        process.communicate(stdin)
    except KeyboardInterrupt:
        _end(process)
        raise
    return process.returncode


def end_with(parent: int) -> Optional[Callable[[], None]]:  # noqa: UP045
    """Return what a process calls to be killed when its parent, of that number, has ended.

    None where the system cannot do so: only Linux can.
    """
    if sys.platform != "linux":
        return None
    try:
        from ctypes import CDLL  # noqa: PLC0415 - a Python may be built without it
    except ImportError:
        return None
    prctl = CDLL(None).prctl

    def end_with_parent() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # which has ended before it could be asked for
            os.kill(os.getpid(), signal.SIGKILL)

    return end_with_parent


def _end(process: "subprocess.Popen[str]") -> None:
    # A terminal has interrupted the program too, but a signal to one process has not. And an
    # interrupt can get lost: Python drops what is raised while it forks, and asv often forks.
    while process.poll() is None:
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            if sys.platform == "win32":  # where nobody can interrupt but a terminal
                process.terminate()
            else:
                process.send_signal(signal.SIGINT)
