import subprocess
from pathlib import Path

import pytest

from dev.clean import clean
from dev.lock import LockError, alone
from support.histories import git

ROOT = Path(__file__).resolve().parents[3]

MADE = (
    ".venv/bin/python",
    ".asv/env/0a/project/.git/HEAD",
    ".asv/unmeasured/file",
    ".hypothesis/examples/file",
    ".mypy_cache/file",
    ".pytest_cache/file",
    ".ruff_cache/file",
    "html/index.html",
    "html/graphs/file.json",
    "asv-ledger/src/asv_ledger/__pycache__/git.pyc",
    "tests/unit/dev/__pycache__/test_clean.pyc",
)
KEPT = (
    ".gitignore",
    ".env",
    "notes.txt",
    "venv/lib/__pycache__/module.pyc",
    "html/memory.json",
    "html/memory.html",
    "asv-ledger/src/asv_ledger/git.py",
    "asv-ledger/src/asv_ledger/draft.py",
    "results/machine/result.json",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (*MADE, *KEPT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_what_the_commands_made_goes_and_what_a_user_hides_stays(root: Path) -> None:
    clean(root)
    assert files(root) == {*KEPT, ".asv/lock"}
    clean(root)
    assert files(root) == {*KEPT, ".asv/lock"}


def test_what_is_removed_is_what_the_project_itself_ignores(root: Path) -> None:
    git(root, "init", "--quiet")
    (root / ".gitignore").write_bytes((ROOT / ".gitignore").read_bytes())
    ignored = git(root, "ls-files", "--others", "--ignored", "--exclude-from=.gitignore")
    nested = {name for name in MADE if "/.git/" in name}
    assert set(ignored.splitlines()) >= {*MADE} - nested
    assert not {*KEPT} - {"venv/lib/__pycache__/module.pyc"} & set(ignored.splitlines())


def test_where_a_link_leads_nothing_is_removed(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    (root / ".ruff_cache" / "file").unlink()
    (root / ".ruff_cache").rmdir()
    (root / ".ruff_cache").symlink_to(elsewhere)
    clean(root)
    assert not (root / ".ruff_cache").is_symlink()
    assert (elsewhere / "precious").exists()


def test_nothing_is_removed_beneath_a_run(root: Path) -> None:
    before = files(root)
    with alone(root), pytest.raises(LockError, match="another run is at work"):
        clean(root)
    assert files(root) == {*before, ".asv/lock"}


def test_make_clean_needs_no_environment(tmp_path: Path) -> None:
    for name in ("Makefile", "dev", "asv-ledger"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "notes.txt").touch()
    process = subprocess.run(
        ["make", "--dry-run", "clean"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert process.stdout == "python3 dev clean\n"
