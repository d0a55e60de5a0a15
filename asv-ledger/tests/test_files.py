import os
from pathlib import Path

import pytest

from asv_ledger.files import whole_file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")
    with whole_file(path) as part:
        part.write_text("after")
        assert path.read_text() == "before"
        assert names(tmp_path) == ["file", f"file.{os.getpid()}.part"]
    assert path.read_text() == "after"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_where_that_fails_it_stays_as_it_was(error: type[BaseException], tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")

    def fail() -> None:
        with whole_file(path) as part:
            part.write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_text() == "before"
    assert names(tmp_path) == ["file"]


def test_what_a_link_leads_to_is_not_written(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text("mine")
    path = tmp_path / "file"
    for name in ("file", f"file.{os.getpid()}.part"):
        (tmp_path / name).symlink_to(own)
    with whole_file(path) as part:
        part.write_text("after")
    assert own.read_text() == "mine"
    assert path.read_text() == "after"
    assert not path.is_symlink()
