"""Attribution: where the metrics of commits are allocated, as kept beside the results."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from asv_ledger.config import Settings
from asv_ledger.files import read_json, whole_file
from asv_ledger.model.attribution import Site, find_sites, is_sum
from asv_ledger.model.changes import Change
from asv_ledger.model.diffs import Diff
from asv_ledger.model.series import Series
from asv_ledger.shapes import is_number
from asv_ledger.sources.diffs import read_diff
from asv_ledger.sources.git import HistoryError
from asv_ledger.text import quote

Sites = dict[str, list[Site]]  # by metric

# What a value of unknown origin may raise where it is not of the shape that is asked for.
MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Reading(NamedTuple):
    """What sites are read of: a commit, with a version of Python."""

    commit: str
    python: str


class Kept(NamedTuple):
    """What is kept of a reading: the versions of the benchmarks that were read, and the sites.

    ``failed`` are the metrics of these, or modules, that could not be read.
    """

    versions: Mapping[str, str]
    sites: Sites
    failed: Collection[str]


_NOTHING = Kept({}, {}, ())


@dataclass(frozen=True, slots=True)
class KeptSites:
    """The sites that were read of a project's commits, a file a commit and version of Python.

    ``versions`` are those of today's benchmarks, by name: what was read of a benchmark stays valid
    for as long as its version does. As for asv, a version stands for all that a benchmark's metrics
    depend on: who changes a workload or a lens that it uses has to raise it.
    """

    settings: Settings
    versions: Mapping[str, str]
    _known: dict[Reading, Kept] = field(default_factory=dict)
    _diffs: dict[tuple[Reading, Reading], Diff] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, exact: Iterable[Series]) -> Self:
        """Return what is kept of exact series."""
        return cls(settings, {one.key.benchmark: one.version for one in exact})

    def explain(self, change: Change) -> list[Site] | None:
        """Return the sites of an exact change, which sum to it; None where they are not known."""
        metric = change.series.key.metric
        readings = readings_of(change)
        if not all(self.is_kept(reading, metric) for reading in readings):
            return None
        before, after = (self.look_up(reading).sites.get(metric) for reading in readings)
        if before is None or after is None:
            return None
        sites = find_sites(before, after, self._diff(*readings))
        return sites if is_sum(sites, change.delta) else None

    def is_kept(self, reading: Reading, metric: str) -> bool:
        """Return whether a metric was read with today's version of its benchmark."""
        kept, benchmark = self.look_up(reading), _benchmark(metric)
        version = self.versions.get(benchmark)
        if version is None or kept.versions.get(benchmark) != version:
            return False
        return metric in kept.sites or not any(is_of(name, metric) for name in kept.failed)

    def look_up(self, reading: Reading) -> Kept:
        """Return what is kept of a reading, nothing where no file that can be read is."""
        if reading not in self._known:
            try:
                self._known[reading] = _unpack(read_json(self._path(reading)), reading)
            except (OSError, *MALFORMED):
                self._known[reading] = _NOTHING
        return self._known[reading]

    def _diff(self, before: Reading, after: Reading) -> Diff:
        """Return what became of the files with sites; nothing is known where git cannot tell."""
        if (before, after) not in self._diffs:
            kept = (*self.look_up(before).sites.values(), *self.look_up(after).sites.values())
            names = {site.file for sites in kept for site in sites if site.file is not None}
            commits = before.commit, after.commit
            try:
                diff = read_diff(
                    self.settings.repository, *commits, names, self.settings.benchmarks
                )
            except HistoryError:
                diff = Diff()
            self._diffs[before, after] = diff
        return self._diffs[before, after]

    def keep(self, reading: Reading, kept: Kept) -> None:
        """Keep what was read, with what is kept already. Raises OSError."""
        kept = _merge(self.look_up(reading), kept)
        path = self._path(reading)
        path.parent.mkdir(exist_ok=True)
        packed = _pack(kept) | {"commit_hash": reading.commit, "python": reading.python}
        text = json.dumps(packed, allow_nan=False, sort_keys=True, separators=(",", ":"))
        with whole_file(path) as part:
            part.write_text(f"{text}\n")
        self._known[reading] = kept
        self._diffs.clear()

    def _path(self, reading: Reading) -> Path:
        name = f"{reading.commit[:8]}-py{reading.python}.json"
        return self.settings.results.parent / "attribution" / name


def readings_of(change: Change) -> tuple[Reading, Reading]:
    """Return what sites of a change are read of: the commits before and after it."""
    python = change.series.python
    return Reading(change.ancestor, python), Reading(change.reading, python)


def _benchmark(metric: str) -> str:
    return metric.partition("(")[0]


def is_of(name: str, metric: str) -> bool:
    """Return whether a name is that of a metric, or of the module it is in."""
    return metric == name or metric.startswith(f"{name}.")


def _merge(kept: Kept, read: Kept) -> Kept:
    """Return what is kept once more was read: of a benchmark of the same version, what was."""
    valid = {
        benchmark: version
        for benchmark, version in kept.versions.items()
        if read.versions.get(benchmark, version) == version
    }
    sites = {
        metric: sites
        for of_benchmarks, origin in ((read.versions, read), (valid, kept))
        for metric, sites in origin.sites.items()
        if _benchmark(metric) in of_benchmarks
    }
    return Kept({**valid, **read.versions}, sites, read.failed)


def _pack(kept: Kept) -> dict[str, Any]:
    """Return what is kept as JSON: each line once, for most metrics share them."""
    lines = sorted({site[:3] for sites in kept.sites.values() for site in sites}, key=str)
    places = {line: place for place, line in enumerate(lines)}
    packed = {
        "versions": dict(kept.versions),
        "lines": lines,
        "metrics": {
            name: [[places[site[:3]], site.size] for site in sites]
            for name, sites in kept.sites.items()
        },
    }
    return packed | ({"failed": sorted(kept.failed)} if kept.failed else {})


def _unpack(packed: Any, reading: Reading) -> Kept:
    """Return what a file keeps of a reading.

    Raises ValueError, LookupError, TypeError or ArithmeticError where it is none of it.
    """
    if reading != (packed["commit_hash"], packed["python"]):
        raise ValueError(reading)
    lines = [(file, line, code) for file, line, code in packed["lines"]]
    sites = {
        name: [parse_site(*lines[_index(place)], size=size) for place, size in of_metric]
        for name, of_metric in packed["metrics"].items()
    }
    versions = {name: _text(version) for name, version in packed["versions"].items()}
    return Kept(versions, sites, [_text(name) for name in packed.get("failed", ())])


def parse_site(file: object, line: object, code: object, size: object) -> Site:
    """Return a site of unknown origin. Raises TypeError, ValueError or OverflowError."""
    number = None if line is None else _index(line)
    if not is_number(size):
        raise ValueError(f"a size of {quote(size)}")
    return Site(_text_or_none(file), number, _text_or_none(code), size)


def _index(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError(f"a number of {quote(value)}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text of {quote(value)}")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)
