"""The command line: ``python -m ledger show [RANGE]`` and ``gate BASE [HEAD]``."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ledger.changes import find_changes, find_creeps, find_gaps
from ledger.commits import HistoryError, find_commit, find_last_tag, read_commits, read_tags
from ledger.gate import compare
from ledger.report import (
    tell_changes,
    tell_commit,
    tell_comparison,
    tell_creep,
    tell_json,
    tell_markdown,
)
from ledger.series import Measurements, read_series
from ledger.settings import SettingsError, read_settings

WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status, 2 where the configuration or range is wrong."""
    parser = argparse.ArgumentParser(prog="ledger", description="Which commit changed what.")
    parser.add_argument("--config", type=Path, default=Path("asv.conf.json"), metavar="FILE")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="tell every change of an exact figure")
    show.add_argument("range", nargs="?", metavar="RANGE", help="of commits, as git takes it")
    gate = commands.add_parser("gate", help="judge whether an exact figure grew")
    gate.add_argument("base", metavar="BASE", help="the commit to compare with")
    gate.add_argument("head", nargs="?", default="HEAD", metavar="HEAD", help="the commit judged")
    form = gate.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="a comment for a pull request")
    form.add_argument("--json", action="store_true", help="all of it, for a program")
    options = parser.parse_args(arguments)
    try:
        status, lines = _show(options) if options.command == "show" else _gate(options)
    except (SettingsError, HistoryError) as error:
        print(f"ledger: {error}", file=sys.stderr)
        return WRONG_USE
    try:
        print(*lines, sep="\n", flush=True)
    except BrokenPipeError:
        # The reader has seen enough. What is not flushed yet must not be an error at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _show(options: argparse.Namespace) -> tuple[int, list[str]]:
    settings = read_settings(options.config)
    commits = read_commits(settings.repository)
    wanted = commits
    if options.range is not None:
        wanted = read_commits(settings.repository, options.range)
    measurements = read_series(settings.results, settings.exact)
    exact = [series for series in measurements.series if series.is_exact]
    changes = [
        change
        for series in exact
        for change in find_changes(series, commits)
        if change.commit in wanted
    ]
    lines = list(tell_changes(changes, commits))
    gaps = {name: lacking for name, lacking in find_gaps(exact, commits).items() if name in wanted}
    for name, lacking in gaps.items():
        lines.append(tell_commit(commits[name]))
        lines.append(f"    not measured: {len(lacking)} of {len(exact)} exact figures")
    if options.range is None and commits:
        since, start = find_last_tag(read_tags(settings.repository), commits)
        lines.extend(tell_creep(find_creeps(exact, commits, start), commits, since))
    measured = {name for series in exact for name in series.values if name in wanted}
    guilty = {change.commit for change in changes}
    lines.append(f"{len(guilty)} of {len(measured)} measured commits changed an exact figure")
    _name_skipped(measurements)
    return 0, lines


def _gate(options: argparse.Namespace) -> tuple[int, list[str]]:
    settings = read_settings(options.config)
    base, head = (find_commit(settings.repository, name) for name in (options.base, options.head))
    if base == head:
        raise HistoryError(f"{options.base} and {options.head} are one commit; name two")
    measurements = read_series(settings.results, settings.exact)
    comparison = compare(measurements.series, base, head)
    commits = read_commits(settings.repository, base) | read_commits(settings.repository, head)
    sides = commits[base], commits[head]
    if options.json:
        lines = [json.dumps(tell_json(comparison, *sides), indent=2)]
    else:
        tell = tell_markdown if options.markdown else tell_comparison
        lines = list(tell(comparison, *sides))
    _name_skipped(measurements)
    return comparison.verdict, lines


def _name_skipped(measurements: Measurements) -> None:
    for skipped in measurements.skipped:
        print(f"ledger: skipped {skipped.what}: {skipped.why}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
