"""Attribution: where the metrics of commits are allocated, read by their own code."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from asv_ledger.collect.commands import CommandError, find_python, run_json
from asv_ledger.collect.own import sites_command
from asv_ledger.model.changes import Change
from asv_ledger.sources.attribution import (
    MALFORMED,
    Kept,
    KeptSites,
    Reading,
    Sites,
    is_of,
    parse_site,
    readings_of,
)
from asv_ledger.sources.git import HistoryError
from asv_ledger.sources.trees import write_tree


@dataclass(frozen=True, slots=True)
class SiteReader:
    """Reads sites with the project's command, in a scratch copy of each commit.

    The copy gets the benchmarks of today: asv measures old commits with them too.
    """

    kept: KeptSites

    def find_missing(self, changes: Iterable[Change]) -> dict[Reading, set[str]]:
        """Return the readings that explain changes and are not kept yet, with their metrics."""
        missing: dict[Reading, set[str]] = {}
        for change in changes:
            for reading in readings_of(change):
                if not self.kept.is_kept(reading, change.series.key.metric):
                    missing.setdefault(reading, set()).add(change.series.key.metric)
        return missing

    def read(self, changes: Iterable[Change]) -> Iterator[str | None]:
        """Read the sites that explain changes, where they are not kept yet.

        Iterates over the readings as they are made: None, or in one line why one failed.
        """
        missing = self.find_missing(changes)
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

    def _read(
        self, reading: Reading, interpreter: str | None, metrics: Iterable[str]
    ) -> str | None:
        if interpreter is None:
            return None
        told = f"the sites of {reading.commit[:8]} with Python {reading.python}"
        try:
            sites, failures = self._measure(reading.commit, interpreter)
            self.kept.keep(reading, Kept(self.kept.versions, sites, failures))
        except (CommandError, HistoryError) as error:
            return f"cannot read {told}: {error}"
        except OSError as error:
            return f"cannot keep {told}: {error}"
        failed = [
            f"{name}: {why}"
            for name, why in failures.items()
            if any(is_of(name, metric) for metric in metrics)
        ]
        others = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        return f"cannot read {told}: {failed[0]}{others}" if failed else None

    def _measure(self, commit: str, interpreter: str) -> tuple[Sites, dict[str, str]]:
        """Return the sites of the metrics of a commit, and by name why others failed."""
        benchmarks = self.kept.settings.benchmarks
        # In the copy, the folder of benchmarks lies in the root.
        command = sites_command(self.kept.settings, benchmarks.parent)
        with tempfile.TemporaryDirectory() as scratch:
            write_tree(self.kept.settings.repository, commit, Path(scratch))
            copy = Path(scratch, benchmarks.name)
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(benchmarks, copy, ignore=shutil.ignore_patterns("__pycache__"))
            printed = run_json(command, Path(scratch), interpreter)
        sites: Sites = {}
        failures = {}
        try:
            for name, entry in printed.items():
                if isinstance(entry, dict):
                    failures[name] = " ".join(str(entry["failed"]).split())
                else:
                    sites[name] = [
                        parse_site(one["file"], one["line"], one["code"], one["bytes"])
                        for one in entry
                    ]
        except MALFORMED as error:
            raise CommandError(
                f"{command} prints what is no site ({error!r}); allowed: by "
                'metric, lists of objects with "file", "line", "code" and "bytes"'
            ) from None
        return sites, failures
