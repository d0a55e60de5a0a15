"""Every command of the ledger says the same, whatever a user's git and environment are set to."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from asv_ledger.collect.commands import RUNNING_VERSION
from support.histories import git, repository, write_benchmarks, write_results
from tests.nastiest_git import be_nasty

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SOURCES = os.pathsep.join((str(ROOT), str(ROOT / "asv-ledger" / "src")))

SITES = """
import json
text = open("model.py", "rb").read().decode("latin-1")
site = {"file": "model.py", "line": 1, "code": text.strip(), "bytes": int(text.split()[2])}
print(json.dumps({"m.C.track_live": [site]}))
"""
METRICS = """
import json
text = open("model.py", "rb").read().decode("latin-1")
print(json.dumps({"m.C.track_live": int(text.split()[2])}))
"""

COMMANDS = (
    ("asv_ledger", "explain", "HEAD~1"),
    ("asv_ledger", "show"),
    ("asv_ledger", "show", "v1..HEAD"),
    ("asv_ledger", "show", "v9"),
    ("asv_ledger", "gate", "HEAD~2", "HEAD~1"),
    ("asv_ledger", "gate", "v1", "--markdown"),
    ("asv_ledger", "gate", "v9", "HEAD"),
    ("asv_ledger", "accept", "--check"),
    ("dev.asv", "publish", "--no-pull"),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of four commits, with tags, a message in Latin-1 and a signature."""
    folder = tmp_path / "project"
    folder.mkdir()
    repository(folder)
    (folder / "benchmarks").mkdir()
    (folder / "benchmarks" / "sites.py").write_text(SITES)
    (folder / "benchmarks" / "metrics.py").write_text(METRICS)
    (folder / "baseline.toml").write_text(f'["{RUNNING_VERSION}"]\n"m.C.track_live" = 108\n')
    configuration = {
        "version": 1,
        "project": "p",
        "repo": ".",
        "branches": ["main"],
        "results_dir": "results",
        "html_dir": "html",
        "plugins": [".asv_ledger.publisher"],
        "ledger": {
            "measured": ["model.py"],
            "exact": ["track_"],
            "sites": "python benchmarks/sites.py",
            "metrics": "python benchmarks/metrics.py",
        },
    }
    (folder / "asv.conf.json").write_text(json.dumps(configuration))
    write_benchmarks(folder / "results", m__C__track_live={"type": "track"})
    for size, comment in (
        (100, "$Id$"),
        (100, "$Format:%H$"),
        (108, "größer"),
        (109, "one\x0ctwo"),
    ):
        (folder / "model.py").write_text(f"size = {size} # {comment}\n")
        git(folder, "add", "model.py", "baseline.toml", "benchmarks", "asv.conf.json")
        git(
            folder,
            "-c",
            "i18n.commitEncoding=ISO-8859-1",
            "commit",
            "--quiet",
            "--date=2026-04-13T23:30:00-1100",
            "--file=-",
            stdin=f"Hold {size} größer\n\nMore.\n".encode("latin-1"),
        )
        sign(folder)
        if size == 100:
            git(folder, "tag", "--force", "--annotate", "--message", "first", "v1")
        name = git(folder, "rev-parse", "HEAD")
        values = {"m.C.track_live": [[size], [], "1"]}
        write_results(folder / "results", name, values, python=RUNNING_VERSION)
    return folder


def sign(folder: Path) -> None:
    """Give the last commit a signature, of nobody."""
    header, _, message = git_bytes(folder, "cat-file", "commit", "HEAD").partition(b"\n\n")
    signature = (
        b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n none\n -----END PGP SIGNATURE-----\n\n"
    )
    written = git(
        folder, "hash-object", "-w", "-t", "commit", "--stdin", stdin=header + signature + message
    )
    git(folder, "update-ref", "refs/heads/main", written)


def git_bytes(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True).stdout


def outcome(project: Path, **variables: str) -> Iterator[tuple[object, ...]]:
    """Iterate over all that the commands print and write in a fresh copy."""
    copy = project.with_name("copy")
    shutil.copytree(project, copy, symlinks=True)
    for command in COMMANDS:
        process = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": SOURCES, "PYTHONUTF8": "1"} | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        yield command, process.returncode, process.stdout, process.stderr
    for path in sorted([*copy.glob("attribution/*"), *copy.glob("html/memory.*")]):
        yield path.relative_to(copy), path.read_bytes()
    shutil.rmtree(copy)


def test_the_nastiest_git_changes_no_word(project: Path, tmp_path: Path) -> None:
    plain = list(outcome(project))
    statuses = [run[1] for run in plain[: len(COMMANDS)]]
    assert statuses == [0, 0, 0, 2, 0, 1, 2, 1, 0], plain
    assert len(plain) == len(COMMANDS) + 7
    nasty = be_nasty(tmp_path / "nasty")
    assert list(outcome(project, **nasty)) == plain
    other = be_nasty(tmp_path / "other", quote=False, encoding="ISO-8859-1")
    inherited = {
        "GIT_DIR": str(tmp_path / "nowhere"),
        "GIT_WORK_TREE": str(tmp_path),
        "GIT_INDEX_FILE": str(tmp_path / "index"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "objects"),
        "GIT_PREFIX": "sub/",
        "GIT_LITERAL_PATHSPECS": "1",
    }
    without = {name: value for name, value in other.items() if "PATHSPECS" not in name}
    assert list(outcome(project, **without, **inherited)) == plain
