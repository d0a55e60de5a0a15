"""Report: changes told to people."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from asv_ledger.model.attribution import Site
from asv_ledger.model.baseline import find_differences
from asv_ledger.model.changes import Change, Drift, Inexactness, by_start
from asv_ledger.model.commits import Commit
from asv_ledger.model.series import Series
from asv_ledger.text import clean

# Returns the sites of an exact change, None where they are not known.
Explain = Callable[[Change], Sequence[Site] | None]


class Fleet(NamedTuple):
    """What a change of a session is at scale: megabytes of 10,000 sessions, sessions a gigabyte.

    The latter is None for what is no whole session.
    """

    megabytes: float
    sessions_per_gigabyte: float | None


_HASH_LENGTH = 8
_FLEET = 10_000  # sessions
_SUSPECTS = 8  # lines that tell the commits a change lies in one of
_GIGABYTE = 1e9


def format_changes(
    changes: Iterable[Change], commits: Mapping[str, Commit], explain: Explain
) -> Iterator[str]:
    """Iterate over lines that tell the changes, by commit, the newest first, with their sites.

    Of metrics that the same lines of code changed, these are told with the first one.
    """
    for suspects, of_commit in _by_suspects(changes, commits):
        yield from _format_suspects([commits[name] for name in suspects])
        known = set()
        for change in of_commit:
            yield f"    {format_series(change.series)}: {format_difference(change)}"
            sites = explain(change) or ()
            lines = tuple((site.file, site.line, site.code) for site in sites)
            if lines not in known:
                known.add(lines)
                yield from map(_format_site, sites)


def format_inexact(inexact: Iterable[Inexactness], commits: Mapping[str, Commit]) -> Iterator[str]:
    """Iterate over lines that tell which metrics are inexact since which commit."""
    for name, found in by_start(inexact, commits).items():
        yield format_commit(commits[name])
        for one in found:
            told = f"inexact since then, {format_interval(one.interval)} {one.series.unit}"
            if one.unmeasured is None:
                told = told.replace("since then", "since it was first measured")
            elif one.unmeasured:
                told += f", or since one of {len(one.unmeasured)} not measured before it"
            if one.until is not None:
                told += f"; exact again at {one.until[:_HASH_LENGTH]}"
            yield f"    {format_series(one.series)}: {told}"


def format_steps(steps: Iterable[Change], commits: Mapping[str, Commit]) -> Iterator[str]:
    """Iterate over lines that tell the steps of noisy metrics, the newest first."""
    for number, (suspects, of_commit) in enumerate(_by_suspects(steps, commits)):
        if number == 0:
            yield "Noisy metrics, by asv's step fit: they decide nothing, and a step can be noise:"
        yield f"    at about {format_commit(commits[suspects[-1]])}"
        for step in of_commit:
            yield f"        {format_series(step.series)}: {format_difference(step)}"


def format_drift(
    drifts: Iterable[Drift], commits: Mapping[str, Commit], since: str
) -> Iterator[str]:
    """Iterate over lines that tell what metrics grew by since a tag or commit."""
    for number, drift in enumerate(drifts):
        if number == 0:
            yield f"Grown since {since}:"
        change = Change(drift.series, drift.since, "", drift.before, drift.after, ())
        yield f"    {format_series(drift.series)}: {format_difference(change)}"
        if drift.changes:
            largest = drift.changes[0]
            delta, count = format_number(largest.delta, sign="+"), len(drift.changes)
            made_of = f"in {count} commits, most in" if count > 1 else "in"
            yield f"        {made_of} {format_commit(commits[largest.commit])}: {delta}"


def format_commit(commit: Commit) -> str:
    """Return hash, author's date and subject of a commit, without control characters."""
    return f"{commit.hash[:_HASH_LENGTH]} {commit.date.date()} {clean(commit.subject)}"


def format_series(series: Series) -> str:
    """Return benchmark, parameters and environment of a series."""
    key = series.key
    parameters = f" ({', '.join(key.parameters)})" if key.parameters else ""
    return f"{key.benchmark}{parameters}, {key.environment}"


def format_difference(change: Change) -> str:
    """Return a change in its unit, in percent and, where it is of a session, of a fleet."""
    told = _format_step(change.before, change.after, f" {change.series.unit}")
    if change.interval is not None:
        told += f", {format_interval(change.interval)}"
    fleet = fleet_of(change)
    if fleet is not None:
        told += f", {fleet.megabytes:+,.2f} MB at {_FLEET:,} sessions"
        if fleet.sessions_per_gigabyte is not None:
            told += f", {fleet.sessions_per_gigabyte:,.0f} sessions a GB"
    return told


def format_interval(interval: Iterable[float]) -> str:
    """Return what readings lie in that do not agree."""
    low, high = map(format_number, interval)
    return f"readings from {low} to {high}"


def fleet_of(change: Change) -> Fleet | None:
    """Return what a change is to a fleet, None where it is not of a session."""
    if change.series.unit != "bytes/session":
        return None
    is_whole = change.before > 0 < change.after and not change.series.is_part
    sessions = _GIGABYTE / change.after if is_whole else None
    return Fleet(change.delta * _FLEET / 1e6, sessions)


def format_baseline(
    version: str, before: Mapping[str, float], after: Mapping[str, float]
) -> Iterator[str]:
    """Iterate over lines that tell what changes in the baseline of a Python version."""
    differences = find_differences(before, after)
    changed, known = len(differences) or "none", len(before.keys() | after.keys())
    yield f"Python {version}: {changed} of {known} exact metrics changed"
    for name, old, new in differences:
        if old is not None and new is not None:
            yield f"    {name}: {_format_step(old, new)}"
        elif new is not None:
            yield f"    {name}: {format_number(new)}, new"
        elif old is not None:
            yield f"    {name}: {format_number(old)}, gone"


def _format_step(before: float, after: float, unit: str = "") -> str:
    delta = after - before
    told = (
        f"{format_number(before)} -> {format_number(after)}{unit}, {format_number(delta, sign='+')}"
    )
    if before:
        told += f" ({100 * delta / before:+,.2f} %)"
    return told


def _by_suspects(
    changes: Iterable[Change], commits: Mapping[str, Commit]
) -> Iterator[tuple[tuple[str, ...], Iterator[Change]]]:
    """Iterate over the commits that changes lie in one of, the newest first, with the changes."""
    places = {name: place for place, name in enumerate(commits)}
    ordered = sorted(changes, key=lambda one: (-places[one.commit], one.unmeasured, one.series.key))
    return groupby(ordered, key=lambda change: change.suspects)


def _format_suspects(suspects: Sequence[Commit]) -> Iterator[str]:
    """Iterate over lines that tell in which commit a change is, or in one of which."""
    if len(suspects) == 1:
        yield format_commit(suspects[0])
        return
    first, last = (one.hash[:_HASH_LENGTH] for one in (suspects[0], suspects[-1]))
    yield f"One of {len(suspects)} commits, {first} to {last}, which were not measured one by one:"
    left_out = len(suspects) - _SUSPECTS
    for number, one in enumerate(reversed(suspects)):
        if number == _SUSPECTS - 1 and left_out > 0:
            yield f"  - {left_out + 1} older ones"
            break
        yield f"  - {format_commit(one)}"


def _format_site(site: Site) -> str:
    place = "elsewhere"
    if site.file is not None:
        place = f"{site.file}:{site.line}" if site.line else f"{site.file}, no longer"
    told = f"        {format_number(site.size, sign='+')}  {place}"
    return f"{told}  {clean(site.code)}" if site.code else told


def identify(series: Series) -> dict[str, object]:
    """Return what tells a series from others, as what JSON can hold."""
    return {
        "benchmark": series.key.benchmark,
        "parameters": list(series.key.parameters),
        "environment": series.key.environment,
        "unit": series.unit,
    }


def format_number(number: float, sign: str = "") -> str:
    """Return a number with all its digits up to the sixth after the point, and none for show."""
    if isinstance(number, int):
        return f"{number:{sign},}"  # as a float it would lose digits
    told = f"{number:{sign},.6f}"
    return told.rstrip("0").rstrip(".")
