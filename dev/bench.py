"""Measure the commits not measured yet, publish, and say what a session costs: ``make bench``.

RANGE in the environment names the commits to measure, in any way ``asv run`` takes. Without it,
these are the commits that touch what is measured since the newest one measured on this machine
with this Python, or the newest alone where there is none.
"""

import math
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from asv.config import Config
from asv.environment import get_environments
from asv.machine import Machine
from asv.results import Results, get_filename, iter_results_for_machine
from asv.util import UserError

from asv_ledger.sources.commits import read_commit
from asv_ledger.sources.git import GitMissingError, HistoryError, run_git
from asv_ledger.text import clean
from dev.environment import ROOT
from dev.faults import NOT_MEASURED, is_unmeasured
from dev.files import whole_files
from dev.lock import LockError, alone
from dev.machine import register
from dev.process import INTERRUPTED, run
from dev.results import is_set_aside, set_aside_broken
from dev.scratch import temporary_folder

MEASURED_PATHS = ("bridge_model", "pyproject.toml")
HEADLINE = "session_memory.OneMoreSession.track_marginal"

_PATHS = " and ".join(MEASURED_PATHS)
_ASV = (sys.executable, "-m", "dev.asv")
_NAMED_RANGES = ("ALL", "EXISTING", "NEW", "TAGS")  # asv's own, besides HASHFILE:
_FAILED = 2  # what asv run returns where a build or a benchmark failed

# The options of git rev-list that choose commits or their order. Others print what is no commit,
# and one writes a file.
_CHOOSING = re.compile(
    "-[0-9]+|-n[0-9]*|-[EFPi]|--(no-)?(merges|walk(=sorted|=unsorted)?)|--not|--all|--reverse"
    "|--(branches|tags|remotes|glob|exclude|since|after|until|before)(=.*)?"
    "|--(author|committer|grep|max-count|skip)(=.*)?|--invert-grep|--all-match"
    "|--no-(min|max)-parents|--(min|max)-parents=[0-9]+|--first-parent|--ancestry-path"
    "|--(topo|date|author-date)-order|--simplify-by-decoration|--full-history"
)


class BenchError(Exception):
    """Nothing can be measured; the message is one line and says what to do."""


@dataclass(frozen=True, slots=True)
class Series:
    """The results of one machine and one environment, in which commits are compared."""

    machine: str
    environment: str

    def results(self) -> list[Results]:
        """Return the results measured so far."""
        return [
            result
            for result in iter_results_for_machine("results", self.machine)
            if result.env_name == self.environment
        ]

    def lost(self, commit: str) -> bool:
        """Return whether a commit has to be measured again.

        Its results could not be read and were set aside, or the environment kept it from being
        measured.
        """
        name = get_filename(self.machine, commit, self.environment)
        return is_set_aside(Path("results", name)) or is_unmeasured(name)


def main() -> int:
    """Measure, publish and report; return the exit status."""
    os.chdir(ROOT)
    try:
        with alone(ROOT):
            return bench(os.environ.get("RANGE", ""))
    except (BenchError, LockError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted; the same command measures what is missing", file=sys.stderr)
        return INTERRUPTED


def bench(commit_range: str) -> int:
    """Measure a range of commits, or those not measured yet; return the exit status.

    0 where all is measured, 2 where a commit did not build or a benchmark failed, 3 where the
    environment kept a commit from being measured: these are named.
    Raises BenchError where nothing can be measured.
    """
    machine = check_machine()
    check_writable(Path("html"))
    if is_shallow():
        print("This clone is shallow: older commits are on no page; git fetch --unshallow")
    series = Series(machine, environment_name())
    before = {result.commit_hash: result.started_at for result in series.results()}
    status = measure(machine, commit_range or pending(series))
    publish()
    after = series.results()
    report(
        status, [result for result in after if result.started_at != before.get(result.commit_hash)]
    )
    print_cost(after)
    if is_changed():
        print(f"Commits are measured: what is not committed of {_PATHS} is in no figure")
    return status


def check_machine() -> str:
    """Return asv's name of this machine. Raises BenchError where its results cannot be kept."""
    check_repository()
    check_writable(Path("results"))
    try:
        machine = register()
    except (OSError, UserError) as error:
        raise BenchError(f"cannot register this machine with asv: {_reason(error)}") from None
    check_writable(Path("results", machine))
    try:
        with whole_files():
            Machine.load(machine_name=machine).save("results")
    except OSError as error:
        raise BenchError(f"{error.filename}: {error.strerror}") from None
    set_aside()
    return machine


def set_aside() -> None:
    """Set aside what asv cannot read of the results, and name it."""
    try:
        for line in set_aside_broken(Path("results")):
            print(line, file=sys.stderr)
    except OSError as error:
        raise BenchError(
            f"cannot read {error.filename}: {error.strerror}; make it readable"
        ) from None


def check_repository() -> None:
    """Raise BenchError unless the project is a git repository with a commit."""
    try:
        run_git(Path(), "rev-parse", "--git-dir")
    except GitMissingError:
        raise BenchError("git is not installed; install it") from None
    except HistoryError as error:
        if Path(".git").exists():
            raise BenchError(f"git cannot read {ROOT}: {_told(error)}") from None
    if not Path(".git").exists():
        raise BenchError(f"{ROOT} is not a git repository; get the project with git clone")
    if git("rev-parse", "--verify", "HEAD") is None:
        raise BenchError(f"{ROOT} has no commit yet; commit, then measure")


def is_changed() -> bool:
    """Return whether the working tree differs from HEAD in what is measured."""
    settings = ("-c", "core.fsmonitor=false", "-c", "color.status=false", "--no-optional-locks")
    options = ("--porcelain=v1", "--untracked-files=normal", "--ignore-submodules=none")
    return bool(git(*settings, "status", *options, "--", *MEASURED_PATHS))


def is_shallow() -> bool:
    """Return whether the clone ends before the history does."""
    return git("rev-parse", "--is-shallow-repository") == "true"


def check_writable(folder: Path) -> None:
    """Raise BenchError unless files can be made in a folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise BenchError(f"cannot write to {folder}: {error.strerror}; make it writable") from None


def environment_name() -> str:
    """Return asv's name of the environment that measures the Python running this."""
    try:
        environments = list(get_environments(Config.load(), None))
    except (OSError, UserError, ValueError) as error:
        raise BenchError(
            f"asv.conf.json or pyproject.toml cannot be read: {_reason(error)}"
        ) from None
    if not environments:
        raise BenchError("asv finds no Python to measure; asv.conf.json says which it looks for")
    name: str = environments[0].name
    return name


def pending(series: Series) -> list[str]:
    """Return the commits to measure: those whose results are lost, then the new, oldest first.

    So an interrupted run goes on where it ended.
    """
    lost = [commit for commit in commits(["HEAD"]) if series.lost(commit)]
    candidates = commits(["HEAD", "--", *MEASURED_PATHS])
    measured = {result.commit_hash for result in series.results()}.union(lost)
    if measured.isdisjoint(candidates):
        return lost + candidates[:1]
    missing = lost + list(takewhile(lambda commit: commit not in measured, candidates))[::-1]
    if not missing and not Path("results/benchmarks.json").exists():
        # asv lists the benchmarks anew wherever it runs, be it for what is measured.
        return candidates[:1]
    return missing


def commits(arguments: list[str]) -> list[str]:
    """Return the commits that git rev-list names along the first parents, newest first."""
    return (git("rev-list", "--first-parent", *arguments) or "").split()


def measure(machine: str, chosen: str | list[str]) -> int:
    """Let asv measure a range, or the commits listed; return its exit status, 0, 2 or 3.

    Raises BenchError where asv measured nothing.
    """
    if not chosen:
        return 0
    if isinstance(chosen, str) and not _is_named(chosen):
        chosen = choose(chosen)
    if isinstance(chosen, str):
        selection, hashes = chosen, ""
    else:
        selection, hashes = "HASHFILE:-", "\n".join(chosen)
    command = ["run", selection, "--skip-existing", "--machine", machine]
    if not hasattr(os, "fork"):
        command += ["--launch-method", "spawn"]
    status = run_asv(command, stdin=hashes)
    if status not in (0, _FAILED, NOT_MEASURED):
        raise BenchError(f"asv run ended with status {status}; what it measured before is kept")
    return status


def _is_named(commit_range: str) -> bool:
    """Return whether a range is one that asv itself has a name for."""
    return commit_range in _NAMED_RANGES or commit_range.startswith("HASHFILE:")


def choose(commit_range: str) -> list[str]:
    """Return the commits of a range, as git rev-list takes it, newest first. Raises BenchError."""
    try:
        arguments = shlex.split(commit_range)
    except ValueError:
        arguments = [commit_range]
    for argument in takewhile(lambda argument: argument != "--", arguments):
        if argument.startswith("-") and not _CHOOSING.fullmatch(argument):
            raise BenchError(
                f"RANGE={commit_range} has the option {argument}; allowed: those of git rev-list "
                "that choose commits, such as --no-walk, --merges and --since=2026-01-01"
            )
    chosen = commits(arguments if "--" in arguments else [*arguments, "--"])
    if not chosen:
        raise BenchError(
            f"RANGE={commit_range} names no commit; git rev-list must name one or more"
        )
    return chosen


def run_asv(arguments: list[str], stdin: str = "") -> int:
    """Let asv work, with temporary files that do not stay; return its exit status."""
    try:
        with temporary_folder(ROOT) as folder:
            variables = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
            return run([*_ASV, *arguments], {**os.environ, **variables}, stdin)
    except OSError as error:
        raise BenchError(f"cannot write to {error.filename}: {error.strerror}") from None


def publish() -> None:
    """Let asv write html/. Raises BenchError where it cannot."""
    check_writable(Path("html"))
    status = run_asv(["publish", "--no-pull"])
    if status != 0:
        raise BenchError(f"asv publish ended with status {status}; the results are kept")


def report(status: int, results: list[Results]) -> None:
    """Print which commits were measured, newest first, and which did not build or failed."""
    python = f"CPython {sys.version_info.major}.{sys.version_info.minor}"
    if not results:
        nothing = (
            "Nothing was measured" if status == NOT_MEASURED else "Nothing was left to measure"
        )
        print(f"{nothing} on {python}")
        return
    print(f"Measured on {python}: {len(results)} commit{'s' if len(results) > 1 else ''}")
    age = {commit: position for position, commit in enumerate(commits(["HEAD"]))}
    for result in sorted(results, key=lambda result: age.get(result.commit_hash, len(age))):
        print(f"  {describe(result.commit_hash)}{_shortcoming(result)}")


def print_cost(results: list[Results]) -> None:
    """Print what a session costs at the newest commit measured, and where the pages are."""
    by_commit = {result.commit_hash: result for result in results}
    for commit in commits(["HEAD"]):
        cost = _cost(by_commit.get(commit))
        if cost is not None:
            print(f"One more session of 20 messages costs {cost:,.1f} bytes at {describe(commit)}")
            break
    print("The pages are in html/: open html/memory.html in a browser")


def describe(commit: str) -> str:
    """Return the short hash of a commit and its subject."""
    try:
        return f"{commit[:8]} {clean(read_commit(Path(), commit).subject)}"
    except HistoryError:
        return commit[:8]


def git(*arguments: str) -> str | None:
    """Return what a git command prints, or None where it fails. Raises BenchError without git."""
    try:
        return run_git(Path(), *arguments).decode("utf-8", "replace").strip()
    except GitMissingError:
        raise BenchError("git is not installed; install it") from None
    except HistoryError:
        return None


def _told(error: HistoryError) -> str:
    """Return what git said, without the folder that it was said of."""
    return str(error).removeprefix(f"{Path()}: ")


def _reason(error: Exception) -> str:
    """Return the first line of what an error says."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def _shortcoming(result: Results) -> str:
    failed = [name for name, values in _values(result) if None in values]
    if not failed:
        return ""
    if all(set(values) == {None} for _, values in _values(result)):
        return " - does not build: skipped"
    return f" - failed: {', '.join(failed)}"


def _values(result: Results) -> Iterator[tuple[str, list[float | None]]]:
    for name in sorted(result.get_all_result_keys()):
        yield name, result.get_result_value(name, result.get_result_params(name))


def _cost(result: Results | None) -> float | None:
    """Return the headline figure in bytes, for english texts, or None where it was not measured."""
    values = {} if result is None else dict(_values(result))
    cost = values.get(HEADLINE, [None])[0]
    return None if cost is None or math.isnan(cost) else cost


if __name__ == "__main__":
    sys.exit(main())
