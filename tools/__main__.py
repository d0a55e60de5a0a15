"""Run a command of the project in its virtual environment: ``python3 -m tools COMMAND``.

PYTHON in the environment names the interpreter to measure, python3 by default, or python where that
is its name, on Windows. This module and those it imports run on any Python from 3.8 on, to tell the
user of an old one what is needed.
"""

import os
import sys

from tools.environment import SetupError, prepare
from tools.process import INTERRUPTED, run

COMMANDS = ("accept", "bench", "gate", "load", "proof", "site", "test")


def main() -> int:
    """Prepare the environment and run the command named on the command line in it."""
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        print(f"usage: python3 -m tools {{{','.join(COMMANDS)}}}", file=sys.stderr)
        return 2
    command = sys.argv[1]
    try:
        default = "python" if sys.platform == "win32" else "python3"
        python = prepare(os.environ.get("PYTHON") or default)
        # The environment's own programs come first, for asv looks on the PATH for pythonX.Y.
        path = os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)])
        # What is read and written is UTF-8, whatever a system takes for its own encoding.
        variables = {**os.environ, "PATH": path, "PYTHONUTF8": "1"}
        return run([str(python), "-m", f"tools.{command}"], variables)
    except SetupError as error:
        print(f"{command}: {error}", file=sys.stderr)
        return 2 if command == "gate" else 1  # a gate's 1 is a verdict
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
