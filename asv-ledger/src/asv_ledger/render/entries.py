"""Entries: commits on a page, and what each of them changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from asv_ledger.render.markup import Element, element, fold, scroll, serialize
from asv_ledger.render.terminal import tell_number
from asv_ledger.render.wording import (
    NO_CHANGES,
    ONE_OF_THEM,
    Figure,
    Memory,
    count,
    order_figures,
    pick_lead,
    shorten,
    tell_date,
    tell_figure,
    tell_fleet,
    tell_hash,
    tell_percent,
    tell_place,
    tell_range,
    tell_signed,
)

LISTED = 1_000  # changed commits that a page tells of

_IN_FULL = 800_000  # bytes of entries told in full: beyond it a page gets slow
_SUBJECT = 200  # characters of a subject
_LINE = 80  # of one in a line
_CODE = 160
_CAUSES = 12
_STEPS = 20  # commits at which noisy figures stepped


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
    """Iterate over what tells the steps of noisy figures, folded: they decide nothing."""
    steps = memory["tables"]["steps"]
    if not steps:
        return
    entries: list[Element] = []
    for step in steps[:_STEPS]:
        told = element("p", "At about ", show_commit(step), ":")
        entries += [told, _figures(memory, step["figures"], [])]
    if len(steps) > _STEPS:
        entries.append(element("p", f"{len(steps) - _STEPS:,} older ones are in memory.json."))
    title = f"Noisy figures stepped at {count(steps, 'commit')}, by asv's fit: it decides nothing"
    yield fold(title, element("div", *entries))


def show_commit(commit: Mapping[str, Any], limit: int = _LINE) -> Element:
    """Return hash, day and subject of a commit."""
    subject = element("bdi", shorten(commit["subject"], limit))
    return element("span", *show_name(commit), " ", subject)


def show_name(commit: Mapping[str, Any]) -> Iterator[Element | str]:
    """Iterate over hash and day of a commit, its day where it is known."""
    yield element("code", tell_hash(commit["commit"]))
    if "date" in commit:
        yield " "
        yield element("time", tell_date(commit["date"]))


def show_delta(delta: float, unit: str) -> Element:
    """Return a difference, marked as growth or not."""
    return element("b", f"{tell_signed(delta)} {unit}", class_="grew" if delta > 0 else "shrank")


def name_entry(change: Mapping[str, Any]) -> str:
    """Return the name of a change's entry within its page."""
    commits = [*change["unmeasured"][:1], change["commit"]]
    return "-".join(("c", *commits))


def _entry(memory: Memory, change: Mapping[str, Any]) -> Element:
    lead = pick_lead(memory, change["figures"])
    parts = [element("h3", show_commit(change, _SUBJECT))]
    if change["unmeasured"]:
        suspects = [element("li", show_commit(one)) for one in reversed(change["suspects"])]
        parts = [
            element("h3", tell_range(change)),
            element("p", ONE_OF_THEM, class_="warning"),
            element("ul", *suspects, class_="older"),
        ]
    parts.extend(_lead(memory, lead))
    others = [figure for figure in change["figures"] if figure is not lead]
    if others:
        title = count(others, "other exact figure")
        parts.append(fold(title, _figures(memory, others, _sites(lead))))
    return element("article", *parts, id=name_entry(change))


def _lead(memory: Memory, figure: Figure) -> Iterator[Element]:
    """Iterate over the difference of a figure, what it makes to many sessions, and its causes."""
    difference = show_delta(figure["delta"], figure["unit"])
    percent = element("span", tell_percent(figure["before"], figure["after"]))
    course = f"{tell_number(figure['before'])} \N{RIGHTWARDS ARROW} {tell_number(figure['after'])}"
    yield element("p", difference, percent, element("span", course), class_="lead")
    if figure["fleet"]:
        yield element("p", tell_fleet(figure["fleet"]))
    yield element("p", tell_figure(figure, memory["environment"]), class_="figure")
    causes = figure["causes"]
    if not causes:
        yield element("p", "The lines that did it are not known.", class_="figure")
        return
    rows = [
        element("tr", *(element("td", part) for part in _cause(cause)))
        for cause in causes[:_CAUSES]
    ]
    yield element("table", element("tbody", *rows), class_="causes")
    if len(causes) > _CAUSES:
        yield element("p", f"{len(causes) - _CAUSES:,} smaller causes are in memory.json.")


def _cause(cause: Mapping[str, Any]) -> tuple[str, str, Element]:
    code = element("code", shorten(cause["code"] or "", _CODE))
    return tell_signed(cause["bytes"]), tell_place(cause), code


def _figures(memory: Memory, figures: Sequence[Figure], known: Sequence[object]) -> Element:
    """Return a table of figures, with their causes where they are not at the known sites."""
    rows = []
    for figure in order_figures(figures):
        cells = (
            f"{tell_signed(figure['delta'])} {figure['unit']}",
            tell_percent(figure["before"], figure["after"]),
            tell_number(figure["before"]),
            tell_number(figure["after"]),
        )
        name = element("th", tell_figure(figure, memory["environment"]), scope="row")
        rows.append(element("tr", name, *(element("td", cell) for cell in cells)))
        if figure["causes"] and _sites(figure) != known:
            parts = []
            for cause in figure["causes"][:_CAUSES]:
                size, place, code = _cause(cause)
                parts.append(element("div", f"{size} {place} ", code))
            rows.append(element("tr", element("td", *parts, colspan="5"), class_="because"))
    heads = ("figure", "difference", "in percent", "before", "after")
    head = element("tr", *(element("th", name, scope="col") for name in heads))
    return scroll(element("table", element("thead", head), element("tbody", *rows)))


def _sites(figure: Figure) -> list[object]:
    return [(cause["file"], cause["line"]) for cause in figure["causes"] or ()]


def _older(memory: Memory, changes: Sequence[Mapping[str, Any]]) -> Iterator[Element]:
    """Iterate over a line for each change that the page has no room to tell in full."""
    yield element(
        "p",
        f"{count(changes, 'older commit')}, each in a line: ",
        element("code", "python -m asv_ledger show"),
        " and memory.json tell all of it.",
    )
    lines = []
    for change in changes:
        lead = pick_lead(memory, change["figures"])
        told: list[Element | str] = [
            show_delta(lead["delta"], lead["unit"]),
            " ",
            show_commit(change),
        ]
        if change["unmeasured"]:
            told.append(element("small", tell_range(change)))
        lines.append(element("li", *told, id=name_entry(change)))
    yield element("ul", *lines, class_="older")
