"""Resident memory: by how much a fresh process grows. Not exact: the kernel deals in pages."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import NamedTuple

from asv_ledger.lenses.packages import provide

_SOURCE = str(Path(__file__).parents[2])
_GROW = "import sys; sys.path[0] = sys.argv[1]; from asv_ledger.lenses.resident import grow; grow()"


class Growth(NamedTuple):
    """By how many bytes a process grew: its resident set, and what it shares with no other.

    ``uss`` is nan where the system does not say it: Linux, macOS and Windows do.
    """

    rss: float
    uss: float


def resident(build: Callable[[int], object], size: int) -> Growth:
    """Return by how much a fresh process grows when it builds one size and keeps the result.

    Before, it builds a size of 1 and drops it: what only the first use costs, imports above all,
    is no growth. ``build`` must be picklable; psutil must be installed. The reading is not exact.
    Raises CalledProcessError if the process fails; what it said is on stderr.
    """
    process = subprocess.run(
        [sys.executable, "-c", _GROW, _SOURCE],
        input=pickle.dumps((sys.path, _hooked_packages())) + pickle.dumps((build, size)),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Growth(*map(float, process.stdout.split()))


def grow() -> None:
    """Run the build that is pickled on stdin, after where its modules are found; print growth."""
    sys.path[:], packages = pickle.load(sys.stdin.buffer)
    for package in packages:
        provide(Path(package))
    # Here: the exact lenses work where it is not installed.
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


def _hooked_packages() -> list[str]:
    """Return the folders of packages that were imported by a hook, as asv imports benchmarks.

    A fresh process finds each of them alone, and all else where this process does: what is measured
    is the commit that asv installed, not the one checked out beside the benchmarks.
    """
    files = [
        getattr(module, "__file__", None)
        for name, module in list(sys.modules.items())
        if "." not in name and hasattr(module, "__path__")
    ]
    folders = [Path(file).parent for file in files if file]
    return [str(folder) for folder in folders if str(folder.parent) not in sys.path]
