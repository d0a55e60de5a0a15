"""The results folder: what asv cannot read in it is set aside, as one such file can end asv."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from asv.benchmarks import Benchmarks
from asv.config import Config
from asv.results import Results
from asv.util import UserError

from tools.files import PART

_BENCHMARKS = "benchmarks.json"
_MACHINE = "machine.json"
_MARK = ".broken"  # asv reads names that end in .json


def set_aside_broken(results: Path) -> Iterator[str]:
    """Rename the files that asv reads and cannot, and iterate over one line for each.

    What a newer or an older asv wrote is not broken: asv itself names it. What a killed run was
    writing is dropped. Raises OSError where a file cannot be read or renamed.
    """
    for part in results.rglob(f"*.json.*{PART}"):
        part.unlink()
    machines = sorted(results.rglob(_MACHINE))
    of_machines = (path for machine in machines for path in sorted(machine.parent.glob("*.json")))
    for path in (*results.glob(_BENCHMARKS), *of_machines):
        fault = _find_fault(path)
        if fault is not None:
            names = (path.with_name(f"{path.name}{_MARK}{number or ''}") for number in count())
            kept = next(name for name in names if not name.exists())
            path.rename(kept)
            yield f"{path} is not as asv writes it ({fault}): set aside as {kept.name}"


def is_set_aside(path: Path) -> bool:
    """Return whether a file was set aside and nothing has taken its place."""
    return not path.exists() and path.with_name(f"{path.name}{_MARK}").exists()


def _find_fault(path: Path) -> str | None:
    """Return in a few words why asv cannot read a file, None where it can."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data["version"], int):
            return f"its version is {data['version']!r}"
        if path.name == _MACHINE:
            return None if isinstance(data["machine"], str) else "its machine has no name"
        if path.name == _BENCHMARKS:
            Benchmarks(Config(), [value for name, value in data.items() if name != "version"])
        elif data["version"] == Results.api_version:
            Results.load(str(path))
    except (UserError, ValueError) as error:
        return str(error)
    except (AttributeError, LookupError, TypeError) as error:
        return repr(error)
    return None
