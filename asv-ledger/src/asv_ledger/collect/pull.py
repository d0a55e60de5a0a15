"""Judgement: both commits read with the base's own measuring, and what else a reviewer must know.

The base's benchmarks, lenses and configuration read both, so that a change of the measuring cannot
hide a change of memory. Of the head nothing decides but what is measured, and its baseline.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from asv_ledger.collect.commands import RUNNING_VERSION
from asv_ledger.collect.copies import EscapeError, write_commit, write_measured
from asv_ledger.collect.own import metrics_command
from asv_ledger.collect.readings import read_metrics, scratch_folder
from asv_ledger.config import Settings, SettingsError, read_settings
from asv_ledger.model.baseline import find_differences
from asv_ledger.model.gate import Baselines, Failure, Reading, compare
from asv_ledger.model.judgement import Judgement, Own
from asv_ledger.model.layout import File, Kind, Layout, find_changed, find_differing
from asv_ledger.model.reach import Reach, find_reaches, list_texts
from asv_ledger.sources.baseline import BASELINE_FILE, BaselineError, read_baseline_at
from asv_ledger.sources.commits import read_commits
from asv_ledger.sources.git import read_objects
from asv_ledger.sources.trees import list_files, write_tree

# Where one of these differs, the head's own benchmarks may say something else.
_OF_BENCHMARKS = frozenset((Kind.BENCHMARKS, Kind.CONFIGURATION))


@dataclass(frozen=True, slots=True)
class Pull:
    """Two commits of a repository, by their hashes, and asv's configuration file in their trees.

    The methods raise SettingsError and BaselineError where the base's configuration or the head's
    baseline cannot be used, and HistoryError.
    """

    repository: Path
    base: str
    head: str
    configuration: str

    def look(self) -> Judgement:
        """Return what the head changes of what is measured, and how; nothing of it is run."""
        with scratch_folder(self.repository) as scratch:
            write_tree(self.repository, self.base, scratch, [self.configuration])
            return self._look(self._layout(scratch, self.base))

    def judge(self) -> Judgement:
        """Return what the head does to the metrics too, as the running Python reads them."""
        with scratch_folder(self.repository) as scratch:
            base, head, own = (scratch / name for name in ("base", "head", "own"))
            base.mkdir()
            write_tree(self.repository, self.base, base)
            settings = _read_settings(base, self.configuration, self.base)
            command = metrics_command(settings, base)
            layout = find_layout(settings, base / self.configuration, base)
            judgement = self._look(layout)
            compared = self._read_baselines(layout), RUNNING_VERSION, settings.headline
            try:
                shadows = [one.path for one in judgement.changed if one.kind is Kind.SHADOW]
                commits = self.base, self.head
                write_measured(self.repository, commits, head, layout, shadows)
            except EscapeError as error:
                broken = compare(Reading(), Reading(broken=str(error)), *compared)
                return replace(judgement, comparison=broken)
            commands = [(command, base), (command, head)]
            own_command, told = self._write_own(own, judgement)
            if own_command is not None:
                commands.append((own_command, own))
            before, after, *others = read_metrics(commands, sys.executable)
            return replace(
                judgement,
                comparison=compare(before, after, *compared),
                scale=settings.scale,
                commands=settings.commands,
                own=_compare_own(after, *others) if others else told,
                units=_read_units(settings.results / "benchmarks.json"),
            )

    def _look(self, layout: Layout) -> Judgement:
        of_base, of_head = (read_commits(self.repository, name) for name in (self.base, self.head))
        base, head = (list_files(self.repository, name) for name in (self.base, self.head))
        changed = tuple(find_changed(base, head, layout))
        measured = [path for path in find_differing(base, head) if layout.is_measured(path)]
        reaches = self._find_reaches(base, head, layout, measured) if measured else []
        return Judgement(
            of_base[self.base],
            of_head[self.head],
            changed,
            tuple(reaches),
            len(measured),
            lacking=len(of_base.keys() - of_head.keys()),
        )

    def _find_reaches(
        self,
        base: Mapping[str, File],
        head: Mapping[str, File],
        layout: Layout,
        differing: Iterable[str],
    ) -> list[Reach]:
        benchmarks = self._read_files(base, filter(layout.is_benchmark, base))
        return find_reaches(
            self._read_files(base, filter(layout.is_measured, base)),
            self._read_files(head, (path for path in differing if path in head)),
            set().union(*map(list_texts, benchmarks.values())),
            layout.measuring_modules,
        )

    def _read_files(self, files: Mapping[str, File], paths: Iterable[str]) -> dict[str, bytes]:
        """Return the content of files by path; that of a link or a submodule is none."""
        regular = [path for path in paths if files[path].is_regular]
        objects = read_objects(self.repository, [files[path].hash for path in regular])
        return {path: one.content for path, one in zip(regular, objects, strict=True)}

    def _layout(self, folder: Path, commit: str) -> Layout:
        settings = _read_settings(folder, self.configuration, commit)
        return find_layout(settings, folder / self.configuration, folder)

    def _read_baselines(self, layout: Layout) -> Baselines:
        try:
            base = read_baseline_at(self.repository, self.base, layout.baseline)
        except BaselineError:
            base = {}  # the head may be what mends it
        return Baselines(base, read_baseline_at(self.repository, self.head, layout.baseline))

    def _write_own(self, folder: Path, judgement: Judgement) -> tuple[str | None, Own | None]:
        """Write the head and return its own command, or why there is none.

        Neither where its benchmarks are the base's.
        """
        if not any(one.kind in _OF_BENCHMARKS for one in judgement.changed):
            return None, None
        try:
            write_commit(self.repository, self.head, folder)
            settings = _read_settings(folder, self.configuration, self.head)
            return metrics_command(settings, folder), None
        except (EscapeError, SettingsError) as error:
            return None, Own(broken=str(error))


def find_layout(settings: Settings, configuration: Path, root: Path) -> Layout:
    """Return the layout of a folder whose configuration file holds these settings."""

    def relative(path: Path) -> str:
        return Path(os.path.relpath(path, root)).as_posix()

    return Layout(
        relative(configuration),
        relative(settings.benchmarks),
        relative(settings.results),
        relative(settings.results.parent / "attribution"),
        relative(configuration.parent / BASELINE_FILE),
        settings.measured,
        settings.measuring,
        _list_installed(),
    )


def _read_settings(folder: Path, configuration: str, commit: str) -> Settings:
    """Return the settings of the configuration file of a commit, written into a folder."""
    path = folder / configuration
    try:
        return read_settings(path)
    except SettingsError as error:
        told = str(error).replace(str(path), f"{configuration} at {commit[:8]}")
        raise SettingsError(told) from None


def _compare_own(by_base: Reading, own: Reading) -> Own:
    """Return what the head's own benchmarks say of it, beside what the base's say."""
    if own.broken is not None:
        return Own(broken=own.broken)
    failed = tuple(Failure(name, why) for name, why in sorted(own.failed.items()))
    return Own(tuple(find_differences(by_base.values, own.values)), failed)


def _read_units(path: Path) -> dict[str, str]:
    """Return the units of benchmarks, as far as asv's own file tells them."""
    try:
        benchmarks = json.loads(path.read_bytes())
        return {
            name: benchmark["unit"]
            for name, benchmark in benchmarks.items()
            if isinstance(benchmark, dict) and isinstance(benchmark.get("unit"), str)
        }
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def _list_installed() -> frozenset[str]:
    """Return the modules that are installed beside the standard library."""
    folders = (Path(path) for path in sys.path if path.endswith("-packages"))
    entries = (entry for folder in folders if folder.is_dir() for entry in folder.iterdir())
    return frozenset(entry.name.partition(".")[0] for entry in entries)
