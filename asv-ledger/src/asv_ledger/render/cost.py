"""Cost: what the headline costs now, and over all commits, and what it is made of."""

from collections.abc import Iterator, Mapping
from typing import Any

from asv_ledger.render.charts import ON_LINE, Line, Mark, stack_chart, step_chart, swatch
from asv_ledger.render.entries import LISTED, name_entry
from asv_ledger.render.geometry import Span, Values
from asv_ledger.render.markup import Element, element
from asv_ledger.render.wording import (
    NO_HEADLINE,
    Memory,
    count,
    find_present,
    format_date,
    format_hash,
    format_number,
    format_parameters,
    format_percent,
    format_signed,
    format_thing,
    pick_headline,
    shorten,
)

_TITLE = 50  # characters of a subject that a mark tells


def show_cost(memory: Memory) -> Iterator[Element]:
    """Iterate over what the lines of the headline cost now, and a chart of them over commits."""
    headline = memory["tables"]["headline"]
    thing = format_thing(headline["unit"]) if headline else None
    yield element("h2", f"What one {thing} costs" if thing else "What it costs")
    if headline is None:
        yield element("p", NO_HEADLINE)
        return
    lines = _lines(headline)
    if not lines:
        yield element("p", f"{headline['benchmark']} has no value yet.")
        return
    shown = [
        element(
            "li",
            swatch("line", index),
            element("strong", format_number(find_present(line.values)[-1])),
            f" {headline['unit']} ",
            element("span", line.name, class_="name"),
            " ",
            element("small", _format_first(line.values)),
        )
        for index, line in enumerate(lines)
    ]
    yield element("ul", *shown, class_="now")
    told = _format_chart(headline, memory)
    label = f"{told}: {'; '.join(map(_format_line, lines))}"
    legend = [
        element("span", element("span", class_=f"mark {kind}"), meaning)
        for kind, meaning in (
            ("grew", "it grew"),
            ("shrank", "it shrank"),
            ("other", "only other exact metrics changed"),
        )
    ]
    marks = list(_marks(memory))
    caption = f"{told}, the oldest on the left. A mark leads to its commit below."
    if sum(bool(mark.delta) for mark in marks) > ON_LINE:
        caption += f" The {ON_LINE} largest changes are marked on the line, the others at 0."
    yield element(
        "figure",
        step_chart(lines, marks, _span(memory), label),
        element("figcaption", caption, element("div", *legend, class_="names")),
    )


def show_parts(memory: Memory) -> Iterator[Element]:
    """Iterate over a chart of what the headline is made of, nothing where that is not measured."""
    parts = memory["tables"]["parts"]
    if parts is None:
        return
    thing = format_thing(parts["unit"])
    yield element("h3", f"What one {thing} is made of" if thing else "What it is made of")
    measured = _lines(parts)
    # The largest lies at the bottom, where it is read best.
    lines = sorted(
        (line for line in measured if any(line.values)),
        key=lambda line: -max(find_present(line.values)),
    )
    if not lines:
        yield element("p", f"No part of it that {parts['benchmark']} measured is other than 0.")
        return
    told = _format_chart(parts, memory)
    total = sum(find_present(line.values)[-1] for line in lines)
    legend = [
        element(
            "li",
            swatch("area", index),
            element("span", line.name, class_="name"),
            " ",
            element("strong", format_number(find_present(line.values)[-1])),
            " ",
            element("small", _format_share(line, total)),
        )
        for index, line in reversed(list(enumerate(lines)))
    ]
    label = f"{told}: {'; '.join(map(_format_line, lines))}"
    chart = stack_chart(lines, _span(memory), label, element("ul", *legend, class_="legend"))
    caption = f"{told}, the oldest on the left, with what each part is now."
    empty = [line.name for line in measured if line not in lines]
    if empty:
        caption += f" Always 0: {', '.join(empty)}."
    yield element("figure", chart, element("figcaption", caption))


def _lines(table: Mapping[str, Any]) -> list[Line]:
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
        entry = f"#{name_entry(change)}"
        yield Mark(places[change["measured_at"]], value, delta, title, entry)


def _format_first(values: Values) -> str:
    """Return what a line was at first, and by how much it differs since."""
    present = find_present(values)
    first, last = present[0], present[-1]
    percent = "" if first == last else f"{format_percent(first, last)} from "
    return f"{percent}{format_number(first)} at first"


def _format_line(line: Line) -> str:
    """Return what a line shows, for those who do not see it."""
    present = find_present(line.values)
    low, high, last = (format_number(value) for value in (min(present), max(present), present[-1]))
    return f"{line.name} from {low} to {high}, now {last}".strip()


def _format_share(line: Line, total: float) -> str:
    """Return what part of the present sum a line is, or what it was at most."""
    present = find_present(line.values)
    if not present[-1] or not total:
        return f"once {format_number(max(present))}"
    return f"{100 * present[-1] / total:.1f} %"


def _format_chart(table: Mapping[str, Any], memory: Memory) -> str:
    commits = count(memory["tables"]["commits"], "commit")
    return f"{table['benchmark']} in {table['unit']}, over {commits}"
