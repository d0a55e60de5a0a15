import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from asv import util

from dev.files import whole_files


class Usage(NamedTuple):
    free: int


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_files_are_written_as_asv_writes_them(tmp_path: Path) -> None:
    data = {"b": 1, "a": [2]}
    util.write_json(str(tmp_path / "plain.json"), data, 2)
    with whole_files():
        util.write_json(str(tmp_path / "new" / "whole.json"), data, 2)
    assert (tmp_path / "new" / "whole.json").read_text() == (tmp_path / "plain.json").read_text()
    assert names(tmp_path / "new") == ["whole.json"]


def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text("{}")
    with whole_files(), pytest.raises(TypeError):
        util.write_json(str(path), {"first": "written", "second": object()})
    assert path.read_text() == "{}"
    assert names(tmp_path) == ["results.json"]


def test_nobody_ever_reads_half_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results.json"
    path.write_text('{"a": 1}')
    dump = json.dump

    def look_and_dump(data: Any, file: Any, **options: Any) -> None:
        dump(data, file, **options)
        assert json.loads(path.read_text()) == {"a": 1}
        assert not file.name.endswith(".json")

    monkeypatch.setattr(json, "dump", look_and_dump)
    with whole_files():
        util.write_json(str(path), {"a": 2})
    assert json.loads(path.read_text()) == {"a": 2}


def test_nothing_is_written_where_a_disk_is_all_but_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(49_999_999))
    with whole_files(), pytest.raises(OSError, match="MB are free") as caught:
        util.write_json(str(tmp_path / "results.json"), {})
    assert (caught.value.errno, caught.value.strerror, caught.value.filename) == (
        errno.ENOSPC,
        "49 MB are free, 50 MB are needed; make room",
        str(tmp_path),
    )
    assert names(tmp_path) == []


def test_a_disk_that_was_written_to_must_have_room_for_what_is_written_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = {"a": 10**9, "b": 10**9}
    devices = {"a": 1, "b": 2}
    stat = Path.stat

    def find_device(path: Path, **options: Any) -> Any:
        found = stat(path, **options)
        device = devices.get(path.name, 3)
        return os.stat_result((*found[:2], device, *found[3:]))

    monkeypatch.setattr(Path, "stat", find_device)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(free.get(Path(path).name, 10**9)))
    with whole_files():
        util.write_json(str(tmp_path / "a" / "environment.json"), {})
        free["a"] = 0
        with pytest.raises(OSError, match="0 MB are free") as caught:
            util.write_json(str(tmp_path / "b" / "results.json"), {})
    assert caught.value.filename == str(tmp_path / "a")
