"""Entries: commits on a page, and what each of them changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from asv_ledger.document.schema import Change, Site
from asv_ledger.render.markup import Element, element, fold, scroll, serialize
from asv_ledger.render.wording import (
    NO_CHANGES,
    ONE_OF_THEM,
    Memory,
    Metric,
    count,
    format_date,
    format_fleet,
    format_hash,
    format_metric,
    format_number,
    format_percent,
    format_place,
    format_range,
    format_signed,
    order_metrics,
    pick_lead,
    shorten,
)

LISTED = 1_000  # changed commits that a page tells of

_IN_FULL = 800_000  # bytes of entries told in full: beyond it a page gets slow
_SUBJECT = 200  # characters of a subject
_LINE = 80  # of one in a line
_CODE = 160
_SITES = 12
_STEPS = 20  # commits at which noisy metrics stepped


def show_changes(memory: Memory) -> Iterator[Element]:
    """Iterate over entries of changes, the newest first: many in full, the older in a line."""
    changes = memory["changes"]
    if not changes:
        yield element("p", NO_CHANGES)
    room = _IN_FULL
    for place, change in enumerate(changes[:LISTED]):
        entry = _entry(memory, change)
        room -= len(serialize([entry]).encode())
        if room < 0:
            yield from _older(memory, changes[place:LISTED])
            break
        yield entry
    if len(changes) > LISTED:
        yield element("p", f"{len(changes) - LISTED:,} still older ones are in memory.json alone.")


def show_steps(memory: Memory) -> Iterator[Element]:
    """Iterate over what tells the steps of noisy metrics, folded: they decide nothing."""
    steps = memory["tables"]["steps"]
    if not steps:
        return
    entries: list[Element] = []
    for step in steps[:_STEPS]:
        told = element("p", "At about ", show_commit(step), ":")
        entries += [told, _metrics(memory, step["metrics"], [])]
    if len(steps) > _STEPS:
        entries.append(element("p", f"{len(steps) - _STEPS:,} older ones are in memory.json."))
    title = f"Noisy metrics stepped at {count(steps, 'commit')}, by asv's fit: it decides nothing"
    yield fold(title, element("div", *entries))


def show_commit(commit: Mapping[str, Any], limit: int = _LINE) -> Element:
    """Return hash, day and subject of a commit."""
    subject = element("bdi", shorten(commit["subject"], limit))
    return element("span", *show_name(commit), " ", subject)


def show_name(commit: Mapping[str, Any]) -> Iterator[Element | str]:
    """Iterate over hash and day of a commit, its day where it is known."""
    yield element("code", format_hash(commit["commit"]))
    if "date" in commit:
        yield " "
        yield element("time", format_date(commit["date"]))


def show_delta(delta: float, unit: str) -> Element:
    """Return a difference, marked as growth or not."""
    return element("b", f"{format_signed(delta)} {unit}", class_="grew" if delta > 0 else "shrank")


def name_entry(change: Mapping[str, Any]) -> str:
    """Return the name of a change's entry within its page."""
    first = [change["unmeasured"]["first"]] if change["unmeasured"] else []
    return "-".join(("c", *first, change["commit"]))


def _entry(memory: Memory, change: Change) -> Element:
    lead = pick_lead(memory, change["metrics"])
    parts = [element("h3", show_commit(change, _SUBJECT))]
    if change["unmeasured"]:
        suspects = [element("li", show_commit(one)) for one in reversed(change["suspects"])]
        parts = [
            element("h3", format_range(change)),
            element("p", ONE_OF_THEM, class_="warning"),
            element("ul", *suspects, class_="older"),
        ]
    parts.extend(_lead(memory, lead))
    others = [metric for metric in change["metrics"] if metric is not lead]
    if others:
        title = count(others, "other exact metric")
        parts.append(fold(title, _metrics(memory, others, _sites(lead))))
    return element("article", *parts, id=name_entry(change))


def _lead(memory: Memory, metric: Metric) -> Iterator[Element]:
    """Iterate over the difference of a metric, what it makes to many sessions, and its sites."""
    difference = show_delta(metric["delta"], metric["unit"])
    percent = element("span", format_percent(metric["before"], metric["after"]))
    course = (
        f"{format_number(metric['before'])} \N{RIGHTWARDS ARROW} {format_number(metric['after'])}"
    )
    yield element("p", difference, percent, element("span", course), class_="lead")
    if metric["fleet"]:
        yield element("p", format_fleet(metric["fleet"]))
    yield element("p", format_metric(metric, memory["environment"]), class_="metric")
    sites = metric["sites"]
    if not sites:
        yield element("p", "The lines that did it are not known.", class_="metric")
        return
    rows = [
        element("tr", *(element("td", part) for part in _site(site))) for site in sites[:_SITES]
    ]
    yield element("table", element("tbody", *rows), class_="sites")
    if len(sites) > _SITES:
        yield element("p", f"{len(sites) - _SITES:,} smaller sites are in memory.json.")


def _site(site: Site) -> tuple[str, str, Element]:
    code = element("code", shorten(site["code"] or "", _CODE))
    return format_signed(site["delta"]), format_place(site), code


def _metrics(memory: Memory, metrics: Sequence[Metric], known: Sequence[object]) -> Element:
    """Return a table of metrics, with their sites where they are not at the known sites."""
    rows = []
    for metric in order_metrics(metrics):
        cells = (
            f"{format_signed(metric['delta'])} {metric['unit']}",
            format_percent(metric["before"], metric["after"]),
            format_number(metric["before"]),
            format_number(metric["after"]),
        )
        name = element("th", format_metric(metric, memory["environment"]), scope="row")
        rows.append(element("tr", name, *(element("td", cell) for cell in cells)))
        if metric["sites"] and _sites(metric) != known:
            parts = []
            for site in metric["sites"][:_SITES]:
                size, place, code = _site(site)
                parts.append(element("div", f"{size} {place} ", code))
            rows.append(element("tr", element("td", *parts, colspan="5"), class_="because"))
    heads = ("metric", "difference", "in percent", "before", "after")
    head = element("tr", *(element("th", name, scope="col") for name in heads))
    return scroll(element("table", element("thead", head), element("tbody", *rows)))


def _sites(metric: Metric) -> list[object]:
    return [(site["file"], site["line"]) for site in metric["sites"] or ()]


def _older(memory: Memory, changes: Sequence[Change]) -> Iterator[Element]:
    """Iterate over a line for each change that the page has no room to tell in full."""
    yield element(
        "p",
        f"{count(changes, 'older commit')}, each in a line: ",
        element("code", "python -m asv_ledger show"),
        " and memory.json tell all of it.",
    )
    lines = []
    for change in changes:
        lead = pick_lead(memory, change["metrics"])
        told: list[Element | str] = [
            show_delta(lead["delta"], lead["unit"]),
            " ",
            show_commit(change),
        ]
        if change["unmeasured"]:
            told.append(element("small", format_range(change)))
        lines.append(element("li", *told, id=name_entry(change)))
    yield element("ul", *lines, class_="older")
