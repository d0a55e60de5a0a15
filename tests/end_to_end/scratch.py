"""What the tests of commands do with a scratch copy of the project."""

import os
import signal
import subprocess
from dataclasses import dataclass

from proof import scratch
from proof.scratch import Finished, finish


@dataclass(frozen=True, slots=True)
class Project(scratch.Project):
    """A scratch copy in which the project's own commands run."""

    def bench(self, **variables: str) -> Finished:
        """Do what ``make bench`` does in the environment that is there already."""
        return self.run("-m", "dev.commands", "bench", **variables)


def interrupt(process: "subprocess.Popen[str]") -> Finished:
    """Do what Ctrl-C in a terminal does, and wait for the end."""
    os.killpg(process.pid, signal.SIGINT)
    return finish(process, timeout=60)
