"""Run a command of the project in its virtual environment: ``python3 dev COMMAND``.

PYTHON in the environment names the interpreter to run it on; the default is python3, and python on
Windows. This module and those it imports run on any Python from 3.8 on, so that they can tell the
user of an old one what is needed.
"""

import os
import sys
from functools import partial
from pathlib import Path
from typing import Dict, List  # noqa: UP035 - must import on any Python from 3.8

if not __package__:
    # Run as a folder: Python has put the folder itself first, however it was told to find modules.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import dev  # noqa: F401 - it puts the ledger beside it first on sys.path
from asv_ledger.sources.git import clean_environment
from asv_ledger.statuses import Status
from dev.clean import remove_all
from dev.commands import COMMANDS, HELP, Command, run_command
from dev.environment import LEDGER, ROOT, find, prepare
from dev.process import end_with, run


def main(arguments: List[str]) -> int:  # noqa: UP006
    """Run the command that is named, or show what there is; return the exit status."""
    if arguments in (["--help"], ["-h"]):
        print(HELP)
        return Status.PASSED
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        given = f"{' '.join(arguments)} is no command" if arguments else "no command is named"
        print(f"dev: {given}; allowed: {', '.join(COMMANDS)}", file=sys.stderr)
        return Status.WRONG_USE
    command = COMMANDS[arguments[0]]
    return run_command(command, partial(_start, command))


def _start(command: Command) -> int:
    """Run a command in an environment of PYTHON, which is made if there is none."""
    if command.name == "clean":
        python = find(ROOT)
        if python is None:  # and no run that could be disturbed
            remove_all(ROOT)
            return Status.PASSED
    else:
        default = "python" if sys.platform == "win32" else "python3"
        python = prepare(os.environ.get("PYTHON") or default)
    return run([str(python), "-m", "dev.commands", command.name], environment(python))


def environment(python: Path) -> Dict[str, str]:  # noqa: UP006
    """Return the environment in which a command runs with the interpreter of the project."""
    variables = clean_environment(os.environ)
    # The environment's own programs come first, for asv looks on the PATH for pythonX.Y.
    path = os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)])
    # All that is read and written is UTF-8, whatever encoding the system prefers.
    variables.update(PATH=path, PYTHONPATH=str(LEDGER), PYTHONUTF8="1")
    # Python's programs begin with the folder they are run in, the project's.
    variables.pop("PYTHONSAFEPATH", None)
    return variables


if __name__ == "__main__":
    os.chdir(ROOT)
    end_with_make = end_with(os.getppid())
    if "MAKELEVEL" in os.environ and end_with_make is not None:
        end_with_make()
    sys.exit(main(sys.argv[1:]))
