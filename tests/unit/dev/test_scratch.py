import os
import tempfile
from pathlib import Path

import pytest

from dev.scratch import temporary_folder


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "system"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_folder_is_there_as_long_as_the_run(system: Path, tmp_path: Path) -> None:
    with temporary_folder(tmp_path) as folder:
        assert folder.parent == system
        (folder / "file").touch()
    assert list(system.iterdir()) == []


@pytest.mark.usefixtures("system")
def test_a_run_that_was_killed_is_cleaned_up_after_and_no_other_is(tmp_path: Path) -> None:
    with temporary_folder(tmp_path) as folder:
        left = folder.with_name(f"{folder.name}left")
    (left / "asv-forkserver").mkdir(parents=True)
    precious = tmp_path / "precious"
    precious.mkdir()
    left.with_name(f"{left.name}link").symlink_to(precious)
    (tmp_path / "elsewhere").mkdir()
    with temporary_folder(tmp_path / "elsewhere") as other:
        with temporary_folder(tmp_path):
            assert not left.exists()
        assert other.is_dir()
    assert precious.is_dir()


@pytest.mark.usefixtures("system")
def test_what_is_of_another_user_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary_folder(tmp_path) as folder:
        left = folder.with_name(f"{folder.name}left")
        left.mkdir()
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)
    with temporary_folder(tmp_path):
        assert left.is_dir()
