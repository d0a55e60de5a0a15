"""Feed: the commits that changed an exact metric, for feed readers."""

import html
from datetime import UTC, datetime
from pathlib import Path

from asv.feed import FeedEntry, write_atom

from asv_ledger.document.schema import Change, Commit, Memory, MetricChange
from asv_ledger.render.wording import format_number, format_range, format_series, name_entry
from asv_ledger.text import clean, clean_document

_NEWEST = 100  # commits: a reader keeps what it has read
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def write_feed(memory: Memory, show_commit: str, path: Path) -> None:
    """Write an Atom feed of the changes in ``memory``, as ``describe`` returns it.

    An entry links to its commit: to ``show_commit`` and the hash, as asv's own feed does, or to
    memory.html where that is empty.
    """
    project = clean(memory["project"])
    changes = clean_document(memory["changes"][:_NEWEST])
    write_atom(
        str(path),
        [_entry(change, clean(show_commit)) for change in changes],
        author="The ledger",
        title=f"{project}: exact changes of memory",
        address=f"{project}.memory",
        updated=max(map(_date, memory["tables"]["commits"]), default=_NEVER),
    )


def _entry(change: Change, show_commit: str) -> FeedEntry:
    name, subject = change["commit"], change["subject"]
    unmeasured = change["unmeasured"]
    title, of = f"{name[:8]} {subject}", [subject]
    if unmeasured is not None:
        title = format_range(change)
        of = [f"{one['commit'][:8]} {one['subject']}" for one in reversed(change["suspects"])]
    commits = "".join(f"<p>{html.escape(one)}</p>" for one in of)
    metrics = "".join(f"<li>{html.escape(_format_metric(one))}</li>" for one in change["metrics"])
    return FeedEntry(
        title=title,
        updated=_date(change),
        link=f"{show_commit}{name}" if show_commit else f"memory.html#{name_entry(change)}",
        content=f"{commits}<ul>{metrics}</ul>",
        # Of a range and of its newest commit there may be an entry each.
        id_context=[name] if unmeasured is None else [unmeasured["first"], name],
        id_date=_date(change),
    )


def _date(commit: Commit) -> datetime:
    moment = datetime.fromisoformat(commit["date"])
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # at either end of the calendar
        return moment.replace(tzinfo=UTC)


def _format_metric(metric: MetricChange) -> str:
    before, after = format_number(metric["before"]), format_number(metric["after"])
    delta = format_number(metric["delta"], sign="+")
    return f"{format_series(metric)}: {before} -> {after} {metric['unit']}, {delta}"
