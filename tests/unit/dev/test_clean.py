import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev import clean as command
from dev.clean import remove_all
from dev.errors import DevError
from dev.lock import alone
from support.histories import git

ROOT = Path(__file__).resolve().parents[3]

MADE = (
    ".venvs/cpython-3.12.1-x/bin/python",
    ".asv/env/0a/project/.git/HEAD",
    ".asv/unmeasured/file",
    ".hypothesis/examples/file",
    ".import_linter_cache/file",
    ".mypy_cache/file",
    ".pytest_cache/file",
    ".ruff_cache/file",
    "html/index.html",
    "html/graphs/file.json",
    "asv-ledger/src/asv_ledger/__pycache__/cli.pyc",
    "dev/__pycache__/lock.pyc",
    "tests/unit/dev/__pycache__/test_clean.pyc",
)
KEPT = (
    ".gitignore",
    ".env",
    "notes.txt",
    "venv/lib/__pycache__/module.pyc",
    "html/memory.json",
    "html/memory.html",
    "dev/lock.py",
    "dev/draft.py",
    "results/machine/result.json",
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    for name in (*MADE, *KEPT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".venv").symlink_to(".venvs/cpython-3.12.1-x")
    return tmp_path


def files(root: Path) -> set[str]:
    found = (path for path in root.rglob("*") if path.is_symlink() or path.is_file())
    return {path.relative_to(root).as_posix() for path in found}


def test_what_the_commands_made_goes_and_what_a_user_hides_stays(root: Path) -> None:
    assert command.clean() == 0
    assert files(root) == {*KEPT, ".asv/lock"}
    assert command.clean() == 0
    assert files(root) == {*KEPT, ".asv/lock"}


def test_without_an_environment_no_lock_is_made(root: Path) -> None:
    remove_all(root)
    assert files(root) == {*KEPT}


def test_what_is_removed_is_what_the_project_itself_ignores(root: Path) -> None:
    git(root, "init", "--quiet")
    (root / ".gitignore").write_bytes((ROOT / ".gitignore").read_bytes())
    ignored = git(root, "ls-files", "--others", "--ignored", "--exclude-from=.gitignore")
    nested = {name for name in MADE if "/.git/" in name}
    assert set(ignored.splitlines()) >= {*MADE, ".venv"} - nested
    assert not {*KEPT} - {"venv/lib/__pycache__/module.pyc"} & set(ignored.splitlines())


def test_where_a_link_leads_nothing_is_removed(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    (root / ".ruff_cache" / "file").unlink()
    (root / ".ruff_cache").rmdir()
    (root / ".ruff_cache").symlink_to(elsewhere)
    command.clean()
    assert not (root / ".ruff_cache").is_symlink()
    assert (elsewhere / "precious").exists()


def test_nothing_is_removed_beneath_a_run(root: Path) -> None:
    before = files(root)
    with alone(root), pytest.raises(DevError, match="another run is at work"):
        command.clean()
    assert files(root) == {*before, ".asv/lock"}


def test_clean_needs_no_environment(tmp_path: Path) -> None:
    """As ``make clean`` in a checkout where no command ever ran, with the Python of the system."""
    for name in ("dev", "asv-ledger"):
        (tmp_path / name).mkdir()
    for path in (ROOT / "dev").glob("*.py"):
        (tmp_path / "dev" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "asv-ledger" / "src").symlink_to(ROOT / "asv-ledger" / "src")
    (tmp_path / ".ruff_cache").mkdir()
    process = subprocess.run(
        [sys.executable, "-I", "-S", "dev", "clean"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["asv-ledger", "dev"]
