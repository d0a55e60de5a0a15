import json
from pathlib import Path
from typing import Any

import pytest

from asv_ledger.document.schema import Section
from asv_ledger.document.sections import SectionError, read_section
from support.samples import section


def written(folder: Path, section: object) -> Path:
    path = folder / "section.json"
    path.write_text(json.dumps(section))
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_section(written(tmp_path, section())) == section()
    assert read_section(written(tmp_path, section() | {"more": 1})) == section()


def test_a_title_is_enough(tmp_path: Path) -> None:
    empty = Section(title="Nothing yet", text=[], tables=[])
    assert read_section(written(tmp_path, {"title": "Nothing yet"})) == empty


NO_CELLS: tuple[object, ...] = (True, [], 1e101, float("nan"), float("inf"))


def with_table(**parts: Any) -> dict[str, Any]:
    return {"title": "T", "tables": [{"title": "Sizes", "columns": ["a", "b"], "rows": []} | parts]}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ([], "it is []; allowed: an object"),
        ({}, "its title is None; allowed: a text"),
        ({"title": 3.12}, "its title is 3.12; allowed: a text"),
        ({"title": "T", "text": "x"}, "its text is 'x'; allowed: a list"),
        ({"title": "T", "text": [1]}, "its text is [1]; allowed: a list of texts"),
        ({"title": "T", "tables": {}}, "its tables is {}; allowed: a list"),
        ({"title": "T", "tables": ["x"]}, "a table is 'x'; allowed: an object"),
        (with_table(title=None), "its title is None; allowed: a text"),
        (
            with_table(columns=[1, 2]),
            "the columns of 'Sizes' is [1, 2]; allowed: a list of texts",
        ),
        (with_table(rows="x"), "the rows of 'Sizes' is 'x'; allowed: a list"),
        (with_table(rows=["ab"]), "a row of 'Sizes' is 'ab'; allowed: a list"),
        (
            with_table(rows=[[1]]),
            "a row of 'Sizes' has 1 cells; allowed: 2, one a column",
        ),
        *(
            (
                with_table(rows=[[1, cell]]),
                f"a cell of 'Sizes' is {cell!r}; allowed: a text, a number, null",
            )
            for cell in NO_CELLS
        ),
    ],
)
def test_what_is_no_section_is_one_line(tmp_path: Path, wrong: Any, why: str) -> None:
    with pytest.raises(SectionError) as caught:
        read_section(written(tmp_path, wrong))
    assert str(caught.value) == f"it is no section: {why}"


def test_a_file_that_is_none_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SectionError) as caught:
        read_section(tmp_path / "section.json")
    assert str(caught.value) == "it cannot be read: No such file or directory"
    (tmp_path / "section.json").mkdir()
    with pytest.raises(SectionError) as caught:
        read_section(tmp_path / "section.json")
    assert str(caught.value) == "it is no section: it is no regular file"
    (tmp_path / "other.json").write_bytes(b"\xff")
    with pytest.raises(SectionError, match="it is no section: 'utf-8' codec can't decode byte"):
        read_section(tmp_path / "other.json")
    (tmp_path / "large.json").write_text(" " * 2_000_001)
    with pytest.raises(SectionError) as caught:
        read_section(tmp_path / "large.json")
    assert str(caught.value) == ("it is no section: it has 2,000,001 bytes; allowed: 2,000,000")
