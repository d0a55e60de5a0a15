"""A quiet process: nothing that is not the build's comes or goes while the build is read."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def quiesce() -> None:
    """Free what is free to go, and what only a cache keeps.

    A full collection empties the free lists too.
    """
    gc.collect()
    clear_caches()


def clear_caches() -> None:
    """Clear the type method cache, which keeps strings alive by their address.

    That is a matter of chance: readings vary by 1-3 % where it is not cleared.
    """
    if sys.version_info >= (3, 13):
        sys._clear_internal_caches()
    else:
        sys._clear_type_cache()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep others' callbacks away, which would allocate while a build is traced.

    What is there already need not be looked through at every collection either.
    """
    callbacks = gc.callbacks.copy()
    gc.callbacks.clear()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.callbacks.extend(callbacks)
