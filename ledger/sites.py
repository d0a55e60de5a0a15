"""Sites: where the figures of a commit are allocated, read once and kept beside the results."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, Self

from ledger.causes import Site, find_causes, is_sum
from ledger.changes import Change
from ledger.commands import CommandError, find_python, run_json
from ledger.diffs import Diff, read_diff
from ledger.git import HistoryError
from ledger.series import Series
from ledger.settings import Settings
from ledger.trees import write_tree

_Sites = dict[str, list[Site]]


class _Reading(NamedTuple):
    """What sites are read of: a commit, with a version of Python."""

    commit: str
    python: str


@dataclass(frozen=True, slots=True)
class SiteReader:
    """Reads sites with the project's own command, in a scratch copy of each commit.

    The copy gets the benchmarks of today: asv measures old commits with them too. ``versions`` are
    theirs, by name; what was read with others is read again.
    """

    settings: Settings
    versions: Mapping[str, str]
    _known: dict[_Reading, _Sites] = field(default_factory=dict)
    _diffs: dict[tuple[_Reading, ...], Diff] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, exact: Iterable[Series]) -> Self:
        """Return a reader for exact series."""
        return cls(settings, {one.key.benchmark: one.version for one in exact})

    def explain(self, change: Change) -> list[Site] | None:
        """Return the causes of an exact change, which sum to it; None where they are not known."""
        name = change.series.key.figure
        before, after = (self._look_up(reading).get(name) for reading in _readings(change))
        if before is None or after is None:
            return None
        causes = find_causes(before, after, self._diff(change))
        return causes if is_sum(causes, change.delta) else None

    def _diff(self, change: Change) -> Diff:
        """Return what became of the files with sites; nothing is known where git cannot tell."""
        readings = tuple(_readings(change))
        if readings not in self._diffs:
            kept = chain.from_iterable(self._look_up(one).values() for one in readings)
            names = {site.file for sites in kept for site in sites if site.file is not None}
            commits = change.ancestor, change.commit
            try:
                diff = read_diff(
                    self.settings.repository, *commits, names, self.settings.benchmarks
                )
            except HistoryError:
                diff = Diff()
            self._diffs[readings] = diff
        return self._diffs[readings]

    def read(self, changes: Iterable[Change]) -> Iterator[str | None]:
        """Read the sites that explain changes, where they are not kept yet.

        Iterates over the readings as they are made: None, or in one line why one failed.
        """
        if self.settings.sites is None:
            return
        wanted = sorted(set(chain.from_iterable(map(_readings, changes))))
        missing = [reading for reading in wanted if not self._look_up(reading)]
        interpreters = {python: find_python(python) for python in {one.python for one in missing}}
        for python, interpreter in interpreters.items():
            if interpreter is None:
                yield f"no Python {python} on this machine: the causes of what it measured are open"
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(
                lambda reading: self._read(reading, interpreters[reading.python]),
                missing,
            )

    def _look_up(self, reading: _Reading) -> _Sites:
        """Return the sites kept of a commit, none where there are none of these benchmarks."""
        if reading not in self._known:
            try:
                kept = json.loads(self._path(reading).read_bytes())
                is_current = kept["versions"] == self.versions
                self._known[reading] = _unpack(kept) if is_current else {}
            except (OSError, ValueError, LookupError, TypeError):
                self._known[reading] = {}
        return self._known[reading]

    def _read(self, reading: _Reading, interpreter: str | None) -> str | None:
        if interpreter is None:
            return None
        told = f"the sites of {reading.commit[:8]} with Python {reading.python}"
        try:
            sites = self._measure(reading.commit, interpreter)
            self._keep(reading, sites)
        except (CommandError, HistoryError) as error:
            return f"cannot read {told}: {error}"
        except OSError as error:
            return f"cannot keep {told}: {error}"
        self._known[reading] = sites
        return None

    def _measure(self, commit: str, interpreter: str) -> _Sites:
        benchmarks = self.settings.benchmarks
        with tempfile.TemporaryDirectory() as scratch:
            write_tree(self.settings.repository, commit, Path(scratch))
            copy = Path(scratch, benchmarks.name)
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(benchmarks, copy, ignore=shutil.ignore_patterns("__pycache__"))
            printed = run_json(str(self.settings.sites), Path(scratch), interpreter)
        try:
            return {
                name: [Site(one["file"], one["line"], one["code"], one["bytes"]) for one in sites]
                for name, sites in printed.items()
            }
        except (LookupError, TypeError) as error:
            raise CommandError(
                f"{self.settings.sites} prints what is no site ({error!r}); allowed: by figure, "
                'lists of objects with "file", "line", "code" and "bytes"'
            ) from None

    def _keep(self, reading: _Reading, sites: _Sites) -> None:
        path = self._path(reading)
        path.parent.mkdir(exist_ok=True)
        packed = _pack(sites) | {
            "commit_hash": reading.commit,
            "python": reading.python,
            "versions": dict(self.versions),
        }
        part = path.with_name(f"{path.name}.part")
        part.write_text(json.dumps(packed, sort_keys=True, separators=(",", ":")) + "\n")
        part.replace(path)

    def _path(self, reading: _Reading) -> Path:
        name = f"{reading.commit[:8]}-py{reading.python}.json"
        return self.settings.results.parent / "sites" / name


def _readings(change: Change) -> list[_Reading]:
    return [_Reading(commit, change.series.python) for commit in (change.ancestor, change.reading)]


def _pack(sites: _Sites) -> dict[str, Any]:
    """Return sites as they are kept: each line once, for most figures share them."""
    lines = sorted({site[:3] for of_figure in sites.values() for site in of_figure}, key=str)
    places = {line: place for place, line in enumerate(lines)}
    return {
        "lines": lines,
        "figures": {
            name: [[places[site[:3]], site.size] for site in of_figure]
            for name, of_figure in sites.items()
        },
    }


def _unpack(kept: dict[str, Any]) -> _Sites:
    return {
        name: [Site._make([*kept["lines"][place], size]) for place, size in of_figure]
        for name, of_figure in kept["figures"].items()
    }
