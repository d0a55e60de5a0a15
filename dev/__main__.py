"""Run a command of the project in its virtual environment: ``python3 dev COMMAND``.

PYTHON in the environment names the interpreter to measure, python3 by default, or python where that
is its name, on Windows. This module and those it imports run on any Python from 3.8 on, to tell the
user of an old one what is needed.
"""

# ruff: noqa: E402 - where this is run as a folder, what it imports is beside it

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if not __package__:
    # Run as a folder, even of a Python that is told to look nowhere: the folder has come first.
    sys.path[:1] = [str(ROOT), str(ROOT / "asv-ledger" / "src")]

from asv_ledger.sources.git import clean_environment
from dev.clean import clean
from dev.environment import SetupError, prepare
from dev.lock import LockError
from dev.process import INTERRUPTED, end_with, run

COMMANDS = ("accept", "bench", "check", "clean", "gate", "load", "proof", "site", "test")


def main() -> int:
    """Prepare the environment and run the command named on the command line in it."""
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        print(f"usage: python3 dev {{{','.join(COMMANDS)}}}", file=sys.stderr)
        return 2
    command = sys.argv[1]
    try:
        if command == "clean":
            clean(ROOT)
            return 0
        default = "python" if sys.platform == "win32" else "python3"
        python = prepare(os.environ.get("PYTHON") or default)
        return run([str(python), "-m", f"dev.{command}"], environment(python))
    except (SetupError, LockError) as error:
        print(f"{command}: {error}", file=sys.stderr)
        return 2 if command == "gate" else 1  # a gate's 1 is a verdict
    except OSError as error:
        print(f"{command}: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2 if command == "gate" else 1
    except KeyboardInterrupt:
        return INTERRUPTED


def environment(python: Path) -> "dict[str, str]":
    """Return the environment in which a command runs with the interpreter of the project."""
    variables = clean_environment(os.environ)
    # The environment's own programs come first, for asv looks on the PATH for pythonX.Y.
    path = os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)])
    # What is read and written is UTF-8, whatever a system takes for its own encoding.
    variables.update(PATH=path, PYTHONPATH=str(ROOT / "asv-ledger" / "src"), PYTHONUTF8="1")
    # Python's programs begin with the folder they are run in, the project's.
    variables.pop("PYTHONSAFEPATH", None)
    return variables


if __name__ == "__main__":
    os.chdir(ROOT)
    end_with_make = end_with(os.getppid())
    if "MAKELEVEL" in os.environ and end_with_make is not None:
        end_with_make()
    sys.exit(main())
