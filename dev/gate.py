"""Judge the commit checked out against another: ``make gate BASE=v0.1``, or HEAD=... against it.

It is the base's own ledger that judges, where it has one that reads commits, so that no change of
the ledger judges itself. COMMENT in the environment names a file that gets the comment for a pull
request; with LOOK nothing is read or run, and only told what is changed of the measuring. The exit
status is that of ``python -m asv_ledger gate``: 0 where nothing grew beyond the
baseline, 1 where an exact metric did, 2 for wrong use, 3 where something was not measured, 4 where
something failed at the head; and 70 where the ledger or this command itself fails.
"""

import os
import subprocess
import sys
from pathlib import Path

from asv_ledger.collect.readings import scratch_folder
from asv_ledger.sources.git import HistoryError, clean_environment
from asv_ledger.sources.trees import write_tree
from dev.bench import MEASURED_PATHS, BenchError, check_repository, git, is_changed, is_shallow
from dev.environment import ROOT
from dev.process import INTERRUPTED, run

CRASHED = 70  # as the ledger's: a gate's 1 is a verdict
WRONG_USE = 2

_CONFIGURATION = "asv.conf.json"
_LEDGER = (sys.executable, "-m", "asv_ledger")
_SOURCES = Path("asv-ledger", "src")
_PATHS = " and ".join(MEASURED_PATHS)


def main() -> int:
    """Judge; return the exit status."""
    os.chdir(ROOT)
    base, head = os.environ.get("BASE", ""), os.environ.get("HEAD") or "HEAD"
    try:
        status = gate(
            base, head, os.environ.get("COMMENT", ""), is_look=bool(os.environ.get("LOOK"))
        )
    except (BenchError, HistoryError) as error:
        print(f"gate: {error}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        told = f"{type(error).__name__}: {error}".splitlines()[0]
        print(f"gate: internal error: {told}; please report it", file=sys.stderr)
        return CRASHED
    if "MAKELEVEL" in os.environ and status not in (0, WRONG_USE):
        named = "" if head == "HEAD" else f"HEAD={head} "
        print(
            f"gate: the status is {status}, but make itself exits with 2; "
            f"BASE={base} {named}python3 dev gate exits with it",
            file=sys.stderr,
        )
    return status


def gate(base: str, head: str, comment: str = "", *, is_look: bool = False) -> int:
    """Judge a commit against another; return the exit status. Raises BenchError for wrong use."""
    if not base:
        raise BenchError("BASE names no commit; name one: make gate BASE=HEAD~1")
    check_repository()
    commits = _find(base), _find(head)
    if commits[0] == commits[1]:
        told = "is the commit checked out" if head == "HEAD" else f"and HEAD={head} are one commit"
        raise BenchError(f"BASE={base} {told}; name another")
    if head == "HEAD" and is_changed():
        told = f"what is not committed of {_PATHS} is not judged"
        print(f"gate: commits are judged: {told}", file=sys.stderr)
    arguments = ["--config", _CONFIGURATION, "--repository", str(ROOT), "gate", *commits]
    if comment:
        arguments += ["--comment", str(Path(comment).absolute())]
    if is_look:
        arguments += ["--look"]
    with scratch_folder(ROOT) as scratch:
        write_tree(ROOT, commits[0], scratch)
        if _reads_commits(scratch):
            return _run_ledger(arguments, scratch)
    print(f"gate: the ledger of {base} reads no commits: the one here judges", file=sys.stderr)
    return _run_ledger(arguments, ROOT)


def _reads_commits(folder: Path) -> bool:
    """Return whether the ledger in a folder is one that reads the commits it judges."""
    if not Path(folder, _SOURCES, "asv_ledger").is_dir():
        return False  # another one is installed, which would answer
    process = subprocess.run(
        [*_LEDGER, "--help"],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return process.returncode == 0 and "--repository" in process.stdout


def _run_ledger(arguments: list[str], folder: Path) -> int:
    os.chdir(folder)
    try:
        return run([*_LEDGER, *arguments], _environment(folder))
    finally:
        os.chdir(ROOT)  # not every system removes a folder that a process is in


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which Python imports the ledger of a folder."""
    environment = clean_environment(os.environ)
    environment.pop("PYTHONSAFEPATH", None)
    environment["PYTHONPATH"] = str(folder / _SOURCES)
    return environment


def _find(revision: str) -> str:
    commit = git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        advice = "git fetch --unshallow" if is_shallow() else "git rev-parse must know it"
        raise BenchError(f"{revision} names no commit; {advice}")
    return commit


if __name__ == "__main__":
    sys.exit(main())
