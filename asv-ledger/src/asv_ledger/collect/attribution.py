"""Sites: where the metrics of a commit are allocated, read once and kept beside the results."""

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from asv_ledger.collect.commands import CommandError, find_python, run_json
from asv_ledger.config import Settings
from asv_ledger.model.attribution import Site, find_sites, is_sum
from asv_ledger.model.changes import Change
from asv_ledger.model.diffs import Diff
from asv_ledger.model.series import Series
from asv_ledger.shapes import is_number
from asv_ledger.sources.diffs import read_diff
from asv_ledger.sources.files import read_json
from asv_ledger.sources.git import HistoryError
from asv_ledger.sources.trees import write_tree
from asv_ledger.text import quote

_Sites = dict[str, list[Site]]  # by metric

# What a value of unknown origin may raise where it is not of the shape that is asked for.
_MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class _Reading(NamedTuple):
    """What sites are read of: a commit, with a version of Python."""

    commit: str
    python: str


class _Kept(NamedTuple):
    """What is kept of a reading: the versions of the benchmarks that were read, and the sites.

    ``failed`` are the metrics of these, or modules, that could not be read.
    """

    versions: Mapping[str, str]
    sites: _Sites
    failed: Collection[str]


_NOTHING = _Kept({}, {}, ())


@dataclass(frozen=True, slots=True)
class SiteReader:
    """Reads sites with the project's own command, in a scratch copy of each commit.

    The copy gets the benchmarks of today: asv measures old commits with them too. ``versions`` are
    theirs, by name; what was read of a benchmark stays valid for as long as its version does. As
    for asv, a version stands for all that a benchmark's metrics depend on: who changes a workload
    or a lens that it uses has to raise it.
    """

    settings: Settings
    versions: Mapping[str, str]
    _known: dict[_Reading, _Kept] = field(default_factory=dict)
    _diffs: dict[tuple[_Reading, _Reading], Diff] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, exact: Iterable[Series]) -> Self:
        """Return a reader for exact series."""
        return cls(settings, {one.key.benchmark: one.version for one in exact})

    def explain(self, change: Change) -> list[Site] | None:
        """Return the sites of an exact change, which sum to it; None where they are not known."""
        metric = change.series.key.metric
        readings = _readings(change)
        if not all(self._is_kept(reading, metric) for reading in readings):
            return None
        before, after = (self._look_up(reading).sites.get(metric) for reading in readings)
        if before is None or after is None:
            return None
        sites = find_sites(before, after, self._diff(*readings))
        return sites if is_sum(sites, change.delta) else None

    def read(self, changes: Iterable[Change]) -> Iterator[str | None]:
        """Read the sites that explain changes, where they are not kept yet.

        Iterates over the readings as they are made: None, or in one line why one failed.
        """
        if self.settings.sites is None:
            return
        missing: dict[_Reading, set[str]] = {}
        for change in changes:
            for reading in _readings(change):
                if not self._is_kept(reading, change.series.key.metric):
                    missing.setdefault(reading, set()).add(change.series.key.metric)
        interpreters = {python: find_python(python) for python in {one.python for one in missing}}
        for python, interpreter in interpreters.items():
            if interpreter is None:
                yield f"no Python {python} on this machine: the sites of what it measured are open"
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(
                lambda reading: self._read(
                    reading, interpreters[reading.python], sorted(missing[reading])
                ),
                sorted(missing),
            )

    def _is_kept(self, reading: _Reading, metric: str) -> bool:
        """Return whether a metric was read with today's version of its benchmark."""
        kept, benchmark = self._look_up(reading), _benchmark(metric)
        version = self.versions.get(benchmark)
        if version is None or kept.versions.get(benchmark) != version:
            return False
        return metric in kept.sites or not any(_is_of(name, metric) for name in kept.failed)

    def _look_up(self, reading: _Reading) -> _Kept:
        """Return what is kept of a reading, nothing where no file that can be read is."""
        if reading not in self._known:
            try:
                self._known[reading] = _unpack(read_json(self._path(reading)), reading)
            except (OSError, *_MALFORMED):
                self._known[reading] = _NOTHING
        return self._known[reading]

    def _diff(self, before: _Reading, after: _Reading) -> Diff:
        """Return what became of the files with sites; nothing is known where git cannot tell."""
        if (before, after) not in self._diffs:
            kept = (*self._look_up(before).sites.values(), *self._look_up(after).sites.values())
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

    def _read(
        self, reading: _Reading, interpreter: str | None, metrics: Iterable[str]
    ) -> str | None:
        if interpreter is None:
            return None
        told = f"the sites of {reading.commit[:8]} with Python {reading.python}"
        try:
            sites, failures = self._measure(reading.commit, interpreter)
            kept = _merge(self._look_up(reading), _Kept(self.versions, sites, failures))
            self._keep(reading, kept)
        except (CommandError, HistoryError) as error:
            return f"cannot read {told}: {error}"
        except OSError as error:
            return f"cannot keep {told}: {error}"
        self._known[reading] = kept
        self._diffs.clear()
        failed = [
            f"{name}: {why}"
            for name, why in failures.items()
            if any(_is_of(name, metric) for metric in metrics)
        ]
        others = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        return f"cannot read {told}: {failed[0]}{others}" if failed else None

    def _measure(self, commit: str, interpreter: str) -> tuple[_Sites, dict[str, str]]:
        """Return the sites of the metrics of a commit, and by name why others failed."""
        benchmarks = self.settings.benchmarks
        with tempfile.TemporaryDirectory() as scratch:
            write_tree(self.settings.repository, commit, Path(scratch))
            copy = Path(scratch, benchmarks.name)
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(benchmarks, copy, ignore=shutil.ignore_patterns("__pycache__"))
            printed = run_json(str(self.settings.sites), Path(scratch), interpreter)
        sites: _Sites = {}
        failures = {}
        try:
            for name, entry in printed.items():
                if isinstance(entry, dict):
                    failures[name] = " ".join(str(entry["failed"]).split())
                else:
                    sites[name] = [
                        _site(one["file"], one["line"], one["code"], one["bytes"]) for one in entry
                    ]
        except _MALFORMED as error:
            raise CommandError(
                f"{self.settings.sites} prints what is no site ({error!r}); allowed: by metric, "
                'lists of objects with "file", "line", "code" and "bytes"'
            ) from None
        return sites, failures

    def _keep(self, reading: _Reading, kept: _Kept) -> None:
        path = self._path(reading)
        path.parent.mkdir(exist_ok=True)
        packed = _pack(kept) | {"commit_hash": reading.commit, "python": reading.python}
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)  # or else what it links to would be written
        part.write_text(
            json.dumps(packed, allow_nan=False, sort_keys=True, separators=(",", ":")) + "\n"
        )
        part.replace(path)

    def _path(self, reading: _Reading) -> Path:
        name = f"{reading.commit[:8]}-py{reading.python}.json"
        return self.settings.results.parent / "attribution" / name


def _readings(change: Change) -> tuple[_Reading, _Reading]:
    python = change.series.python
    return _Reading(change.ancestor, python), _Reading(change.reading, python)


def _benchmark(metric: str) -> str:
    return metric.partition("(")[0]


def _is_of(name: str, metric: str) -> bool:
    """Return whether a name is that of a metric, or of the module it is in."""
    return metric == name or metric.startswith(f"{name}.")


def _merge(kept: _Kept, read: _Kept) -> _Kept:
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
    return _Kept({**valid, **read.versions}, sites, read.failed)


def _pack(kept: _Kept) -> dict[str, Any]:
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


def _unpack(packed: Any, reading: _Reading) -> _Kept:
    """Return what a file keeps of a reading.

    Raises ValueError, LookupError, TypeError or ArithmeticError where it is none of it.
    """
    if reading != (packed["commit_hash"], packed["python"]):
        raise ValueError(reading)
    lines = [(file, line, code) for file, line, code in packed["lines"]]
    sites = {
        name: [_site(*lines[_index(place)], size=size) for place, size in of_metric]
        for name, of_metric in packed["metrics"].items()
    }
    versions = {name: _text(version) for name, version in packed["versions"].items()}
    return _Kept(versions, sites, [_text(name) for name in packed.get("failed", ())])


def _site(file: object, line: object, code: object, size: object) -> Site:
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
