"""What the tests of commands do with a scratch copy of the project."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import json5

from evaluation import scratch
from evaluation.scratch import Finished, finish

# What a small project measures: a number that its commits set.
BENCHMARKS = """
def track_size():
    from bridge_model import size

    return size.SIZE


track_size.version = "1"
track_size.unit = "bytes"
"""


@dataclass(frozen=True, slots=True)
class Project(scratch.Project):
    """A scratch copy in which the project's own commands run."""

    @classmethod
    def small(cls, folder: Path) -> Self:
        """Copy the project with one benchmark, which takes no time, and nothing committed."""
        project = cls.copy(
            folder, without=lambda name: name.parts[0] in ("benchmarks", "baseline.toml")
        )
        (folder / "benchmarks").mkdir()
        (folder / "benchmarks" / "__init__.py").touch()
        (folder / "benchmarks" / "tiny.py").write_text(BENCHMARKS)
        (folder / "bridge_model" / "size.py").write_text("SIZE = 1033.25\n")
        configuration = json5.loads((folder / "asv.conf.json").read_text())
        configuration["ledger"] = {
            "exact": ["track_size$"],
            "headline": "tiny.track_size",
            "measured": configuration["ledger"]["measured"],
        }
        (folder / "asv.conf.json").write_text(json.dumps(configuration))
        return project

    def resize(self, size: int) -> str:
        """Commit a size for the benchmark to find; return the short hash."""
        with (self.folder / "bridge_model" / "size.py").open("a") as module:
            module.write(f"SIZE = {size}\n")
        return self.commit(f"Measure {size}")

    def dev(self, command: str, **variables: str) -> Finished:
        """Do what ``make COMMAND`` does in the environment that is there already."""
        return self.run("-m", "dev.commands", command, **variables)

    def bench(self, **variables: str) -> Finished:
        """Do what ``make bench`` does."""
        return self.dev("bench", **variables)


def interrupt(process: "subprocess.Popen[str]") -> Finished:
    """Do what Ctrl-C in a terminal does, and wait for the end."""
    os.killpg(process.pid, signal.SIGINT)
    return finish(process, timeout=60)


def keeping(*modules: str) -> Callable[[Path], bool]:
    """Return what leaves all benchmarks out but those of some modules, which is quick."""

    def is_left_out(name: Path) -> bool:
        is_benchmark = name.parts[0] == "benchmarks" and name.stem.endswith(("_memory", "_time"))
        return is_benchmark and name.stem not in modules

    return is_left_out
