"""A tiny project with a history: sessions, benchmarks that read them exactly, and a baseline."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from support.histories import git

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

PACKED = '''\
"""The packed session."""

SMALLEST = 64


def pack(text):
    """Return a session as bytes."""
    return text.encode().ljust(SMALLEST, b"\\xff")
'''

MODEL = '''\
"""Sessions in memory."""

from model.packed import pack


class Sessions:
    """Packed sessions by user."""

    def __init__(self):
        self._sessions = {}

    def open(self, user, text):
        """Keep one more session."""
        self._sessions[user] = pack(text)

    def close(self, user):
        """Drop a session."""
        del self._sessions[user]
'''

MEASURE = '''\
"""The lens: what stays allocated."""

import gc
import tracemalloc


def live(build):
    """Return the bytes that stay allocated while what is built is kept."""
    build()
    gc.collect()
    tracemalloc.start()
    kept = build()
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return size
'''

MEMORY = '''\
"""What sessions cost."""

from benchmarks.measure import live
from model import Sessions


def build(count, rest=0):
    """Return sessions of which all but some are closed again."""
    sessions = Sessions()
    for number in range(count):
        sessions.open(f"user-{number:06d}", "A question, and what it is about.")
    for number in range(rest):
        sessions.close(f"user-{number:06d}")
    return sessions


class OneMore:
    """What one more session costs."""

    def track_marginal(self):
        """Return the slope between two populations."""
        return (live(lambda: build(200)) - live(lambda: build(100))) / 100


class Closed:
    """What closed sessions leave."""

    def track_left(self):
        """Return the bytes of one session, after nine have gone."""
        return live(lambda: build(10, rest=9))
'''

METRICS = '''\
"""Prints every metric as JSON."""

import json
from importlib import import_module

NAMES = ("Closed.track_left", "OneMore.track_marginal")


def read():
    """Iterate over names and values, or why there is none."""
    for name in NAMES:
        kind, method = name.split(".")
        try:
            benchmark = getattr(import_module("benchmarks.memory"), kind)()
            yield f"memory.{name}", getattr(benchmark, method)()
        except NotImplementedError:
            continue
        except Exception as error:
            yield f"memory.{name}", {"failed": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    metrics = dict(read())
    print(json.dumps(metrics))
    raise SystemExit(any(isinstance(value, dict) for value in metrics.values()))
'''

CONFIGURATION = {
    "version": 1,
    "project": "tiny",
    "repo": ".",
    "plugins": [".asv_ledger.publisher"],
    "ledger": {
        "exact": ["track_"],
        "metrics": "python -m benchmarks.metrics",
        "headline": "memory.OneMore.track_marginal",
        "measured": ["model", "pyproject.toml"],
        "measuring": ["ledger", "dev", "Makefile"],
    },
}

UNITS = {
    "memory.OneMore.track_marginal": {"unit": "bytes/session"},
    "memory.Closed.track_left": {"unit": "bytes"},
    "version": 2,
}

FILES = {
    "model/__init__.py": MODEL,
    "model/packed.py": PACKED,
    "benchmarks/__init__.py": "",
    "benchmarks/measure.py": MEASURE,
    "benchmarks/memory.py": MEMORY,
    "benchmarks/metrics.py": METRICS,
    "asv.conf.json": json.dumps(CONFIGURATION, indent=4),
    "results/benchmarks.json": json.dumps(UNITS),
    "pyproject.toml": '[project]\nname = "tiny"\nversion = "1"\n',
    "ledger/gate.py": "PASSED, GREW = 0, 1\n",
    "dev/gate.py": "print('judged')\n",
    "Makefile": "gate:\n\tpython3 dev gate\n",
    ".github/workflows/check.yml": "on: pull_request\n",
    "docs/layout.md": "# Layout\n",
    "README.md": "# Tiny\n",
    "tests/test_model.py": "def test_it():\n    pass\n",
}

# Returns the text of a file, given the metrics of main.
Write = Callable[[Mapping[str, float]], str]
# What files become: text, bytes, a link to another, or nothing.
Changes = Mapping[str, "str | bytes | Path | Write | None"]


@dataclass(frozen=True, slots=True)
class Tiny:
    """The project's folder, in which each pull request is a branch that begins at main."""

    folder: Path
    metrics: dict[str, float]

    @classmethod
    def begin(cls, folder: Path, baseline: Write) -> Self:
        """Commit the project as main, its baseline written with its metrics."""
        git(folder, "init", "--quiet", "--initial-branch=main")
        tiny = cls(folder, {})
        tiny._write(FILES)
        command = [sys.executable, "-B", "-m", "benchmarks.metrics"]
        printed = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout
        tiny.metrics.update(json.loads(printed))
        tiny._write({"baseline.toml": baseline})
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "Begin")
        return tiny

    def pull(self, changes: Changes, subject: str = "Change it") -> None:
        """Commit changes on a branch of their own, which is checked out."""
        git(self.folder, "checkout", "--quiet", "--force", "-B", "pull", "main")
        self._write(changes)
        git(self.folder, "add", "--all", "--force")
        git(self.folder, "commit", "--quiet", "--message", subject)

    def _write(self, changes: Changes) -> None:
        for name, content in changes.items():
            path = self.folder / name
            path.unlink(missing_ok=True)
            if content is None:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                path.symlink_to(content)
            else:
                text = content(self.metrics) if callable(content) else content
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
