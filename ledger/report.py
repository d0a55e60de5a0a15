"""Report: changes told to people."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from ledger.changes import Change
from ledger.commits import Commit
from ledger.series import Series

_HASH_LENGTH = 8
_FLEET = 10_000  # sessions
_GIGABYTE = 1e9


def tell_changes(changes: Iterable[Change], commits: Mapping[str, Commit]) -> Iterator[str]:
    """Iterate over lines that tell the changes, by commit, the newest first."""
    places = {name: place for place, name in enumerate(commits)}
    ordered = sorted(changes, key=lambda change: (-places[change.commit], change.series.key))
    for name, of_commit in groupby(ordered, key=lambda change: change.commit):
        yield tell_commit(commits[name])
        for change in of_commit:
            yield f"    {tell_series(change.series)}: {tell_difference(change)}"
            if change.unmeasured:
                first = commits[change.unmeasured[0]].hash[:_HASH_LENGTH]
                count = len(change.unmeasured) + 1
                yield f"        in one of {count} commits from {first} to this one: not measured"


def tell_commit(commit: Commit) -> str:
    """Return hash, author's date and subject of a commit, without control characters."""
    subject = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in commit.subject)
    return f"{commit.hash[:_HASH_LENGTH]} {commit.date.date()} {subject}"


def tell_series(series: Series) -> str:
    """Return benchmark, parameters and environment of a series."""
    key = series.key
    parameters = f" ({', '.join(key.parameters)})" if key.parameters else ""
    return f"{key.benchmark}{parameters}, {key.environment}"


def tell_difference(change: Change) -> str:
    """Return a change in its unit, in percent and, where it is of a session, of a fleet."""
    before, after = tell_number(change.before), tell_number(change.after)
    told = f"{before} -> {after} {change.series.unit}, {tell_number(change.delta, sign='+')}"
    if change.before:
        told += f" ({100 * change.delta / change.before:+,.2f} %)"
    if change.series.unit == "bytes/session":
        told += f", {change.delta * _FLEET / 1e6:+,.2f} MB at {_FLEET:,} sessions"
        if change.after > 0:
            told += f", {_GIGABYTE / change.after:,.0f} sessions a GB"
    return told


def tell_number(number: float, sign: str = "") -> str:
    """Return a number with all its digits up to the sixth after the point, and none for show."""
    told = f"{number:{sign},.6f}"
    return told.rstrip("0").rstrip(".")
