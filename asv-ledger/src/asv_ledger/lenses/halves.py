"""Halves: two things are done side by side, one of them in a process of its own."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import TypeVar

_Result = TypeVar("_Result")


def do_both(here: Callable[[], _Result], there: Callable[[], _Result]) -> tuple[_Result, _Result]:
    """Return what two functions return, the second run in a copy of this process.

    Where the system copies no process, one runs after the other. Raises ChildProcessError where the
    copy ends without a result, which must be picklable.
    """
    if not hasattr(os, "fork"):
        return here(), there()
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiver)  # or else its own copy would count as a reader
        try:
            with os.fdopen(sender, "wb") as pipe:
                pickle.dump(there(), pipe)
        finally:
            os._exit(0)  # nothing of what this process began is its copy's to end
    os.close(sender)
    with os.fdopen(receiver, "rb") as pipe:
        try:
            result = here()
            sent = pipe.read()
        finally:
            pipe.close()  # or else a copy that still writes would be waited for
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if not sent:
        raise ChildProcessError(
            f"a process of its own ended with status {status}, and said nothing"
        )
    return result, pickle.loads(sent)
