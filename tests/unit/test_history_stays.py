"""What memory.json says of the committed results: what it said before its keys had other names."""

import gzip
import json
from ast import literal_eval
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from asv_ledger.document.json_schema import read_json_schema
from asv_ledger.document.memory import describe
from asv_ledger.document.schema import Memory
from asv_ledger.model.history import History
from asv_ledger.sources.attribution import KeptSites
from asv_ledger.sources.commits import read_commits
from asv_ledger.sources.project import read_project

ROOT = Path(__file__).parents[2]
# As it was published first, without what was found of injected commits.
BEFORE = json.loads(gzip.decompress(Path(__file__).with_name("memory_before.json.gz").read_bytes()))
RENAMED = {
    "bytes": "delta",  # of an allocation site
    "causes": "sites",
    "creep": "drift",
    "figures": "metrics",
    "fleet": "scale",
    "gaps": "failed",
    "sessions_per_gigabyte": "per_gigabyte",
}


def say_now(told: Any, key: str = "") -> Any:
    """Return what was told, by the names and in the values that it has now."""
    if isinstance(told, dict):
        return {RENAMED.get(name, name): say_now(value, name) for name, value in told.items()}
    if key == "unmeasured":
        return (told and {"count": len(told), "first": told[0], "last": told[-1]}) or None
    if key == "parameters":
        return [read(one) for one in told]
    return [say_now(one) for one in told] if isinstance(told, list) else told


def read(written: str) -> object:
    try:
        return literal_eval(written)
    except ValueError:  # the name of a parameter
        return written


def pick(told: Any, like: Any) -> Any:
    """Return what is told by the keys that something else has."""
    if isinstance(like, dict):
        return {name: pick(told[name], value) for name, value in like.items()}
    if isinstance(like, list):
        return [pick(*pair) for pair in zip(told, like, strict=True)]
    return told


@pytest.fixture(scope="module")
def memory() -> Memory:
    """Return the document of the commits that the old one is of."""
    project = read_project(ROOT / "asv.conf.json")
    settings, whole = project.settings, project.history
    known = read_commits(settings.repository, BEFORE["commit"])
    history = History(
        {name: commit for name, commit in whole.items() if name in known},
        branches={
            branch: tuple(name for name in names if name in known)
            for branch, names in whole.branches.items()
        },
        idle=whole.idle,
    )
    explain = KeptSites.of(settings, project.exact).explain
    return describe(project.name, history, project.measurements.series, settings, explain)


def test_every_change_and_every_number_is_as_it_was(memory: Memory) -> None:
    before = say_now(BEFORE)
    for drift in before["drift"]:
        drift["commits"] = drift["commits"][:12]
    for step in before["tables"]["steps"]:
        assert step.pop("measured_at") == step["commit"]
    for key, told in before.items():
        assert pick(memory[key], told) == told, key  # type: ignore[literal-required]
    assert len(before["changes"]) == 15
    assert sum(len(change["metrics"]) for change in before["changes"]) == 351


def test_it_has_the_shape_that_is_published(memory: Memory) -> None:
    validator = Draft202012Validator(json.loads(read_json_schema("memory")))
    assert list(validator.iter_errors(memory)) == []
