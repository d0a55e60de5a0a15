"""The results folder: what asv cannot read in it is quarantined, as one such file can end asv."""

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import count
from pathlib import Path

from asv_ledger.files import PART
from asv_ledger.sources.quarantine import find_fault
from asv_ledger.text import to_line

_BENCHMARKS = "benchmarks.json"
_MACHINE = "machine.json"
_MARK = ".broken"  # asv reads names that end in .json


def quarantine_broken(results: Path) -> Iterator[str]:
    """Rename the files that asv reads and cannot, and iterate over one line for each.

    What a newer or an older asv wrote is not broken: asv itself names it. What a killed run was
    writing is removed. Raises OSError where a file cannot be read or renamed.
    """
    for folder, folders, files in os.walk(results):
        folders.sort()
        for name in files:
            if fnmatch(name, f"*.json.*{PART}"):
                Path(folder, name).unlink()
        if _MACHINE in files:  # asv reads no results but those of machines
            wanted = [name for name in files if name.endswith(".json")]
        else:
            wanted = [_BENCHMARKS] if _BENCHMARKS in files and Path(folder) == results else []
        for name in sorted(wanted):
            yield from _quarantine(Path(folder, name))


def is_quarantined(path: Path) -> bool:
    """Return whether a file is quarantined and nothing has taken its place."""
    return not path.exists() and path.with_name(f"{path.name}{_MARK}").exists()


def _quarantine(path: Path) -> Iterator[str]:
    """Rename a file where asv cannot read it, and iterate over a line that says so."""
    fault = find_fault(path)
    if fault is not None:
        names = (path.with_name(f"{path.name}{_MARK}{number or ''}") for number in count())
        kept = next(name for name in names if not os.path.lexists(name))
        path.rename(kept)
        yield to_line(f"{path} is not as asv writes it ({fault}): quarantined as {kept.name}")
