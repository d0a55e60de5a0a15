"""``make gate BASE=v0.1``: judge HEAD=..., or the commit checked out, against another.

The ledger of the base judges, where it can read commits: no change of the ledger judges itself.
COMMENT in the environment names a file that gets the comment for a pull request. With LOOK nothing
is read or run: the gate only says what is changed of the measuring. The exit status is that of
``asv-ledger gate``.
"""

import os
import sys
from pathlib import Path

from asv_ledger.collect.readings import scratch_folder
from asv_ledger.sources.git import HistoryError, clean_environment, run_git
from asv_ledger.sources.trees import write_tree
from asv_ledger.statuses import Status
from dev.checkout import (
    CONFIGURATION,
    check_repository,
    is_changed,
    is_shallow,
    read_configuration,
)
from dev.environment import ROOT
from dev.errors import DevError
from dev.process import run

_SOURCES = Path("asv-ledger", "src")


def gate() -> int:
    """Judge a commit against another; return the exit status. Raises DevError for wrong use."""
    base, head = os.environ.get("BASE", ""), os.environ.get("HEAD") or "HEAD"
    status = _judge(base, head)
    if "MAKELEVEL" in os.environ and status not in (Status.PASSED, Status.WRONG_USE):
        named = "" if head == "HEAD" else f"HEAD={head} "
        print(
            f"gate: the status is {status}, but make itself exits with 2; "
            f"BASE={base} {named}python3 dev gate exits with it",
            file=sys.stderr,
        )
    return status


def _judge(base: str, head: str) -> int:
    if not base:
        raise DevError("BASE names no commit; name one: make gate BASE=HEAD~1")
    check_repository()
    commits = _find(base), _find(head)
    if commits[0] == commits[1]:
        told = "is the commit checked out" if head == "HEAD" else f"and HEAD={head} are one commit"
        raise DevError(f"BASE={base} {told}; name another")
    measured = read_configuration().measured
    if head == "HEAD" and is_changed(measured):
        told = f"what is not committed of {' and '.join(measured)} is not judged"
        print(f"gate: commits are judged: {told}", file=sys.stderr)
    arguments = ["--config", CONFIGURATION, "--repository", str(ROOT), "gate", *commits]
    if os.environ.get("COMMENT"):
        arguments += ["--comment", str(Path(os.environ["COMMENT"]).absolute())]
    if os.environ.get("LOOK"):
        arguments += ["--look"]
    with scratch_folder(ROOT) as scratch:
        write_tree(ROOT, commits[0], scratch)
        if (scratch / _SOURCES / "asv_ledger").is_dir():
            return _run_ledger(arguments, scratch)
    print(f"gate: the ledger of {base} reads no commits: the one here judges", file=sys.stderr)
    return _run_ledger(arguments, ROOT)


def _run_ledger(arguments: list[str], folder: Path) -> int:
    """Run the ledger that lies in a folder, there; return its exit status."""
    environment = clean_environment(os.environ)
    environment.pop("PYTHONSAFEPATH", None)
    environment["PYTHONPATH"] = str(folder / _SOURCES)
    os.chdir(folder)
    try:
        return run([sys.executable, "-m", "asv_ledger", *arguments], environment)
    finally:
        os.chdir(ROOT)  # not every system removes a folder that a process is in


def _find(revision: str) -> str:
    name = f"{revision}^{{commit}}"
    try:
        found = run_git(Path(), "rev-parse", "--verify", "--end-of-options", name)
    except HistoryError:
        advice = "git fetch --unshallow" if is_shallow() else "git rev-parse must know it"
        raise DevError(f"{revision} names no commit; {advice}") from None
    return found.decode().strip()
