"""A warden: a process that waits for the end of a run, and ends the programs that it leaves.

Linux ends the programs that a killed process has started, but not what these have started in turn:
asv's server of benchmarks leaves one that measures on.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import MutableMapping
from pathlib import Path

_MARK = "BRIDGE_MODEL_RUN"  # names the run in the environment of all that it starts


def guard(environment: MutableMapping[str, str]) -> None:
    """Have the programs that are started with this environment killed when this process has ended.

    Only Linux says which programs these are.
    """
    if sys.platform != "linux":
        return
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    environment[_MARK] = mark
    ours, theirs = os.pipe()
    if os.fork():
        os.close(ours)
        _close_in_children(theirs)  # so that it closes when this process ends
        return
    try:
        os.close(theirs)
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):  # who reads what the run prints is not to wait for the warden
            os.dup2(nothing, stream)
        os.read(ours, 1)
        while _kill(f"{_MARK}={mark}".encode()):
            time.sleep(0.01)
    finally:
        os._exit(0)


def _close_in_children(descriptor: int) -> None:
    """Close a file, once, in each child that is forked and starts no other program."""
    still_open = [descriptor]

    def close() -> None:
        while still_open:
            os.close(still_open.pop())

    os.register_at_fork(after_in_child=close)


def _kill(mark: bytes) -> bool:
    """Kill the processes whose environment has a mark; return whether there was one."""
    found = False
    for path in Path("/proc").glob("[0-9]*/environ"):
        number = int(path.parent.name)
        # One that has ended, or is of another user, is none of ours.
        with contextlib.suppress(OSError):
            if number != os.getpid() and mark in path.read_bytes().split(b"\0"):
                os.kill(number, signal.SIGKILL)
                found = True
    return found
