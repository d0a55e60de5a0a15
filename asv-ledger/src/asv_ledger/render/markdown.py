"""Markdown: memory.md, the same for those who read it where the code is hosted."""

from collections.abc import Iterable, Iterator, Sequence

from asv_ledger.document.schema import Change, Commit, Lines, Memory, Section
from asv_ledger.render.wording import (
    AT_FIRST,
    INEXACT,
    NO_CHANGES,
    NO_DRIFT,
    NO_FAILED,
    NO_HEADLINE,
    NO_SUMMARY,
    NO_TABLES,
    ONE_OF_THEM,
    count,
    find_numeric,
    find_present,
    format_cell,
    format_change,
    format_columns,
    format_count,
    format_date,
    format_extent,
    format_hash,
    format_inexact,
    format_measured,
    format_metric,
    format_number,
    format_old,
    format_outside,
    format_parameters,
    format_percent,
    format_place,
    format_range,
    format_scale,
    format_signed,
    format_summary,
    format_verdict,
    pick_lead,
    shorten,
)
from asv_ledger.text import escape_markdown

_CHANGES = 20
_DRIFTS = 20
_FAILED = 20
_SITES = 12
_ROWS = 20
_SUBJECT = 100  # characters
_CODE = 120


def render_markdown(memory: Memory) -> str:
    """Return what memory.json holds as markdown: the verdict, the tables, the newest changes."""
    return "\n".join(_lines(memory)) + "\n"


def _lines(memory: Memory) -> Iterator[str]:
    yield f"# {escape_markdown(memory['project'])}: memory by commit"
    yield ""
    sentence, subject = format_verdict(memory)
    told = escape_markdown(sentence)
    yield f"**{told}**." if subject is None else f"**{told}:** {_subject(subject)}"
    yield ""
    if memory["tables"]["commits"]:
        yield f"{format_extent(memory)}. Python {escape_markdown(str(memory['python']))}."
    sections = (
        ("What it costs", _cost(memory)),
        ("What changed, and why", _changes(memory)),
        ("The published tables", _tables(memory)),
        ("Summary", _summary(memory)),
        ("Cumulative drift", _drift(memory)),
        ("Failed measurements", _failed(memory)),
        *((escape_markdown(section["title"]), _section(section)) for section in memory["sections"]),
    )
    for title, lines in sections:
        yield ""
        yield f"## {title}"
        yield ""
        yield from lines
    yield ""
    yield "[memory.html](memory.html) draws all of this, [memory.json](memory.json) holds it."


def _cost(memory: Memory) -> Iterator[str]:
    headline, parts = memory["tables"]["headline"], memory["tables"]["parts"]
    if headline is None:
        yield NO_HEADLINE
        return
    yield from _newest(headline)
    if parts is not None:
        yield ""
        yield from _newest(parts)


def _newest(table: Lines) -> Iterator[str]:
    """Iterate over a table of what the lines of a chart are now, those that are not always 0."""
    rows = []
    for line in table["lines"]:
        present = find_present(line["values"])
        if any(present):
            values = format_number(present[0]), format_number(present[-1])
            change = format_change(present[0], present[-1])
            rows.append((format_parameters(line["parameters"]), *values, change))
    if rows:
        name = f"{table['benchmark']}, {table['unit']}"
        yield from _table((name, "at first", "now", "change"), rows)
    else:
        yield f"{escape_markdown(table['benchmark'])} has no value yet, or none but 0."


def _changes(memory: Memory) -> Iterator[str]:
    if not memory["changes"]:
        yield NO_CHANGES
    for place, change in enumerate(memory["changes"][:_CHANGES]):
        if place:
            yield ""
        yield f"### {format_range(change) if change['unmeasured'] else _commit(change)}"
        yield ""
        yield from _entry(memory, change)
    if len(memory["changes"]) > _CHANGES:
        yield ""
        yield f"{count(memory['changes'][_CHANGES:], 'older commit')} in memory.json."


def _entry(memory: Memory, change: Change) -> Iterator[str]:
    lead = pick_lead(memory, change["metrics"])
    told = f"**{format_signed(lead['delta'])} {escape_markdown(lead['unit'])}**"
    percent = format_percent(lead["before"], lead["after"])
    course = f"{format_number(lead['before'])} \N{RIGHTWARDS ARROW} {format_number(lead['after'])}"
    name = escape_markdown(format_metric(lead, memory["environment"]))
    yield f"{', '.join(filter(None, (told, percent, course)))}: {name}"
    if lead["scale"]:
        yield ""
        yield format_scale(lead["scale"])
    if change["unmeasured"]:
        yield ""
        yield ONE_OF_THEM
        yield ""
        yield from (f"- {_commit(one)}" for one in reversed(change["suspects"]))
    if lead["sites"]:
        yield ""
        rows = [
            (format_place(one), shorten(one["code"] or "", _CODE), format_signed(one["delta"]))
            for one in lead["sites"][:_SITES]
        ]
        yield from _table(("line", "code", "bytes"), rows, texts=2)
    if len(change["metrics"]) > 1:
        yield ""
        yield f"{count(change['metrics'][1:], 'other exact metric')} changed too."


def _tables(memory: Memory) -> Iterator[str]:
    if not memory["tables"]["published"]:
        yield NO_TABLES
        return
    yield AT_FIRST
    for table in memory["tables"]["published"]:
        yield ""
        yield f"### {escape_markdown(table['title'])}"
        yield ""
        names = format_columns([column["benchmark"] for column in table["columns"]])
        heads = [", ".join(table["parameters"])]
        for name, column in zip(names, table["columns"], strict=True):
            noisy = "" if column["exact"] else ", noisy"
            heads += [f"{name}, {column['unit']}{noisy}: at first", "now", "change"]
        rows = []
        for row in table["rows"]:
            cells = [format_parameters(row["parameters"])]
            columns = zip(
                table["columns"], row["first"], row["values"], row["commits"], strict=True
            )
            for column, first, now, commit in columns:
                is_exact = column["exact"]
                cells += [format_measured(first, is_exact), format_measured(now, is_exact)]
                cells[-1] += f" {format_old(commit)}" if commit else ""
                cells.append(format_change(first, now))
            rows.append(cells)
        yield from _table(heads, rows)


def _summary(memory: Memory) -> Iterator[str]:
    if not memory["summary"]:
        yield NO_SUMMARY
        return
    yield from _table(("key", "value"), [*format_summary(memory)])


def _drift(memory: Memory) -> Iterator[str]:
    if not memory["drift"]:
        yield NO_DRIFT
    for drift in memory["drift"][:_DRIFTS]:
        told = f"**{format_signed(drift['delta'])} {escape_markdown(drift['unit'])}**"
        percent = format_percent(drift["before"], drift["after"])
        name = escape_markdown(format_metric(drift, memory["environment"]))
        since = escape_markdown(drift["since"])
        commits = f"in {format_count(drift['changes'], 'commit')}"
        for most in drift["commits"][:1]:
            commits += f", most of it, {format_signed(most['delta'])}, in {_commit(most)}"
        yield f"- {' '.join(filter(None, (told, percent)))} since {since}: {name}, {commits}"
    if len(memory["drift"]) > _DRIFTS:
        yield f"- {count(memory['drift'][_DRIFTS:], 'more metric')} in memory.json"


def _failed(memory: Memory) -> Iterator[str]:
    if not memory["failed"]:
        yield NO_FAILED
    for one in memory["failed"][:_FAILED]:
        yield f"- {one['failed']:,} of {one['of']:,} metrics failed: {_commit(one)}"
    if len(memory["failed"]) > _FAILED:
        yield f"- {count(memory['failed'][_FAILED:], 'more commit')} in memory.json"
    if memory["inexact"]:
        yield ""
        yield INEXACT
        yield ""
    for commit in memory["inexact"][:_FAILED]:
        for told in format_inexact(commit, memory["environment"], _FAILED):
            yield f"- {escape_markdown(told)}: {_commit(commit)}"
    if memory["outside"]:
        yield ""
        yield escape_markdown(format_outside(memory))


def _section(section: Section) -> Iterator[str]:
    for paragraph in section["text"]:
        yield escape_markdown(paragraph)
        yield ""
    for place, table in enumerate(section["tables"]):
        if place:
            yield ""
        yield f"### {escape_markdown(table['title'])}"
        yield ""
        rows = [
            [shorten(format_cell(cell), _CODE) for cell in row] for row in table["rows"][:_ROWS]
        ]
        yield from _table(table["columns"], rows, texts=[*find_numeric(table), True].index(True))
        if len(table["rows"]) > _ROWS:
            yield ""
            yield f"{count(table['rows'][_ROWS:], 'more row')} in memory.json."


def _table(heads: Sequence[str], rows: Iterable[Iterable[str]], texts: int = 1) -> Iterator[str]:
    """Iterate over a table whose first columns are texts and whose others are numbers."""
    yield _row(heads)
    yield f"|{'---|' * texts}{'--:|' * (len(heads) - texts)}"
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(escape_markdown, cells))} |"


def _commit(commit: Commit) -> str:
    """Return hash, day and subject: last, for it may run from right to left."""
    named = f"{format_hash(commit['commit'])} {format_date(commit['date'])}"
    return f"{named} {_subject(commit['subject'])}"


def _subject(subject: str) -> str:
    return escape_markdown(shorten(subject, _SUBJECT))
