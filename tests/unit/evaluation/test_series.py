"""The patches that there are: what they inject, and that they apply to the working tree."""

import ast
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from evaluation.history import chosen
from evaluation.injected import PATCHES, Injected, apply, changed_modules, read_series
from evaluation.scratch import ROOT

REGRESSIONS = {
    "an extra field": 5,
    "an object a session": 1,
    "a slot lost": 2,
    "a dict where there was a tuple": 1,
    "a string no longer shared": 1,
    "a list that over-allocates": 1,
    "timestamps that became objects": 1,
    "a cache without a bound": 3,
    "a reference cycle": 1,
    "a closure that keeps the session": 1,
    "a listener not removed": 1,
    "a window off by one": 1,
    "history kept after a room change": 1,
    "crisis state kept after recovery": 2,
    "a leak on refused input": 2,
    "a text stored twice": 2,
    "text kept as a wider string": 1,
    "cumulative drift": 10,
    "growth only at high session counts": 1,
    "growth only in the multilingual payload": 2,
    "growth only in steady state after evictions": 1,
    "a peak while building that leaves nothing behind": 2,
    "leak on close": 1,
    "reverted": 3,  # and make another metric grow
}

NEUTRAL = {
    "a comment",
    "a docstring",
    "a rename",
    "reordered code",
    "a new unused module",
    "type hints",
    "a faster algorithm of the same memory",
    "a dependency pin",
    "README",
    "a benchmark edited",
}

ALL, SHORT = read_series("all"), read_series("short")


def test_it_has_regressions_of_every_kind() -> None:
    kinds = Counter(one.kind for one in ALL if one.injects == "regression")
    assert kinds >= Counter(REGRESSIONS)
    assert sum(REGRESSIONS.values()) >= 40


def test_it_has_neutral_commits_of_every_kind() -> None:
    neutral = [one.kind for one in ALL if one.injects == "neutral"]
    assert len(neutral) >= 40
    assert set(neutral) >= NEUTRAL


def test_each_commit_is_known_by_its_subject() -> None:
    assert len({one.subject for one in ALL}) == len(ALL)
    assert set(SHORT) <= set(ALL)


def test_each_patch_is_listed_once() -> None:
    assert sorted(one.patch for one in ALL) == sorted(PATCHES.glob("*.patch"))


@pytest.mark.parametrize("series", [ALL, SHORT], ids=["all", "short"])
def test_every_patch_applies_in_order_and_is_python(
    series: tuple[Injected, ...], tmp_path: Path
) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    for name in ("bridge_model", "benchmarks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("README.md", "CONTRIBUTING.md", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    for one in series:
        apply(tmp_path, one.patch)
        for module in changed_modules(one.patch):
            ast.parse((tmp_path / module).read_text())


def test_the_short_one_is_injected_where_all_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("INJECTED", raising=False)
    assert chosen() == SHORT
    monkeypatch.setenv("INJECTED", "all")
    assert chosen() == ALL
