"""Real histories of this bridge, with merges, against what is measured of every commit of them.

What a commit did is what is read of it less what is read of the files it began with: those of its
parent, or those that git makes of a merge by itself. The ledger is told the values of some commits.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from asv_ledger.model.changes import find_changes
from asv_ledger.model.history import History
from asv_ledger.sources.project import read_project
from support.histories import git, write_benchmarks, write_results

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT, ROOT / "asv-ledger" / "src")

# Each changes some of the metrics, and can be made and taken back whatever else was done.
_EDITS = (
    ("packed.py", '_HEAD = Struct("<QH")', '_HEAD = Struct("<QH5x")'),
    ("packed.py", "_SMALLEST = 480", "_SMALLEST = 496"),
    (
        "packed.py",
        'return b"".join(parts).ljust(_SMALLEST, _NEXT)',
        'return b"".join(parts).ljust(_SMALLEST, _NEXT) + _NEXT * 3',
    ),
    ("room.py", "LARGEST_TUPLE = 32", "LARGEST_TUPLE = 8"),
    ("crisis.py", "CALM_TURNS_TO_RECOVER = 3", "CALM_TURNS_TO_RECOVER = 3\nSPARE = bytes(999)"),
    ("limits.py", "MAX_NAME_LENGTH = 64", "MAX_NAME_LENGTH = 65"),
)
_READ = """
import json
from functools import partial
from asv_ledger.lenses import live, marginal
from benchmarks import workload
short = partial(workload.population, exchanges=1)
print(json.dumps({
    "m.track_short": marginal(short, 16, 32),
    "m.track_long": marginal(workload.population, 16, 32),
    "m.track_fixed": live(lambda: workload.population(0)),
}))
"""

Values = dict[str, float]


@dataclass
class Bridges:
    """Reads the metrics of a bridge in a folder, each version of it once."""

    known: dict[str, Values] = field(default_factory=dict)

    def read(self, repository: Path, tree: str) -> Values:
        """Return the metrics of the package that a tree holds."""
        package = git(repository, "rev-parse", f"{tree}:bridge_model")
        if package not in self.known:
            process = subprocess.run(
                [sys.executable, "-B", "-c", _READ],  # what it wrote would be in git's way
                cwd=repository,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (repository, *SOURCES)))},
                capture_output=True,
                text=True,
                check=True,
            )
            self.known[package] = json.loads(process.stdout)
        return self.known[package]


@pytest.fixture(scope="module")
def bridges() -> Bridges:
    return Bridges()


@dataclass
class Real:
    """A repository of real commits, and what is read of each, and of what each began with."""

    folder: Path
    bridges: Bridges
    random: Random
    values: dict[str, Values] = field(default_factory=dict)
    before: dict[str, Values] = field(default_factory=dict)

    def edit(self) -> None:
        """Make one of the edits, or take it back where it was made."""
        name, old, new = self.random.choice(_EDITS)
        path = self.folder / "bridge_model" / name
        text = path.read_text()
        assert old in text or new in text
        path.write_text(text.replace(new, old) if new in text else text.replace(old, new))

    def commit(self, tip: str) -> None:
        """Commit on a tip: an edit, a few, none, or a merge with another tip."""
        git(self.folder, "checkout", "--quiet", "--detach", tip)
        others = [one for one in list(self.values)[-4:] if one != tip]
        if others and self.random.random() < 0.5:
            other = self.random.choice(others)
            git(
                self.folder,
                "merge",
                "--quiet",
                "--no-ff",
                "--no-commit",
                "--allow-unrelated-histories",
                other,
            )
        before = self.bridges.read(self.folder, git(self.folder, "write-tree"))
        for _ in range(self.random.choice((0, 0, 1, 1, 1, 2))):
            self.edit()
        git(self.folder, "add", "bridge_model")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "A commit")
        name = git(self.folder, "rev-parse", "HEAD")
        self.before[name] = before
        self.values[name] = self.bridges.read(self.folder, name)

    def did(self, metric: str) -> set[str]:
        """Return the commits that changed a metric."""
        return {
            name
            for name, values in self.values.items()
            if values[metric] != self.before[name][metric]
        }


def real_history(folder: Path, bridges: Bridges, seed: int) -> Real:
    shutil.copytree(
        ROOT / "bridge_model", folder / "bridge_model", ignore=shutil.ignore_patterns("__pycache__")
    )
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "bridge_model")
    git(folder, "commit", "--quiet", "--message", "The bridge")
    first = git(folder, "rev-parse", "HEAD")
    real = Real(folder, bridges, Random(seed))
    real.values[first] = real.before[first] = bridges.read(folder, first)
    for _ in range(9):
        real.commit(real.random.choice(list(real.values)[-3:]))
    return real


def publish(real: Real, measured: set[str]) -> Path:
    """Write results of some commits, as asv does, and tag each commit, so that all are shown."""
    results = real.folder / "results"
    shutil.rmtree(results, ignore_errors=True)
    write_benchmarks(results, m__track_short={}, m__track_long={}, m__track_fixed={})
    for place, name in enumerate(real.values):
        git(real.folder, "tag", "--force", f"t{place}", name)
    for name in measured:
        values = {metric: [[value], [], "1"] for metric, value in real.values[name].items()}
        write_results(results, name, values)
    path = real.folder / "asv.conf.json"
    configuration = {"version": 1, "project": "p", "repo": ".", "branches": ["HEAD"]}
    ledger = {"exact": ["track_"], "measured": ["bridge_model"]}
    path.write_text(json.dumps(configuration | {"ledger": ledger}))
    return path


@pytest.mark.parametrize("seed", range(30 if os.environ.get("CI") else 6))
def test_every_change_is_named_and_nobody_who_changed_nothing(
    seed: int, tmp_path: Path, bridges: Bridges
) -> None:
    real = real_history(tmp_path, bridges, seed)
    names = list(real.values)
    for measured in (set(names), set(real.random.sample(names, 6)), set(_mainline(tmp_path))):
        project = read_project(publish(real, measured))
        for series in project.exact:
            changes = list(find_changes(series, project.history))
            did = real.did(series.key.benchmark)
            for change in changes:
                assert did & set(change.suspects), change
            told = did.intersection(*[set[str]().union(*(one.suspects for one in changes))])
            for name, ancestor in _compared(project.history, measured):
                if series.values[name] != series.values[ancestor]:
                    assert told & {name, *project.history.between(ancestor, name)}


def _mainline(folder: Path) -> list[str]:
    return git(folder, "rev-list", "--first-parent", "HEAD").split()


def _compared(history: History, measured: set[str]) -> Iterator[tuple[str, str]]:
    """Iterate over measured commits, each with the one that its first parents lead to."""
    for name in measured:
        parents = history[name].parents
        while parents and parents[0] not in measured:
            parents = history[parents[0]].parents
        if parents:
            yield name, parents[0]
