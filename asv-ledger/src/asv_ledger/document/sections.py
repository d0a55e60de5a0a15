"""Sections: what a project adds to the pages, from a file of JSON that it keeps.

No code of the project runs: the file has a title, paragraphs of text, and tables.
"""

from pathlib import Path
from typing import Any

from asv_ledger.document.schema import Section, SectionTable
from asv_ledger.files import parse_json, read_text
from asv_ledger.shapes import as_list, as_object, as_text, as_texts, is_number
from asv_ledger.text import quote

_LARGEST = 2_000_000  # bytes: a page of more is no page


class SectionError(Exception):
    """A file is no section; the message is one line."""


def read_section(path: Path) -> Section:
    """Return the section in a file; it may hold more, for other readers. Raises SectionError."""
    try:
        return _section(as_object(parse_json(read_text(path, _LARGEST)), "it"))
    except OSError as error:
        raise SectionError(f"it cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SectionError(f"it is no section: {error}") from None


def _section(section: dict[str, Any]) -> Section:
    return {
        "title": as_text(section, "title"),
        "text": as_texts(section.get("text"), "its text"),
        "tables": [
            _table(as_object(table, "a table"))
            for table in as_list(section.get("tables"), "its tables")
        ],
    }


def _table(table: dict[str, Any]) -> SectionTable:
    title = as_text(table, "title")
    columns = as_texts(table.get("columns"), f"the columns of {quote(title)}")
    rows = [
        as_list(row, f"a row of {quote(title)}")
        for row in as_list(table.get("rows"), f"the rows of {quote(title)}")
    ]
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(
                f"a row of {quote(title)} has {len(row):,} cells; allowed: {len(columns):,}, one a "
                "column"
            )
        for cell in row:
            if not isinstance(cell, str | None) and not is_number(cell):
                raise ValueError(
                    f"a cell of {quote(title)} is {quote(cell)}; allowed: a text, a number, null"
                )
    return {"title": title, "columns": columns, "rows": rows}
