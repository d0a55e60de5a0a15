"""The table of the project's commands, and how each of them runs and ends.

This module runs on any Python from 3.8 on: ``python3 dev`` looks a command up before it has an
environment to run it in. ``python -m dev.commands NAME`` runs it in the present one.
"""

import os
import sys
from importlib import import_module
from typing import Callable, NamedTuple  # noqa: UP035 - must import on any Python from 3.8

from asv_ledger.sources.git import HistoryError
from asv_ledger.statuses import Status, describe_crash
from dev.environment import ROOT
from dev.errors import DevError


class Command(NamedTuple):
    """A command: what it does, the function that does it, and its exit status where it cannot.

    The function is written as module:name. Its module may import what only an environment has.
    """

    name: str
    does: str
    function: str
    refused: int = 1


_TABLE = (
    Command("check", "run the quick checks, as before each commit", "dev.checks:check"),
    Command("test", "run every check, the slow tests included", "dev.checks:test"),
    Command(
        "bench",
        "measure what is new or RANGE, explain it, publish",
        "dev.bench:bench",
    ),
    Command("site", "publish what is measured", "dev.bench:site"),
    # A 1 of the gate says that a metric grew.
    Command("gate", "judge HEAD against BASE", "dev.gate:gate", Status.WRONG_USE),
    Command("accept", "make the exact metrics of this folder the baseline", "dev.programs:accept"),
    Command("evaluate", "score what is found of injected commits", "dev.programs:evaluate"),
    Command("load", "hold a bridge under LOAD_EXCHANGES exchanges", "dev.programs:load"),
    Command("clean", "remove what the commands have made", "dev.clean:clean"),
)
COMMANDS = {command.name: command for command in _TABLE}

HELP = """\
usage: python3 dev COMMAND, or make COMMAND

{}

PYTHON=python3.12 names the Python that it runs on, RANGE=v0.1.. the commits that bench measures,
BASE=v0.1 what a gate compares HEAD=... with, or what is checked out. COMMENT=FILE gets the gate's
comment for a pull request; with LOOK=1 it reads nothing.""".format(
    "\n".join(f"  {command.name:<10}{command.does}" for command in _TABLE)
)


def run_command(command: Command, function: Callable[[], int]) -> int:
    """Run the function of a command; return the exit status, however the command ends."""
    try:
        return function()
    except (DevError, HistoryError) as error:
        told = str(error)
    except OSError as error:
        told = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except Exception as error:
        print(f"{command.name}: {describe_crash(error)}", file=sys.stderr)
        return Status.CRASHED
    print(f"{command.name}: {told}", file=sys.stderr)
    return command.refused


def load_function(command: Command) -> Callable[[], int]:
    """Return the function of a command."""
    module, _, name = command.function.partition(":")
    function: Callable[[], int] = getattr(import_module(module), name)
    return function


if __name__ == "__main__":
    os.chdir(ROOT)
    chosen = COMMANDS[sys.argv[1]]
    sys.exit(run_command(chosen, load_function(chosen)))
