"""Allocation sites: the lines of code at which the bytes of a reading were allocated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from asv_ledger.lenses.inexact import Inexact
from asv_ledger.lenses.tracing import traced_blocks

# How many frames of each block are read, until they show all sites: the more, the longer. The
# last is deep enough to leave the standard library and reach the code that called it.
DEPTHS = (1, 2, 8)


class AllocationSite(NamedTuple):
    """Where a block was allocated: the innermost line of code under one of the roots asked for."""

    file: str
    line: int


class Cut(NamedTuple):
    """The innermost frame of tracebacks of which too few frames are known to show their site."""

    file: str
    line: int


if TYPE_CHECKING:
    Sizes = Counter[AllocationSite | Cut | None]

_roots: ContextVar[tuple[str, ...] | None] = ContextVar("_roots", default=None)


class Bytes(float):
    """Bytes that know where they were allocated: a reading by site, or what was made of readings.

    ``sites`` sum to it; None is the site of what was allocated outside of the roots. Readings are
    subtracted from each other and divided by numbers, as those without sites are.
    """

    __slots__ = ("sites",)
    sites: Mapping[AllocationSite | None, float]

    def __new__(cls, total: float, sites: Mapping[AllocationSite | None, float]) -> Bytes:
        """Return a total and the sites that sum to it; those of no bytes are left out."""
        self = super().__new__(cls, total)
        self.sites = {
            site: size for site, size in sites.items() if size or isinstance(size, Inexact)
        }
        return self

    def __getnewargs__(  # type: ignore[override]
        self,
    ) -> tuple[float, Mapping[AllocationSite | None, float]]:
        return float(self), self.sites

    def __sub__(self, other: float) -> Bytes:
        if not isinstance(other, Bytes):
            return NotImplemented
        sites = {
            site: self.sites.get(site, 0) - other.sites.get(site, 0)
            for site in self.sites.keys() | other.sites.keys()
        }
        return Bytes(float(self) - float(other), sites)

    def __truediv__(self, number: float) -> Bytes:
        sites = {site: size / number for site, size in self.sites.items()}
        return Bytes(float(self) / number, sites)


@contextmanager
def by_site(roots: Iterable[str]) -> Iterator[None]:
    """Let readings that have allocation sites return Bytes, which know them.

    A block belongs to the innermost line of its traceback in a file whose path starts with one of
    ``roots``, or to None where there is no such line: none is left out.
    """
    token = _roots.set(tuple(roots))
    try:
        yield
    finally:
        _roots.reset(token)


def wanted_roots() -> tuple[str, ...] | None:
    """Return the roots of ``by_site``, None outside of it."""
    return _roots.get()


def sizes_by_site(roots: tuple[str, ...], size: Callable[[int], int]) -> Sizes:
    """Return the sizes of all blocks that tracemalloc traces, summed at their sites."""
    sizes: Sizes = Counter()
    found: dict[object, AllocationSite | Cut | None] = {}
    for _, block, traceback, depth in traced_blocks():
        try:
            site = found[traceback]
        except KeyError:
            site = found[traceback] = _innermost(traceback, depth, roots)
        sizes[site] += size(block)
    return sizes


def _innermost(
    traceback: Sequence[tuple[str, int]], depth: int, roots: tuple[str, ...]
) -> AllocationSite | Cut | None:
    for file, line in traceback:
        if file.startswith(roots):
            return AllocationSite(file, line)
    return None if len(traceback) in (depth, DEPTHS[-1]) else Cut(*traceback[0])
