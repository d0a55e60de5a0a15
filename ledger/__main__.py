"""The command line: ``python -m ledger show [RANGE]``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ledger.changes import find_changes, find_gaps
from ledger.commits import HistoryError, read_commits
from ledger.report import tell_changes, tell_commit
from ledger.series import read_series
from ledger.settings import SettingsError, read_settings

WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status, 2 where the configuration or range is wrong."""
    parser = argparse.ArgumentParser(prog="ledger", description="Which commit changed what.")
    parser.add_argument("--config", type=Path, default=Path("asv.conf.json"), metavar="FILE")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="tell every change of an exact figure")
    show.add_argument("range", nargs="?", metavar="RANGE", help="of commits, as git takes it")
    options = parser.parse_args(arguments)
    try:
        status = _show(options.config, options.range)
        sys.stdout.flush()
        return status
    except (SettingsError, HistoryError) as error:
        print(f"ledger: {error}", file=sys.stderr)
        return WRONG_USE
    except BrokenPipeError:
        # The reader has seen enough. What is not flushed yet must not be an error at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _show(configuration: Path, commit_range: str | None) -> int:
    settings = read_settings(configuration)
    commits = read_commits(settings.repository)
    wanted = commits if commit_range is None else read_commits(settings.repository, commit_range)
    measurements = read_series(settings.results, settings.exact)
    exact = [series for series in measurements.series if series.is_exact]
    changes = [
        change
        for series in exact
        for change in find_changes(series, commits)
        if change.commit in wanted
    ]
    for line in tell_changes(changes, commits):
        print(line)
    gaps = {name: lacking for name, lacking in find_gaps(exact, commits).items() if name in wanted}
    for name, lacking in gaps.items():
        print(tell_commit(commits[name]))
        print(f"    not measured: {len(lacking)} of {len(exact)} exact figures")
    measured = {name for series in exact for name in series.values if name in wanted}
    guilty = {change.commit for change in changes}
    print(f"{len(guilty)} of {len(measured)} measured commits changed an exact figure")
    for skipped in measurements.skipped:
        print(f"ledger: skipped {skipped.what}: {skipped.why}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
