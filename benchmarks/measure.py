"""The lenses: what an object costs in memory.

=========== ========================================================= ===== ===================
lens        what it reads                                             exact what it leaves out
=========== ========================================================= ===== ===================
live        bytes of the blocks that hold the object                  yes   rounding, free memory
allocated   the same blocks, each rounded to the allocator's size     yes   free memory
uncollected bytes of the blocks that only the cycle collector frees   yes   what is freed at once
most        bytes of all blocks at the moment when they are most      yes   all below the peak
resident    growth of the memory of a fresh process                   no    memory used again
peak        asv's own ``peakmem_``: the peak RSS of a process         no    all below the peak
=========== ========================================================= ===== ===================

Exact means: the same integer in every process, on every run, on every machine of one CPython minor
version and word size; of folded sessions, with one zlib: another, such as zlib-ng, may compress to
other sizes. A build is read twice, and readings that differ raise InexactError. Where intervals are
asked for, what the readings lie in is returned instead, so that what chance is in keeps a value.

This is the only module that touches tracemalloc, gc and psutil.
"""

import gc
import os
import pickle
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from math import nan
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

READINGS = 8  # of a build that differ: with fewer, asv has no confidence interval of them

Build = Callable[[], object]
_Reading = TypeVar("_Reading")
_Function = TypeVar("_Function", bound=Callable[..., Any])

_PROJECT = str(Path(__file__).parent.parent)
_FRAMES = 8  # deep enough to leave the standard library and reach the code that called it

# pymalloc's size classes: Objects/obmalloc.c, ALIGNMENT and SMALL_REQUEST_THRESHOLD.
_SMALL_STEP = 16
_SMALL_LIMIT = 512
# glibc's chunks: malloc/malloc.c, SIZE_SZ and MALLOC_ALIGNMENT on 64-bit machines.
_CHUNK_HEADER = 8
_CHUNK_STEP = 16


class InexactError(Exception):
    """Two readings of the same build differ: no figure is better than a guess."""


class Inexact(float):
    """The middle of what readings lie in that differ, from ``low`` to ``high``.

    Readings are added, subtracted and divided by numbers as others are.
    """

    __slots__ = ("high", "low")
    low: float
    high: float

    def __new__(cls, low: float, high: float) -> Self:
        """Return the middle of an interval."""
        self = super().__new__(cls, (low + high) / 2)
        self.low, self.high = float(low), float(high)
        return self

    def __getnewargs__(self) -> tuple[float, float]:  # type: ignore[override]
        return self.low, self.high

    def __add__(self, other: float) -> "Inexact":
        low, high = (other.low, other.high) if isinstance(other, Inexact) else (other, other)
        return Inexact(self.low + low, self.high + high)

    __radd__ = __add__

    def __neg__(self) -> "Inexact":
        return Inexact(-self.high, -self.low)

    def __sub__(self, other: float) -> "Inexact":
        return self + -other

    def __rsub__(self, other: float) -> "Inexact":
        return -self + other

    def __truediv__(self, number: float) -> "Inexact":
        return Inexact(self.low / number, self.high / number)


class Site(NamedTuple):
    """Where a block was allocated: the innermost line of code under one of the roots asked for."""

    file: str
    line: int


class Bytes(float):
    """Bytes that know where they were allocated: a reading by site, or what was made of readings.

    ``sites`` sum to it; None is the site of what was allocated outside of the roots. Readings are
    subtracted from each other and divided by numbers, as those without sites are.
    """

    __slots__ = ("sites",)
    sites: Mapping[Site | None, float]

    def __new__(cls, total: float, sites: Mapping[Site | None, float]) -> Self:
        """Return a total and the sites that sum to it; those of no bytes are left out."""
        self = super().__new__(cls, total)
        self.sites = {
            site: size for site, size in sites.items() if size or isinstance(size, Inexact)
        }
        return self

    def __getnewargs__(self) -> tuple[float, Mapping[Site | None, float]]:  # type: ignore[override]
        return float(self), self.sites

    def __sub__(self, other: float) -> "Bytes":
        if not isinstance(other, Bytes):
            return NotImplemented
        sites = {
            site: self.sites.get(site, 0) - other.sites.get(site, 0)
            for site in self.sites.keys() | other.sites.keys()
        }
        return Bytes(float(self) - float(other), sites)

    def __truediv__(self, number: float) -> "Bytes":
        sites = {site: size / number for site, size in self.sites.items()}
        return Bytes(float(self) / number, sites)


class Growth(NamedTuple):
    """By how many bytes a process grew: its resident set, and what it shares with no other.

    ``uss`` is nan where the system does not tell it: Linux, macOS and Windows do.
    """

    rss: float
    uss: float


_with_intervals: ContextVar[bool] = ContextVar("_with_intervals", default=False)
_roots: ContextVar[tuple[str, ...] | None] = ContextVar("_roots", default=None)


@contextmanager
def by_site(roots: Iterable[str]) -> Iterator[None]:
    """Let ``live`` and ``allocated`` return Bytes, so that a benchmark's own code tells its sites.

    A block belongs to the innermost line of its traceback in a file whose path starts with one of
    ``roots``, or to None where there is no such line: none is left out.
    """
    token = _roots.set(tuple(roots))
    try:
        yield
    finally:
        _roots.reset(token)


def with_intervals(function: _Function) -> _Function:
    """Return a function in which readings that differ are Inexact, and no error."""

    @wraps(function)
    def read(*arguments: Any) -> Any:
        token = _with_intervals.set(True)
        try:
            return function(*arguments)
        finally:
            _with_intervals.reset(token)

    return read  # type: ignore[return-value]


def find_inexact(reading: float) -> Inexact | None:
    """Return a reading, or what its sites sum to, where that is inexact; None where it is exact."""
    total = sum(reading.sites.values()) if isinstance(reading, Bytes) else reading
    return total if isinstance(total, Inexact) else None


def live(build: Build) -> float:
    """Return the bytes that stay allocated while what ``build`` returns is kept: an integer.

    Raises InexactError if two readings differ, RuntimeError if tracemalloc is already tracing.
    """
    return _held(build, _traced_bytes, _unrounded)


def allocated(build: Build) -> float:
    """Return what ``live`` counts, each block rounded up to what the allocator sets aside for it.

    Blocks of up to 512 bytes come from pymalloc in steps of 16; larger ones are counted as glibc's
    malloc lays them out, on every platform, so that the figure is the same everywhere.
    Raises InexactError if two readings differ, RuntimeError if tracemalloc is already tracing.
    """
    return _held(build, _allocated_bytes, _size_class)


@contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """Trace code that runs too long to be read as a build; it is given a function that reads.

    A reading is the bytes of all that was allocated since the beginning and is held, what the code
    itself holds included: the difference of two tells what came or went between them.
    Raises RuntimeError if tracemalloc is already tracing.
    """
    _refuse_tracing()
    with _undisturbed():
        _settle()
        tracemalloc.start()
        try:
            yield _read_settled
        finally:
            tracemalloc.stop()


def uncollected(build: Build) -> float:
    """Return the bytes that wait for the cycle collector after ``build``: nothing uses them.

    What Python keeps of freed objects to use again is among them, the same for all but the smallest
    builds: ``marginal`` takes it off. Raises what ``live`` raises.
    """
    gc.disable()
    try:
        return _held(build, _traced_bytes, _unrounded, _clear_caches) - live(build)
    finally:
        gc.enable()


def most(build: Build) -> float:
    """Return the bytes that are allocated while ``build`` runs, at the moment when they are most.

    It is a number without sites: where blocks came from that are gone again is not known.
    Raises what ``live`` raises.
    """
    return _joined(
        _read(build, lambda build: _trace(build, _most_bytes) - _trace(_nothing, _most_bytes))
    )


def marginal(
    build: Callable[[int], object], low: int, high: int, lens: Callable[[Build], float] = live
) -> float:
    """Return what one more costs, in bytes: the slope between two sizes of a population.

    What is paid once, whatever the size, cancels. Raises what the lens raises.
    """
    return (lens(lambda: build(high)) - lens(lambda: build(low))) / (high - low)


def resident(build: Callable[[int], object], size: int) -> Growth:
    """Return by how much a fresh process grows when it builds one size and keeps the result.

    Before, it builds a size of 1 and drops it: what only the first use costs, imports above all,
    is no growth. ``build`` must be picklable. The reading is not exact: the kernel deals in pages.
    Raises CalledProcessError if the process fails; what it said is on stderr.
    """
    process = subprocess.run(
        [sys.executable, "-P", "-c", "from benchmarks.measure import _grow; _grow()"],
        # The project comes last, and the working directory not at all: what is measured is what
        # this process would import, the commit that asv installed and not the one checked out.
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, _PROJECT])},
        input=pickle.dumps((build, size)),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Growth(*map(float, process.stdout.split()))


def _held(
    build: Build,
    total: Callable[[], int],
    size: Callable[[int], int],
    tidy: Callable[[], None] | None = None,
) -> float:
    """Read what a build holds: a total, or the size of each block at its site where that is asked.

    What the harness itself holds, a reading of nothing, is taken off. ``tidy`` is done before it is
    read, by default a full collection.
    """
    roots = _roots.get()
    if roots is None:
        return _joined(
            _read(
                build,
                lambda build: _trace(build, total, tidy=tidy) - _trace(_nothing, total, tidy=tidy),
            )
        )

    def bytes_by_site() -> Counter[Site | None]:
        bytes_at: Counter[Site | None] = Counter()
        for trace in tracemalloc.take_snapshot().traces:
            bytes_at[_innermost(trace.traceback, roots)] += size(trace.size)
        return bytes_at

    def read(build: Build) -> dict[Site | None, int]:
        bytes_at = _trace(build, bytes_by_site, _FRAMES, tidy)
        bytes_at.subtract(_trace(_nothing, bytes_by_site, _FRAMES, tidy))
        return {site: size for site, size in bytes_at.items() if size}

    readings = _read(build, read)
    named = {site for reading in readings for site in reading}
    sites = {site: _joined([one.get(site, 0) for one in readings]) for site in named}
    return Bytes(sum(sites.values()), sites)


def _joined(readings: Sequence[float]) -> float:
    """Return what readings agree on, or what they lie in."""
    low, high = min(readings), max(readings)
    return low if low == high else Inexact(low, high)


def _read(build: Build, read: Callable[[Build], _Reading]) -> list[_Reading]:
    """Read a build twice, after running it once for what only its first use costs.

    Where intervals are asked for, one whose readings differ is read some more times.
    """
    _refuse_tracing()
    build()
    with _undisturbed():
        first, second = readings = [read(build), read(build)]
        if first != second and _with_intervals.get():
            readings += [read(build) for _ in range(READINGS - len(readings))]
    if first != second and not _with_intervals.get():
        raise InexactError(
            f"two readings of one build differ: {_only_in(first, second)} and "
            f"{_only_in(second, first)} bytes; make the build deterministic, and use its classes "
            "some 32 times before (their first instances are larger)"
        )
    return readings


def _refuse_tracing() -> None:
    if tracemalloc.is_tracing():
        raise RuntimeError("tracemalloc is already tracing: stop it before an exact reading")


@contextmanager
def _undisturbed() -> Iterator[None]:
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


def _only_in(reading: object, other: object) -> object:
    if isinstance(reading, dict) and isinstance(other, dict):
        return {key: size for key, size in reading.items() if other.get(key) != size}
    return reading


def _trace(
    build: Build,
    read: Callable[[], _Reading],
    frames: int = 1,
    tidy: Callable[[], None] | None = None,
) -> _Reading:
    """Run a build under tracemalloc and read what it holds, and the harness with it."""
    _settle()
    tracemalloc.start(frames)
    try:
        kept = build()
        (tidy or _settle)()
        reading = read()
        del kept
        return reading
    finally:
        tracemalloc.stop()


def _settle() -> None:
    """Free what is free to go, and what only a cache keeps.

    A full collection empties the free lists too.
    """
    gc.collect()
    _clear_caches()


def _clear_caches() -> None:
    """Clear the type method cache, which keeps strings alive by their address.

    That is a matter of chance: readings vary by 1-3 % where it is not cleared.
    """
    if sys.version_info >= (3, 13):
        sys._clear_internal_caches()
    else:
        sys._clear_type_cache()


def _nothing() -> None:
    """Build nothing: what is read then is the harness's own."""


def _traced_bytes() -> int:
    return tracemalloc.get_traced_memory()[0]


def _read_settled() -> int:
    _settle()
    return _traced_bytes()


def _most_bytes() -> int:
    return tracemalloc.get_traced_memory()[1]


def _allocated_bytes() -> int:
    return sum(_size_class(trace.size) for trace in tracemalloc.take_snapshot().traces)


def _unrounded(size: int) -> int:
    return size


def _size_class(size: int) -> int:
    if size <= _SMALL_LIMIT:
        return _round_up(size, _SMALL_STEP)
    return _round_up(size + _CHUNK_HEADER, _CHUNK_STEP)


def _round_up(size: int, step: int) -> int:
    return -(-size // step) * step


def _innermost(traceback: tracemalloc.Traceback, roots: tuple[str, ...]) -> Site | None:
    for depth in range(1, len(traceback) + 1):
        frame = traceback[-depth]
        if frame.filename.startswith(roots):
            return Site(frame.filename, frame.lineno)
    return None


def _grow() -> None:
    """Run the pickled build on stdin and print by how much this process grew."""
    # Here, so that the exact lenses work on an interpreter without it.
    import psutil  # noqa: PLC0415

    build: Callable[[int], object]
    build, size = pickle.load(sys.stdin.buffer)
    process = psutil.Process()
    build(1)
    gc.collect()
    before = process.memory_full_info()
    kept = build(size)
    gc.collect()
    after = process.memory_full_info()
    del kept
    print(after.rss - before.rss, getattr(after, "uss", nan) - getattr(before, "uss", nan))
