"""Pages: memory.html, one file that needs no script and makes no request."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

from asv_ledger.render.charts import Line, scaling_chart, swatch
from asv_ledger.render.cost import show_cost, show_parts
from asv_ledger.render.entries import show_changes, show_commit, show_delta, show_name, show_steps
from asv_ledger.render.markup import Element, element, fold, scroll, serialize
from asv_ledger.render.sections import show_links, show_sections
from asv_ledger.render.wording import (
    AT_FIRST,
    CELLS,
    INEXACT,
    NO_DRIFT,
    NO_FAILED,
    NO_SUMMARY,
    NO_TABLES,
    Memory,
    format_change,
    format_columns,
    format_count,
    format_extent,
    format_inexact,
    format_measured,
    format_metric,
    format_old,
    format_outside,
    format_parameters,
    format_percent,
    format_summary,
    format_verdict,
    shorten,
)

_SKELETON = Path(__file__).with_name("templates") / "memory.html"
_SUBJECT = 200  # characters of the subject that the verdict names
_DRIFTS = 50  # metrics told
_STEPS = 10  # commits told of a metric that drifted
_GAPS = 100  # commits told
_LACKING = 8  # benchmarks told of a gap


def render_html(memory: Memory) -> str:
    """Return the page of what memory.json holds; a thousand commits take less than 2 MB."""
    sections = {
        "title": [element("title", f"{memory['project']}: memory by commit")],
        "verdict": _verdict(memory),
        "cost": show_cost(memory),
        "parts": show_parts(memory),
        "changes": [*show_changes(memory), *show_steps(memory)],
        "tables": _tables(memory),
        "summary": _summary(memory),
        "drift": _drift(memory),
        "gaps": _gaps(memory),
        "sections": show_sections(memory),
        "links": show_links(memory),
    }
    skeleton = Template(_SKELETON.read_text(encoding="utf-8"))
    return skeleton.substitute({name: serialize(parts) for name, parts in sections.items()})


def _verdict(memory: Memory) -> Iterator[Element]:
    yield element("p", str(memory["project"]), class_="project")
    sentence, subject = format_verdict(memory)
    if subject is None:
        yield element("h1", f"{sentence}.")
    else:
        yield element("h1", f"{sentence}: ", element("bdi", shorten(subject, _SUBJECT)))
    commits = memory["tables"]["commits"]
    if commits:
        newest = next((one for one in commits if one["commit"] == memory["commit"]), commits[-1])
        named = [show_commit(newest)] if subject is None else show_name(newest)
        extent = f"{format_extent(memory)}. The newest of them is "
        yield element("p", extent, *named, f". Python {memory['python']}.")
    for gap in memory["failed"]:
        if gap["commit"] == memory["commit"]:
            failed = f"{gap['failed']:,} of {gap['of']:,} metrics of the newest commit failed"
            yield element("p", f"{failed}, so what it did to them is not known.", class_="warning")


def _tables(memory: Memory) -> Iterator[Element]:
    if not memory["tables"]["published"]:
        yield element("p", NO_TABLES)
        return
    yield element("p", AT_FIRST)
    for table in memory["tables"]["published"]:
        yield element("h3", table["title"])
        names = format_columns([column["benchmark"] for column in table["columns"]])
        rows, chart = scroll(_table(table, names)), table["chart"]
        if chart is None or not table["rows"]:
            yield rows
        else:
            yield element("div", _scaling(table, chart, names[chart]), rows, class_="beside")


def _table(table: Mapping[str, Any], names: list[str]) -> Element:
    groups = [element("th", ", ".join(table["parameters"]), rowspan="2", scope="col")]
    kinds = []
    for column, name in zip(table["columns"], names, strict=True):
        told = f"{column['unit']}{'' if column['exact'] else ', noisy'}"
        unit, full = element("small", told), column["benchmark"]
        groups.append(element("th", name, unit, title=full, colspan="3", scope="colgroup"))
        kinds += [element("th", kind, scope="col") for kind in ("at first", "now", "change")]
    rows = []
    for row in table["rows"]:
        cells = [element("th", format_parameters(row["parameters"]), scope="row")]
        columns = zip(table["columns"], *map(row.get, CELLS), strict=True)
        for column, first, now, commit in columns:
            old = [element("small", format_old(commit))] if commit else []
            told = format_measured(now, column["exact"])
            cells.append(element("td", format_measured(first, column["exact"])))
            cells.append(element("td", told, *old, class_="present"))
            cells.append(element("td", format_change(first, now)))
        rows.append(element("tr", *cells))
    head = element("thead", element("tr", *groups), element("tr", *kinds))
    return element("table", head, element("tbody", *rows), class_="published")


def _scaling(table: Mapping[str, Any], chart: int, name: str) -> Element:
    sizes = [format_parameters(row["parameters"]) for row in table["rows"]]
    lines = [
        Line("now", [row["values"][chart] for row in table["rows"]]),
        Line("at first", [row["first"][chart] for row in table["rows"]]),
    ]
    told = f"{name} in {table['columns'][chart]['unit']}"
    by = f"by {', '.join(table['parameters'])}"
    label = f"{told} {by}: {'; '.join(map(_format_scaling, lines))}"
    legend = [element("span", swatch("line", index), line.name) for index, line in enumerate(lines)]
    caption = element("figcaption", f"{told}, {by}", element("div", *legend, class_="names"))
    return element("figure", caption, scaling_chart(lines, sizes, label))


def _summary(memory: Memory) -> Iterator[Element]:
    if not memory["summary"]:
        yield element("p", NO_SUMMARY)
        return
    rows = [
        element(
            "tr",
            element("th", element("code", key), scope="row"),
            element("td", value),
        )
        for key, value in format_summary(memory)
    ]
    yield scroll(element("table", element("tbody", *rows), class_="summary"))


def _drift(memory: Memory) -> Iterator[Element]:
    if not memory["drift"]:
        yield element("p", NO_DRIFT)
    for drift in memory["drift"][:_DRIFTS]:
        steps: list[Element] = [
            element("li", show_delta(step["delta"], drift["unit"]), " ", show_commit(step))
            for step in drift["commits"][:_STEPS]
        ]
        if drift["changes"] > _STEPS:
            steps.append(element("li", f"and {drift['changes'] - _STEPS:,} smaller ones"))
        total = element(
            "span",
            show_delta(drift["delta"], drift["unit"]),
            f" {format_percent(drift['before'], drift['after'])} since {drift['since']}, in ",
            f"{format_count(drift['changes'], 'commit')}: ",
            format_metric(drift, memory["environment"]),
        )
        yield fold(total, element("ul", *steps))
    if len(memory["drift"]) > _DRIFTS:
        more = len(memory["drift"]) - _DRIFTS
        yield element("p", f"{more:,} more metrics grew by less: memory.json has them.")


def _gaps(memory: Memory) -> Iterator[Element]:
    if memory["failed"]:
        yield _failed(memory)
    else:
        yield element("p", NO_FAILED)
    rows = [
        element("li", show_commit(one), element("small", f" {metric}"))
        for one in memory["inexact"][:_GAPS]
        for metric in format_inexact(one, memory["environment"], _LACKING)
    ]
    if rows:
        yield element("p", INEXACT)
        yield element("ul", *rows, class_="older")
    if memory["outside"]:
        yield element("p", format_outside(memory))


def _failed(memory: Memory) -> Element:
    rows = []
    for gap in memory["failed"][:_GAPS]:
        lacking = ", ".join(gap["benchmarks"][:_LACKING])
        if len(gap["benchmarks"]) > _LACKING:
            lacking += f" and {len(gap['benchmarks']) - _LACKING:,} more"
        told = f" {gap['failed']:,} of {gap['of']:,} metrics failed: {lacking}"
        rows.append(element("li", show_commit(gap), element("small", told)))
    if len(memory["failed"]) > _GAPS:
        rows.append(element("li", f"and {len(memory['failed']) - _GAPS:,} more in memory.json"))
    return element("ul", *rows, class_="older")


def _format_scaling(line: Line) -> str:
    return f"{line.name} {', '.join(format_measured(value) for value in line.values)}"
