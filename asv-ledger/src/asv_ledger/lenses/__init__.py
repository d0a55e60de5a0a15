"""The lenses: what an object costs in memory.

=========== ========================================================= ===== ===================
lens        what it reads                                             exact what it leaves out
=========== ========================================================= ===== ===================
live        bytes of the blocks that hold the object                  yes   rounding, free memory
allocated   the same blocks, each rounded to the allocator's size     yes   free memory
uncollected bytes of the blocks that only the cycle collector frees   yes   what is freed at once
peak        bytes of all blocks at the moment when they are most      yes   all below the peak
resident    growth of the memory of a fresh process                   no    memory used again
peakmem_    asv's own: the peak RSS of a process                      no    all below the peak
=========== ========================================================= ===== ===================

Exact means: the same integer in every process, on every run, on every machine of one CPython minor
version and word size; of what zlib compresses, with one zlib: another, such as zlib-ng, may
compress to other sizes. A build is read twice, and readings that differ raise InexactError. Where
intervals are asked for, what the readings lie in is returned instead, so that what chance is in
keeps a value.

``@exact(unit="bytes/entry")`` marks a ``track_`` method of a benchmark that reads through them.
They need nothing but CPython 3.9 or newer; ``resident`` needs psutil.
"""

from asv_ledger.lenses.inexact import Inexact, InexactError, with_intervals
from asv_ledger.lenses.marks import exact, find_inexact
from asv_ledger.lenses.readings import allocated, live, marginal, peak, traced, uncollected
from asv_ledger.lenses.resident import Growth, resident
from asv_ledger.lenses.sites import AllocationSite, Bytes, by_site
from asv_ledger.lenses.tracing import READINGS, Build

__all__ = [
    "READINGS",
    "AllocationSite",
    "Build",
    "Bytes",
    "Growth",
    "Inexact",
    "InexactError",
    "allocated",
    "by_site",
    "exact",
    "find_inexact",
    "live",
    "marginal",
    "peak",
    "resident",
    "traced",
    "uncollected",
    "with_intervals",
]
