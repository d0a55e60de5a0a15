"""Tracing: a build is run under tracemalloc twice, and both readings are to be the same."""

from __future__ import annotations

import sys
import tracemalloc
from _tracemalloc import _get_traces
from collections.abc import Callable, Sequence
from typing import TypeVar

from asv_ledger.lenses.inexact import InexactError, wants_intervals
from asv_ledger.lenses.quiet import quiesce, undisturbed
from asv_ledger.lenses.warm_up import warm_up

READINGS = 8  # of a build that differ: with fewer, asv has no confidence interval of them

Build = Callable[[], object]
_Reading = TypeVar("_Reading")


def read_twice(build: Build, read: Callable[[Build], _Reading]) -> list[_Reading]:
    """Read a build twice, after running it once for what only its first use costs.

    Where intervals are asked for, one whose readings differ is read some more times. Raises
    InexactError if two readings differ, RuntimeError if tracemalloc is already tracing.
    """
    refuse_tracing()
    build()
    warm_up()
    with undisturbed():
        if sys.version_info < (3, 11):
            read(nothing)  # until then, CPython keeps a frame of each function for its next call
        first, second = readings = [read(build), read(build)]
        if first != second and wants_intervals():
            readings += [read(build) for _ in range(READINGS - len(readings))]
    if first != second and not wants_intervals():
        raise InexactError(
            f"two readings of one build differ: {_only_in(first, second)} and "
            f"{_only_in(second, first)} bytes; make the build deterministic: no clock, no chance, "
            "no set of texts, and no address decides what it keeps"
        )
    return readings


def trace(
    build: Build, read: Callable[[], _Reading], frames: int, tidy: Callable[[], None]
) -> _Reading:
    """Run a build under tracemalloc and read what it holds, and the harness with it.

    ``tidy`` is done before it is read.
    """
    quiesce()
    tracemalloc.start(frames)
    try:
        kept = build()
        tidy()
        reading = read()
        del kept
        return reading
    finally:
        tracemalloc.stop()


def refuse_tracing() -> None:
    """Raise RuntimeError if tracemalloc is already tracing."""
    if tracemalloc.is_tracing():
        raise RuntimeError("tracemalloc is already tracing: stop it before an exact reading")


def traced_blocks() -> Sequence[tuple[int, int, tuple[tuple[str, int], ...], int]]:
    """Return domain, size, traceback and its length of each block that is traced.

    A traceback is the frames, innermost first. It is what take_snapshot makes objects of, one for
    each block and one for each frame, which takes longer than all else.
    """
    return _get_traces()  # type: ignore[return-value] # of CPython before 3.9, they have no length


def nothing() -> None:
    """Build nothing: what is read then is the harness's own."""


def _only_in(reading: object, other: object) -> object:
    if isinstance(reading, dict) and isinstance(other, dict):
        return {key: size for key, size in reading.items() if other.get(key) != size}
    return reading
