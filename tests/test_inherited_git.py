"""The tests as a pre-commit hook of a user: git hands a repository to all that a hook runs."""

import os
import subprocess
import sys
from pathlib import Path

from support.histories import git, repository

ROOT = Path(__file__).resolve().parents[1]


def test_the_tests_leave_the_repository_alone_that_a_hook_inherits(tmp_path: Path) -> None:
    (name,) = repository(tmp_path, "one")
    (tmp_path / "staged").touch()
    git(tmp_path, "add", "staged")
    folder = tmp_path / ".git"
    index = (folder / "index").read_bytes()
    inherited = {
        "GIT_DIR": str(folder),
        "GIT_WORK_TREE": str(tmp_path),
        "GIT_INDEX_FILE": str(folder / "index"),
    }
    chosen = (
        "asv-ledger/tests/sources/test_commits.py",
        "-k",
        "test_a_tag_may_have_any_name",
        "-q",
    )
    process = subprocess.run(
        [sys.executable, "-m", "pytest", *chosen, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env=os.environ | inherited,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    assert git(tmp_path, "log", "--all", "--format=%H") == name
    assert git(tmp_path, "tag") == ""
    assert git(tmp_path, "status", "--porcelain") == "A  staged"
    assert (folder / "index").read_bytes() == index
