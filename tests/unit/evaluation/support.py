"""Patches of a module that is made for a test."""

from difflib import unified_diff
from pathlib import Path

import pytest

from evaluation.injected import Injected, read_patch
from evaluation.scratch import Project

FILE = "bridge_model/kept.py"
COST = "session_memory.Session.track_live(1)"
MODULE = "# one\n    kept = []\n"
NEUTRAL = "Injects: neutral", "Kind: a comment"
REGRESSION = (
    "Injects: regression",
    "Kind: an extra field",
    f"Metric: {COST} +8",
    f"Line: {FILE}: kept = [None]",
)
IMPROVEMENT = (
    "Injects: improvement",
    "Kind: reverted",
    f"Metric: {COST} -8",
    f"Line: {FILE}: kept = [None]",
)


def diff(old: str, new: str) -> str:
    """Return the diff of a module, as git writes it."""
    lines = unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{FILE}", f"b/{FILE}"
    )
    return f"diff --git a/{FILE} b/{FILE}\n{''.join(lines)}"


def write(folder: Path, subject: str, trailers: tuple[str, ...], changes: str) -> Injected:
    """Write a patch, and return what is read from it."""
    path = folder / f"{subject.lower().replace(' ', '-')}.patch"
    told = "\n".join(trailers)
    path.write_text(f"Subject: {subject}\n\nIt is for a test.\n\n{told}\n\n{changes}")
    return read_patch(path)


def samples(folder: Path) -> tuple[Injected, Injected, Injected]:
    """Write a neutral, a regressing and an improving patch that apply in this order."""
    twice = f"# two\n{MODULE}"
    kept = twice.replace("[]", "[None]")
    return (
        write(folder, "Comment", NEUTRAL, diff(MODULE, twice)),
        write(folder, "Keep two", REGRESSION, diff(twice, kept)),
        write(folder, "Keep none", IMPROVEMENT, diff(kept, twice)),
    )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a repository of one module."""
    folder = tmp_path / "project"
    (folder / "bridge_model").mkdir(parents=True)
    (folder / FILE).write_text(MODULE)
    project = Project(folder, tmp_path)
    project.git("init", "--quiet", "--initial-branch=main")
    return project
