"""``make bench`` and ``make site``: measure commits, explain changes, publish, say the cost.

RANGE in the environment names the commits to measure, in any way that ``asv run`` takes. Without
it, these are the commits that touch what is measured since the newest one that is measured on this
machine with this Python, or the newest alone where there is none.
"""

import os
import sys
from pathlib import Path

from asv.config import Config
from asv.environment import get_environments
from asv.machine import Machine
from asv.util import UserError

from asv_ledger.statuses import Status
from dev.checkout import (
    check_repository,
    check_writable,
    is_changed,
    is_shallow,
    read_configuration,
)
from dev.environment import ROOT
from dev.errors import DevError
from dev.files import whole_files
from dev.lock import alone
from dev.machine import register
from dev.pending import Series, choose, find_pending
from dev.process import run
from dev.results import quarantine_broken
from dev.scratch import temporary_folder
from dev.summary import print_cost, print_measured

_NAMED_RANGES = ("ALL", "EXISTING", "NEW", "TAGS")  # asv's own, besides HASHFILE:
_FAILED = 2  # what asv run returns where a build or a benchmark failed


def bench() -> int:
    """Measure, explain, publish and say what a session costs; return the exit status.

    0 where all is measured, 2 where a commit did not build or a benchmark failed, 3 where the
    machine kept a commit from being measured. The commits are named.
    Raises DevError where nothing can be measured.
    """
    try:
        with alone(ROOT):
            return _bench(os.environ.get("RANGE", ""))
    except KeyboardInterrupt:
        print("bench: interrupted; the same command measures what is missing", file=sys.stderr)
        raise


def site() -> int:
    """Publish what is measured and explained; return the exit status. Raises DevError."""
    with alone(ROOT):
        quarantine()
        publish()
    return Status.PASSED


def _bench(commit_range: str) -> int:
    machine = check_machine()
    check_writable(Path("html"))
    settings = read_configuration()
    if is_shallow():
        print("This clone is shallow: older commits are on no page; git fetch --unshallow")
    series = Series(machine, name_environment())
    before = {result.commit_hash: result.started_at for result in series.results()}
    status = measure(machine, commit_range or find_pending(series, settings.measured))
    explain()
    publish()
    after = series.results()
    new = [result for result in after if result.started_at != before.get(result.commit_hash)]
    print_measured(status, new)
    print_cost(settings.headline, after)
    if is_changed(settings.measured):
        paths = " and ".join(settings.measured)
        print(f"Commits are measured: what is not committed of {paths} is in no metric")
    return status


def check_machine() -> str:
    """Return asv's name of this machine. Raises DevError where its results cannot be kept."""
    check_repository()
    check_writable(Path("results"))
    try:
        machine = register()
    except (OSError, UserError) as error:
        raise DevError(f"cannot register this machine with asv: {_reason(error)}") from None
    check_writable(Path("results", machine))
    with whole_files():
        Machine.load(machine_name=machine).save("results")
    quarantine()
    return machine


def quarantine() -> None:
    """Quarantine what asv cannot read of the results, and name it. Raises DevError."""
    try:
        for line in quarantine_broken(Path("results")):
            print(line, file=sys.stderr)
    except OSError as error:
        told = f"cannot read {error.filename}: {error.strerror}"
        raise DevError(f"{told}; make it readable") from None


def name_environment() -> str:
    """Return asv's name of the environment that measures the Python running this."""
    try:
        environments = list(get_environments(Config.load(), None))
    except (OSError, UserError, ValueError) as error:
        raise DevError(
            f"asv.conf.json or pyproject.toml cannot be read: {_reason(error)}"
        ) from None
    if not environments:
        raise DevError("asv finds no Python to measure; asv.conf.json says which it looks for")
    name: str = environments[0].name
    return name


def measure(machine: str, chosen: str | list[str]) -> int:
    """Let asv measure a range, or the commits listed; return its exit status, 0, 2 or 3.

    Raises DevError where asv measured nothing.
    """
    if not chosen:
        return Status.PASSED
    if isinstance(chosen, str) and not _is_named(chosen):
        chosen = choose(chosen)
    if isinstance(chosen, str):
        selection, hashes = chosen, ""
    else:
        selection, hashes = "HASHFILE:-", "\n".join(chosen)
    command = ["run", selection, "--skip-existing", "--machine", machine]
    if not hasattr(os, "fork"):
        command += ["--launch-method", "spawn"]
    status = run_module("dev.asv", *command, stdin=hashes)
    if status not in (0, _FAILED, Status.NOT_MEASURED):
        raise DevError(f"asv run ended with status {status}; what it measured before is kept")
    return status


def explain() -> None:
    """Have the ledger read the allocation sites of each change; it names what it cannot read."""
    run_module("asv_ledger", "explain")


def publish() -> None:
    """Let asv write html/. Raises DevError where it cannot."""
    check_writable(Path("html"))
    status = run_module("dev.asv", "publish", "--no-pull")
    if status != 0:
        raise DevError(f"asv publish ended with status {status}; the results are kept")


def run_module(module: str, *arguments: str, stdin: str = "") -> int:
    """Run a module, and remove its temporary files; return its exit status."""
    try:
        with temporary_folder(ROOT) as folder:
            variables = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
            command = [sys.executable, "-m", module, *arguments]
            return run(command, {**os.environ, **variables}, stdin)
    except OSError as error:
        raise DevError(f"cannot write to {error.filename}: {error.strerror}") from None


def _is_named(commit_range: str) -> bool:
    """Return whether a range is one that asv itself has a name for."""
    return commit_range in _NAMED_RANGES or commit_range.startswith("HASHFILE:")


def _reason(error: Exception) -> str:
    """Return the first line of what an error says."""
    return next(iter(str(error).splitlines()), type(error).__name__)
