"""asv itself, but that Ctrl-C ends it at once and without a traceback.

asv forks often, and Python drops an exception that is raised while it forks.
"""

import signal
import subprocess
import sys
from typing import Any

from asv.main import main

from tools.process import INTERRUPTED


class _UninterruptedStart(subprocess.Popen[Any]):
    """A Popen that lets an interrupt wait until the program has started."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            super().__init__(*arguments, **options)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


if __name__ == "__main__":
    if hasattr(signal, "pthread_sigmask"):
        subprocess.Popen = _UninterruptedStart  # type: ignore[misc]
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
