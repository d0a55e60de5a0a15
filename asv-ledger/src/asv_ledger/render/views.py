"""Views: what the page draws, and in which words for those who do not see it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from asv_ledger.document.schema import Lines, Memory, Table
from asv_ledger.render.charts import (
    ON_LINE,
    Chart,
    Line,
    Mark,
    scaling_chart,
    stack_chart,
    step_chart,
)
from asv_ledger.render.geometry import Span
from asv_ledger.render.wording import (
    count,
    find_present,
    format_date,
    format_hash,
    format_measured,
    format_number,
    format_parameters,
    format_signed,
    name_entry,
    pick_headline,
    shorten,
)

LISTED = 1_000  # changes that the page names

_TITLE = 50  # characters of a subject that a mark tells


class Figure(NamedTuple):
    """A chart, its title, and the lines that it shows; the names of those that are always 0."""

    title: str
    chart: Chart
    lines: Sequence[Line]
    empty: Sequence[str] = ()
    is_crowded: bool = False  # not all marks are on the line


def draw_headline(memory: Memory, headline: Lines) -> Figure | None:
    """Return what the headline costs over all commits, None where it has no value."""
    lines = _lines(headline)
    if not lines:
        return None
    title = _title(memory, headline)
    marks = list(_marks(memory))
    chart = step_chart(lines, marks, _span(memory), _label(title, lines))
    is_crowded = sum(bool(mark.delta) for mark in marks) > ON_LINE
    return Figure(title, chart, lines, is_crowded=is_crowded)


def draw_parts(memory: Memory, parts: Lines) -> Figure | None:
    """Return what the headline is made of over all commits, None where that is nothing."""
    measured = _lines(parts)
    # The largest lies at the bottom, where it is read best.
    lines = sorted(
        (line for line in measured if any(line.values)),
        key=lambda line: -max(find_present(line.values)),
    )
    if not lines:
        return None
    title = _title(memory, parts)
    chart = stack_chart(lines, _span(memory), _label(title, lines))
    return Figure(title, chart, lines, [line.name for line in measured if line not in lines])


def draw_scaling(table: Table, names: Sequence[str]) -> Figure | None:
    """Return a column of a table by its rows, now and at first, None where it has no chart."""
    column = table["chart"]
    if column is None or not table["rows"]:
        return None
    lines = [
        Line("now", [row["values"][column] for row in table["rows"]]),
        Line("at first", [row["first"][column] for row in table["rows"]]),
    ]
    title = f"{names[column]} in {table['columns'][column]['unit']}"
    by = ", ".join(table["parameters"])
    told = [f"{line.name} {', '.join(map(format_measured, line.values))}" for line in lines]
    sizes = [format_parameters(row["parameters"]) for row in table["rows"]]
    chart = scaling_chart(lines, sizes, f"{title} by {by}: {'; '.join(told)}")
    return Figure(f"{title}, by {by}", chart, lines)


def format_share(line: Line, lines: Sequence[Line]) -> str:
    """Return what part of the present sum a line is, or what it was at most."""
    present = find_present(line.values)
    total = sum(find_present(one.values)[-1] for one in lines)
    if not present[-1] or not total:
        return f"once {format_number(max(present))}"
    return f"{100 * present[-1] / total:.1f} %"


def _lines(table: Lines) -> list[Line]:
    """Return the lines of a table that have been measured."""
    return [
        Line(format_parameters(line["parameters"]), line["values"])
        for line in table["lines"]
        if find_present(line["values"])
    ]


def _span(memory: Memory) -> Span:
    commits = memory["tables"]["commits"]
    tags = [(place, tag) for place, commit in enumerate(commits) for tag in commit["tags"]]
    return Span([format_date(commit["date"]) for commit in commits], tags)


def _marks(memory: Memory) -> Iterator[Mark]:
    """Iterate over a mark for each commit that changed an exact metric, where its line steps."""
    places = {one["commit"]: place for place, one in enumerate(memory["tables"]["commits"])}
    for change in memory["changes"][:LISTED]:
        lead = pick_headline(memory, change["metrics"])
        told, value, delta = count(change["metrics"], "other exact metric"), 0.0, 0.0
        if lead is not None:
            value, delta = lead["after"], lead["delta"]
            told = f"{format_signed(delta)} {lead['unit']}"
        suspect = format_hash(change["commit"])
        if change["unmeasured"]:
            suspect += f", or one of {change['unmeasured']['count']:,} before it,"
        title = f"{told}: {suspect} {shorten(change['subject'], _TITLE)}"
        yield Mark(places[change["measured_at"]], value, delta, title, f"#{name_entry(change)}")


def _title(memory: Memory, table: Lines) -> str:
    commits = count(memory["tables"]["commits"], "commit")
    return f"{table['benchmark']} in {table['unit']}, over {commits}"


def _label(title: str, lines: Sequence[Line]) -> str:
    return f"{title}: {'; '.join(map(_format_line, lines))}"


def _format_line(line: Line) -> str:
    present = find_present(line.values)
    low, high, last = (format_number(value) for value in (min(present), max(present), present[-1]))
    return f"{line.name} from {low} to {high}, now {last}".strip()
