"""What the tests of commands do with a scratch copy of the project."""

import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evaluation import scratch
from evaluation.scratch import Finished, finish


@dataclass(frozen=True, slots=True)
class Project(scratch.Project):
    """A scratch copy in which the project's own commands run."""

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
