"""asv itself, but that it ends well, however it ends.

Ctrl-C ends it at once and without a traceback. What it cannot read, write or build ends it with one
line. Killed, it leaves no file half-written, and on Linux no program of its own running.
"""

import ctypes
import signal
import subprocess
import sys
from typing import Any

from asv.main import main
from asv.util import ProcessError

from tools.files import whole_files
from tools.process import INTERRUPTED

_REFUSED = 1  # what asv ends with where it refuses to go on
_PR_SET_PDEATHSIG = 1


class _Program(subprocess.Popen[Any]):
    """A Popen that lets an interrupt wait until the program has started.

    asv forks often, and Python drops an exception that is raised while it forks. Programs that asv
    puts into a process group of their own, which no signal to asv's group reaches, end with asv.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        leave_group = options.get("preexec_fn")
        if leave_group is not None:

            def prepare() -> None:
                leave_group()
                _end_with_parent()

            options["preexec_fn"] = prepare
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            super().__init__(*arguments, **options)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """Have this process killed when the one that started it has ended; only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _tell(error: OSError | ProcessError) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return str(error).partition("\n")[0]


if __name__ == "__main__":
    if hasattr(signal, "pthread_sigmask"):
        subprocess.Popen = _Program  # type: ignore[misc]
    _end_with_parent()
    try:
        with whole_files():
            main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except (OSError, ProcessError) as error:
        print(f"asv: {_tell(error)}", file=sys.stderr)
        sys.exit(_REFUSED)
