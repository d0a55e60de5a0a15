"""Which commits ``make bench`` measures: those of a range, or those that are not measured yet."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from asv.results import Results, get_filename, iter_results_for_machine

from asv_ledger.sources.git import HistoryError
from dev.checkout import list_commits
from dev.errors import DevError
from dev.faults import is_unmeasured
from dev.results import is_quarantined

# The options of git rev-list that choose commits or their order. Others print what is no commit,
# and one writes a file.
_CHOOSING = re.compile(
    "-[0-9]+|-n[0-9]*|-[EFPi]|--(no-)?(merges|walk(=sorted|=unsorted)?)|--not|--all|--reverse"
    "|--(branches|tags|remotes|glob|exclude|since|after|until|before)(=.*)?"
    "|--(author|committer|grep|max-count|skip)(=.*)?|--invert-grep|--all-match"
    "|--no-(min|max)-parents|--(min|max)-parents=[0-9]+|--first-parent|--ancestry-path"
    "|--(topo|date|author-date)-order|--simplify-by-decoration|--full-history"
)


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

    def is_lost(self, commit: str) -> bool:
        """Return whether a commit has to be measured again.

        Its results could not be read and are quarantined, or the machine kept it from being
        measured.
        """
        name = get_filename(self.machine, commit, self.environment)
        return is_quarantined(Path("results", name)) or is_unmeasured(name)


def find_pending(series: Series, measured: Sequence[str]) -> list[str]:
    """Return the commits to measure: those that are lost, then the new ones, oldest first.

    New are those since the newest result that touch the paths of what is measured, or the newest
    of these alone where there is no result. So an interrupted run goes on where it ended.
    """
    lost = [commit for commit in list_commits("HEAD") if series.is_lost(commit)]
    candidates = list_commits("HEAD", "--", *measured)
    known = {result.commit_hash for result in series.results()}.union(lost)
    if known.isdisjoint(candidates):
        return lost + candidates[:1]
    missing = lost + list(takewhile(lambda commit: commit not in known, candidates))[::-1]
    if not missing and not Path("results/benchmarks.json").exists():
        # asv lists the benchmarks anew in every run, also in one that measures nothing new.
        return candidates[:1]
    return missing


def choose(commit_range: str) -> list[str]:
    """Return the commits of a range, as git rev-list takes it, newest first. Raises DevError."""
    try:
        arguments = shlex.split(commit_range)
    except ValueError:
        arguments = [commit_range]
    for argument in takewhile(lambda argument: argument != "--", arguments):
        if argument.startswith("-") and not _CHOOSING.fullmatch(argument):
            raise DevError(
                f"RANGE={commit_range} has the option {argument}; allowed: those of git rev-list "
                "that choose commits, such as --no-walk, --merges and --since=2026-01-01"
            )
    try:
        chosen = list_commits(*arguments, *([] if "--" in arguments else ["--"]))
    except HistoryError:
        chosen = []
    if not chosen:
        raise DevError(f"RANGE={commit_range} names no commit; git rev-list must name one or more")
    return chosen
