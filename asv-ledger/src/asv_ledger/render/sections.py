"""Sections: what a project adds to memory.html."""

from collections.abc import Iterator

from asv_ledger.document.schema import Section, SectionTable
from asv_ledger.render.markup import Element, element, fold, scroll
from asv_ledger.render.wording import Memory, count, format_cell, is_numeric

_SHOWN = 12  # rows that are not folded away
_ROWS = 500  # shown at all


def show_sections(memory: Memory) -> Iterator[Element]:
    """Iterate over the sections, each under its title."""
    for place, section in enumerate(memory["sections"]):
        title = element("h2", section["title"])
        yield element("section", title, *_show(section), id=_name(place))


def show_links(memory: Memory) -> Iterator[Element]:
    """Iterate over links to the sections."""
    for place, section in enumerate(memory["sections"]):
        yield element("a", section["title"], href=f"#{_name(place)}")


def _name(place: int) -> str:
    return f"section-{place + 1}"


def _show(section: Section) -> Iterator[Element]:
    yield from (element("p", paragraph) for paragraph in section["text"])
    for table in section["tables"]:
        shown = [scroll(_table(table))]
        if len(table["rows"]) > _ROWS:
            more = count(table["rows"][_ROWS:], "more row")
            shown.append(element("p", f"{more} in memory.json."))
        if len(table["rows"]) > _SHOWN:
            yield fold(f"{table['title']}: {count(table['rows'], 'row')}", *shown)
        else:
            yield from (element("h3", table["title"]), *shown)


def _table(table: SectionTable) -> Element:
    kinds = ["" if is_numeric(table, place) else "text" for place in range(len(table["columns"]))]
    heads = [
        element("th", column, scope="col", class_=kind)
        for column, kind in zip(table["columns"], kinds, strict=True)
    ]
    rows = [
        element(
            "tr",
            *[
                element("td", format_cell(cell), class_=kind)
                for cell, kind in zip(row, kinds, strict=True)
            ],
        )
        for row in table["rows"][:_ROWS]
    ]
    return element("table", element("thead", element("tr", *heads)), element("tbody", *rows))
