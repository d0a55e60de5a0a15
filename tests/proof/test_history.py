import ast
from collections import Counter
from pathlib import Path

import pytest

from proof.history import SHORT, UNSEEN, WHOLE, chosen
from proof.scratch import Project

GUILTY = {
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
    "creep": 10,
    "growth only at high session counts": 1,
    "growth only in the multilingual payload": 2,
    "growth only in steady state after evictions": 1,
    "a peak while building that leaves nothing behind": 2,
    "leak on close": 1,
    "taken back": 3,  # and make another figure grow
}

INNOCENT = {
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


def test_it_has_guilty_commits_of_every_kind() -> None:
    assert Counter(one.kind for one in WHOLE if one.grows) == GUILTY
    assert sum(GUILTY.values()) >= 40


def test_it_has_innocent_commits_of_every_kind() -> None:
    innocent = [one.kind for one in WHOLE if not one.is_guilty]
    assert len(innocent) >= 40
    assert set(innocent) >= INNOCENT


def test_each_commit_is_known_by_its_subject() -> None:
    assert len({one.subject for one in WHOLE}) == len(WHOLE)
    assert set(SHORT) <= set(WHOLE)
    assert len({kind for kind, _ in UNSEEN}) == len(UNSEEN)


def test_every_commit_applies_in_order_and_is_python(tmp_path: Path) -> None:
    project = Project.copy(tmp_path / "project")
    for one in WHOLE:
        for change in one.changes:
            change.apply(project.folder)
        for module in (project.folder / "bridge_model").glob("*.py"):
            ast.parse(module.read_text())


def test_the_short_one_is_planted_where_all_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PLANTED", raising=False)
    assert chosen() == SHORT
    monkeypatch.setenv("PLANTED", "all")
    assert chosen() == WHOLE
