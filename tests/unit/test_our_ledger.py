"""The ledger on this project: its settings, the code that it looks through, and its files."""

import re
import subprocess
from pathlib import Path

import pytest

from asv_ledger.config import read_settings
from asv_ledger.model.reach import find_reaches

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "bridge_model"


def test_the_settings_of_this_project_are_read() -> None:
    settings = read_settings(ROOT / "asv.conf.json")
    assert settings.exact
    assert (settings.metrics, settings.sites) == (None, None)
    assert settings.roots == ("bridge_model", "benchmarks/workload.py")


def test_the_model_of_this_project_is_all_looked_through() -> None:
    head = {f"m/{path.name}": path.read_bytes() for path in MODEL.glob("*.py")}
    assert find_reaches(head, head) == []
    found = find_reaches({}, head)
    assert {one.what for one in found} >= {"uses time.time", "keeps _NAMES for all calls"}
    assert not [one for one in found if one.line is None]


def test_no_file_of_others_is_committed() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "html", "*.js", "*.css", ".asv", "*node_modules*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    package = "asv-ledger/src/asv_ledger"
    ours = re.compile(
        rf"{package}/explorer/explorer\.js|{package}/render/templates/memory\.css|html/memory\.[\w.]+"
    )
    assert [path for path in tracked if not ours.fullmatch(path)] == []


@pytest.mark.parametrize("folder", ["src", "docs", "examples"])
def test_the_package_has_no_word_of_this_project(folder: str) -> None:
    targets = "|".join(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    words = re.compile(
        rf"\b(bridge|chat|crisis|evaluation|fleet|planted|proof|session)s?\b|\bmake ({targets})\b",
        re.IGNORECASE,
    )
    paths = [path for path in (ROOT / "asv-ledger" / folder).rglob("*") if path.is_file()]
    assert paths
    found = {
        path.relative_to(ROOT).as_posix(): words.findall(path.read_text())
        for path in paths
        if path.suffix != ".pyc"
    }
    assert {path: told for path, told in found.items() if told} == {}
