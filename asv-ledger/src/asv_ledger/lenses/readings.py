"""Exact readings: the same integer in every process of one CPython minor version and word size."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from asv_ledger.lenses.inexact import join
from asv_ledger.lenses.quiet import clear_caches, quiesce, undisturbed
from asv_ledger.lenses.sites import DEPTHS, AllocationSite, Bytes, Cut, sizes_by_site, wanted_roots
from asv_ledger.lenses.size_classes import round_up
from asv_ledger.lenses.tracing import (
    Build,
    nothing,
    read_twice,
    refuse_tracing,
    trace,
    traced_blocks,
)
from asv_ledger.lenses.warm_up import warm_up


def live(build: Build) -> float:
    """Return the bytes that stay allocated while what ``build`` returns is kept: an integer.

    Raises InexactError if two readings differ, RuntimeError if tracemalloc is already tracing.
    """
    return _held(build, _traced_bytes, _unrounded)


def allocated(build: Build) -> float:
    """Return what ``live`` counts, each block rounded up to what the allocator sets aside for it.

    Blocks of up to 512 bytes come from pymalloc in steps of 16; larger ones are counted as glibc's
    malloc lays them out, on every platform, so that the metric is the same everywhere.
    Raises what ``live`` raises.
    """
    return _held(build, _allocated_bytes, round_up)


def uncollected(build: Build) -> float:
    """Return the bytes that wait for the cycle collector after ``build``: nothing uses them.

    What Python keeps of freed objects to use again is among them, the same for all but the smallest
    builds: ``marginal`` takes it off. Raises what ``live`` raises.
    """
    gc.disable()
    try:
        return _held(build, _traced_bytes, _unrounded, clear_caches) - live(build)
    finally:
        gc.enable()


def peak(build: Build) -> float:
    """Return the bytes that are allocated while ``build`` runs, at the moment when they are most.

    It is a number without sites: where blocks came from that are gone again is not known.
    Raises what ``live`` raises.
    """
    return join(read_twice(build, lambda build: _above_nothing(build, _peak_bytes, quiesce)))


def marginal(
    build: Callable[[int], object], low: int, high: int, lens: Callable[[Build], float] = live
) -> float:
    """Return what one more costs, in bytes: the slope between two sizes of a population.

    What is paid once, whatever the size, cancels. Raises what the lens raises.
    """
    return (lens(lambda: build(high)) - lens(lambda: build(low))) / (high - low)


@contextmanager
def traced(first_use: Build = nothing) -> Iterator[Callable[[], int]]:
    """Trace code that runs too long to be read as a build; it is given a function that reads.

    Before, ``first_use`` is run, for what only the first use of what is measured costs.

    A reading is the bytes of all that was allocated since the beginning and is held, what the code
    itself holds included: the difference of two says what came or went between them.
    Raises RuntimeError if tracemalloc is already tracing.
    """
    refuse_tracing()
    first_use()
    warm_up()
    with undisturbed():
        quiesce()
        tracemalloc.start()
        try:
            yield _quiesced_bytes
        finally:
            tracemalloc.stop()


def _held(
    build: Build,
    total: Callable[[], int],
    size: Callable[[int], int],
    tidy: Callable[[], None] = quiesce,
) -> float:
    """Read what a build holds: a total, or the size of each block at its site where that is asked.

    What the harness itself holds, a reading of nothing, is taken off.
    """
    roots = wanted_roots()
    if roots is None:
        return join(read_twice(build, lambda build: _above_nothing(build, total, tidy)))

    readings = read_twice(build, _site_reader(roots, size, tidy))
    named = {site for reading in readings for site in reading}
    sites = {site: join([one.get(site, 0) for one in readings]) for site in named}
    return Bytes(sum(sites.values()), sites)


def _site_reader(
    roots: tuple[str, ...], size: Callable[[int], int], tidy: Callable[[], None]
) -> Callable[[Build], Mapping[AllocationSite | None, int]]:
    """Return what reads the sizes of a build by site, of as few frames as show the sites.

    Eight frames of each block take three times as long as one, which mostly is enough.
    """
    depths = list(DEPTHS)

    def read_frames(build: Build) -> dict[AllocationSite | Cut | None, int]:
        sizes = trace(build, lambda: sizes_by_site(roots, size), depths[0], tidy)
        sizes.subtract(trace(nothing, lambda: sizes_by_site(roots, size), depths[0], tidy))
        return {site: held for site, held in sizes.items() if held}

    def read(build: Build) -> dict[AllocationSite | None, int]:
        sizes = read_frames(build)
        while any(isinstance(site, Cut) for site in sizes):
            del depths[0]
            sizes = read_frames(build)
        return {site: held for site, held in sizes.items() if not isinstance(site, Cut)}

    return read


def _above_nothing(build: Build, total: Callable[[], int], tidy: Callable[[], None]) -> int:
    return trace(build, total, 1, tidy) - trace(nothing, total, 1, tidy)


def _traced_bytes() -> int:
    return tracemalloc.get_traced_memory()[0]


def _peak_bytes() -> int:
    return tracemalloc.get_traced_memory()[1]


def _quiesced_bytes() -> int:
    quiesce()
    return _traced_bytes()


def _allocated_bytes() -> int:
    return sum(round_up(size) for _, size, _, _ in traced_blocks())


def _unrounded(size: int) -> int:
    return size
