"""asv, in a process that ends well: ``python -m dev.asv`` takes asv's own arguments.

Ctrl-C ends it at once and without a traceback. What it cannot read, write or build ends it with one
line. What the machine did to a commit is named and is no result. Killed, it leaves no file
half-written, and on Linux no program that it has started. No hook and no setting of a user's git
changes what it measures.

The exit status is asv's, or 3 where the machine kept a commit from being measured.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, MutableMapping
from typing import Any

from asv import runner
from asv.main import main
from asv.util import ProcessError

from asv_ledger.sources.git import clean_environment
from asv_ledger.statuses import Status
from dev.faults import without_faults
from dev.files import whole_files
from dev.process import end_with
from dev.warden import guard

_REFUSED = 1  # what asv ends with where it refuses to go on

# How git checks a commit out, and what asv reads of its answers.
_SETTINGS = {
    "clone.rejectShallow": "false",
    "color.ui": "false",
    "column.tag": "never",
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    "core.eol": "lf",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "i18n.logOutputEncoding": "UTF-8",
    "submodule.recurse": "false",
}


def prepare(environment: MutableMapping[str, str]) -> None:
    """Keep git, and what asv runs, to this repository, whatever a user has set."""
    for name in environment.keys() - clean_environment(environment).keys():
        del environment[name]
    count = environment.get("GIT_CONFIG_COUNT", "")
    first = int(count) if count.isdecimal() else 0
    for place, (name, value) in enumerate(_SETTINGS.items(), first):
        environment[f"GIT_CONFIG_KEY_{place}"] = name
        environment[f"GIT_CONFIG_VALUE_{place}"] = value
    environment["GIT_CONFIG_COUNT"] = str(first + len(_SETTINGS))
    environment.pop("PYTHONSAFEPATH", None)  # asv's programs begin with the folder that they are in


def resolve_links() -> None:
    """Have asv name its own script as Python names it: with no link, such as .venv, in the path.

    Where the names differ, asv leaves its own folder on sys.path: its benchmarks.py then hides the
    project's benchmarks.
    """
    runner.BENCHMARK_RUN_SCRIPT = os.path.realpath(runner.BENCHMARK_RUN_SCRIPT)


class _Program(subprocess.Popen[Any]):
    """A Popen that lets an interrupt wait until the program has started.

    asv forks often, and Python drops an exception that is raised while it forks. The program itself
    can be interrupted, and ends when asv ends: asv puts some programs into a process group of their
    own, which no signal to asv's group reaches.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        steps = (options.get("preexec_fn"), end_with(os.getpid()))
        options["preexec_fn"] = _prepare_program(before, *filter(None, steps))
        try:
            super().__init__(*arguments, **options)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare_program(mask: set[Any], *steps: Callable[[], None]) -> Callable[[], None]:
    def prepare_program() -> None:
        for step in steps:
            step()
        # An interrupt that has waited must end the program here, not raise in the midst of it.
        if callable(signal.getsignal(signal.SIGINT)):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    return prepare_program


def _tell(error: OSError | ProcessError) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return str(error).partition("\n")[0]


def run() -> int:
    """Run asv; return the exit status."""
    try:
        with whole_files(), without_faults() as faults:
            try:
                main()
            except SystemExit as ended:
                status = ended.code if isinstance(ended.code, int) else _REFUSED
            for fault in faults:
                print(f"asv: {fault}", file=sys.stderr)
            return Status.NOT_MEASURED if faults and status != _REFUSED else status
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except (OSError, ProcessError) as error:
        print(f"asv: {_tell(error)}", file=sys.stderr)
    return _REFUSED


if __name__ == "__main__":
    prepare(os.environ)
    guard(os.environ)
    resolve_links()
    if hasattr(signal, "pthread_sigmask"):
        subprocess.Popen = _Program  # type: ignore[misc]
    sys.exit(run())
