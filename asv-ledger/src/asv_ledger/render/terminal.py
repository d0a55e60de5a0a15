"""Terminal: a document as the lines that ``asv-ledger show`` prints."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby

from asv_ledger.document.schema import (
    Change,
    Commit,
    Drift,
    Failed,
    Growth,
    Inexact,
    Interval,
    Memory,
    Site,
    Step,
)
from asv_ledger.document.verdict_schema import BaselineChanges
from asv_ledger.render.wording import (
    format_date,
    format_hash,
    format_interval,
    format_number,
    format_outside,
    format_place,
    format_series,
)

_SUSPECTS = 8  # lines that tell the commits a change lies in one of


def format_memory(memory: Memory) -> Iterator[str]:
    """Iterate over lines that tell every change, and what is not known."""
    yield from format_changes(memory["changes"])
    yield from format_inexact(memory["inexact"][::-1])
    yield from format_failed(memory["failed"][::-1])
    yield from format_drift(memory["drift"])
    yield from format_steps(memory["tables"]["steps"])
    if memory["outside"]:
        yield format_outside(memory)
    measured = {one["commit"] for one in memory["tables"]["commits"]}
    changed = measured.intersection(one["measured_at"] for one in memory["changes"])
    yield f"{len(changed)} of {len(measured)} measured commits changed an exact metric"


def format_changes(changes: Iterable[Change]) -> Iterator[str]:
    """Iterate over lines that tell the changes, by commit, with their sites.

    Of metrics that the same lines of code changed, these are told with the first one.
    """
    by_suspects = groupby(changes, lambda one: (one["commit"], one["unmeasured"], one["suspects"]))
    for _, group in by_suspects:
        alike = list(group)
        yield from _format_suspects(alike[0])
        known = set()
        for metric in chain.from_iterable(one["metrics"] for one in alike):
            difference = format_difference(metric, metric["interval"])
            yield f"    {format_series(metric)}: {difference}"
            sites = metric["sites"] or []
            lines = tuple((site["file"], site["line"], site["code"]) for site in sites)
            if lines not in known:
                known.add(lines)
                yield from map(_format_site, sites)


def format_inexact(inexact: Iterable[Inexact]) -> Iterator[str]:
    """Iterate over lines that tell which metrics are inexact since which commit."""
    for commit in inexact:
        yield format_commit(commit)
        for metric in commit["metrics"]:
            since = "it was first measured" if metric["from_first"] else "then"
            told = f"inexact since {since}, {format_interval(metric['interval'])} {metric['unit']}"
            if metric["unmeasured"] is not None:
                told += f", or since one of {metric['unmeasured']['count']} not measured before it"
            if metric["until"] is not None:
                told += f"; exact again at {format_hash(metric['until'])}"
            yield f"    {format_series(metric)}: {told}"


def format_failed(failed: Iterable[Failed]) -> Iterator[str]:
    """Iterate over lines that tell how many exact metrics of a commit have no value."""
    for commit in failed:
        yield format_commit(commit)
        yield f"    not measured: {commit['failed']} of {commit['of']} exact metrics"


def format_steps(steps: Iterable[Step]) -> Iterator[str]:
    """Iterate over lines that tell the steps of noisy metrics."""
    for number, step in enumerate(steps):
        if number == 0:
            yield "Noisy metrics, by asv's step fit: they decide nothing, and a step can be noise:"
        yield f"    at about {format_commit(step)}"
        for metric in step["metrics"]:
            yield f"        {format_series(metric)}: {format_difference(metric)}"


def format_drift(drifts: Sequence[Drift]) -> Iterator[str]:
    """Iterate over lines that tell what metrics grew by since a tag or commit."""
    for number, drift in enumerate(drifts):
        if number == 0:
            yield f"Grown since {drift['since']}:"
        yield f"    {format_series(drift)}: {format_difference(drift)}"
        for largest in drift["commits"][:1]:
            delta, count = format_number(largest["delta"], sign="+"), drift["changes"]
            made_of = f"in {count} commits, most in" if count > 1 else "in"
            yield f"        {made_of} {format_commit(largest)}: {delta}"


def format_commit(commit: Commit) -> str:
    """Return hash, author's date and subject of a commit."""
    return f"{format_hash(commit['commit'])} {format_date(commit['date'])} {commit['subject']}"


def format_difference(metric: Growth, interval: Interval | None = None) -> str:
    """Return a change in its unit, in percent and, where the project wants it, at scale."""
    told = _format_step(metric["before"], metric["after"], f" {metric['unit']}")
    if interval is not None:
        told += f", {format_interval(interval)}"
    scale = metric["scale"]
    if scale is not None:
        told += f", {scale['megabytes']:+,.2f} MB at {scale['count']:,} {scale['name']}"
        if scale["per_gigabyte"] is not None:
            told += f", {scale['per_gigabyte']:,.0f} {scale['name']} a GB"
    return told


def format_baseline(baseline: BaselineChanges) -> Iterator[str]:
    """Iterate over lines that tell what changes in the baseline of a Python version."""
    changed, known = len(baseline["changes"]) or "none", baseline["metrics"]
    yield f"Python {baseline['python']}: {changed} of {known} exact metrics changed"
    for one in baseline["changes"]:
        name, before, after = one["name"], one["before"], one["after"]
        if before is not None and after is not None:
            yield f"    {name}: {_format_step(before, after)}"
        elif after is not None:
            yield f"    {name}: {format_number(after)}, new"
        elif before is not None:
            yield f"    {name}: {format_number(before)}, gone"


def _format_step(before: float, after: float, unit: str = "") -> str:
    delta = after - before
    told = (
        f"{format_number(before)} -> {format_number(after)}{unit}, {format_number(delta, sign='+')}"
    )
    if before:
        told += f" ({100 * delta / before:+,.2f} %)"
    return told


def _format_suspects(change: Change) -> Iterator[str]:
    """Iterate over lines that tell in which commit a change is, or in one of which."""
    unmeasured = change["unmeasured"]
    if unmeasured is None:
        yield format_commit(change)
        return
    count = unmeasured["count"] + 1
    first, last = map(format_hash, (unmeasured["first"], change["commit"]))
    yield f"One of {count} commits, {first} to {last}, which were not measured one by one:"
    told = _SUSPECTS if count <= _SUSPECTS else _SUSPECTS - 1
    for one in change["suspects"][: -told - 1 : -1]:
        yield f"  - {format_commit(one)}"
    if count > told:
        yield f"  - {count - told} older ones"


def _format_site(site: Site) -> str:
    told = f"        {format_number(site['delta'], sign='+')}  {format_place(site)}"
    return f"{told}  {site['code']}" if site["code"] else told
