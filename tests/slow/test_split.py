"""A history measured in parts by two workers and copied together, against one run of all of it."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.slow.scratch import Project, keeping

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

MERGED = ("results", "attribution")
TOLD_BY_THE_CLOCK = ("info.json", "info.json.js", "regressions.xml")

SMALLEST = "_SMALLEST = 480"
PADDED = ".ljust(_SMALLEST, _NEXT)\n\n\ndef move"


def change(project: Project, subject: str, old: str, new: str) -> None:
    path = project.folder / "bridge_model" / "packed.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    project.commit(subject)


def clone(project: Project, name: str) -> Project:
    """Return what another machine has: the commits, and no results."""
    project.git("clone", "--quiet", ".", f"../{name}")
    return Project(project.folder.parent / name, project.home)


def bench(project: Project, commit_range: str) -> None:
    finished = project.bench(RANGE=commit_range)
    assert finished.status == 0, finished.output + finished.errors


def merge(parts: list[Project], into: Project) -> None:
    for part in parts:
        for name in MERGED:
            if (part.folder / name).is_dir():
                shutil.copytree(part.folder / name, into.folder / name, dirs_exist_ok=True)


def explain_and_publish(project: Project) -> None:
    explained = project.run("-m", "asv_ledger", "explain")
    assert (explained.status, explained.errors) == (0, "")
    finished = project.dev("site")
    assert finished.status == 0, finished.output + finished.errors


def show(project: Project) -> str:
    shown = project.run("-m", "asv_ledger", "show")
    assert (shown.status, shown.errors) == (0, "")
    return shown.output


def plan(project: Project) -> list[dict[str, str]]:
    printed = project.run("-m", "dev.split", "2", PYTHON)
    assert printed.status == 0, printed.errors
    parts: list[dict[str, str]] = json.loads(printed.output)
    return parts


def metrics(project: Project) -> dict[str, object]:
    """Return what the results of each commit say, without when and how long it was measured."""
    told: dict[str, object] = {}
    for path in project.results():
        read = json.loads(path.read_text())
        end = read["result_columns"].index("started_at")
        results = {name: row[:end] for name, row in read["results"].items()}
        told[path.name] = results, read["commit_hash"], read["params"]
    return told


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def move_to_another_machine(project: Project) -> None:
    """Make the results those of a machine with another processor."""
    (folder,) = {path.parent for path in project.results()}
    for path in folder.glob("*.json"):
        path.write_text(path.read_text().replace(folder.name, "another"))
    folder.rename(folder.with_name("another"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project of four commits, the last two of them regressing, measured in one run."""
    project = Project.copy(
        tmp_path_factory.mktemp("split") / "whole",
        without=keeping("component_memory"),  # all of it is exact, so that nothing may differ
    )
    project.commit("Begin")
    change(project, "Say more", SMALLEST, f"{SMALLEST}  # neutral")
    change(project, "Pad by one", PADDED, PADDED.replace("\n", " + _NEXT\n", 1))
    change(project, "Pad by two", " + _NEXT\n", " + 2 * _NEXT\n")
    bench(project, "ALL")
    return project


@pytest.fixture(scope="module")
def parts(whole: Project) -> list[Project]:
    """Return two clones with the older and the newer half measured: the border is a change."""
    older, newer = clone(whole, "older"), clone(whole, "newer")
    bench(older, "HEAD~2")
    (_, last) = plan(newer)
    assert (last["python"], last["part"]) == (PYTHON, "2 of 2")
    bench(newer, last["range"])
    return [older, newer]


def test_parts_copied_together_are_what_one_run_is(whole: Project, parts: list[Project]) -> None:
    merged = clone(whole, "merged")
    merge(parts, into=merged)
    explain_and_publish(merged)

    assert [len(part.results()) for part in parts] == [2, 2]
    assert metrics(merged) == metrics(whole)
    for pattern in ("results/benchmarks.json", "results/*/machine.json"):
        (ours,), (theirs,) = (project.folder.glob(pattern) for project in (merged, whole))
        assert ours.read_bytes() == theirs.read_bytes()
    assert files(merged.folder / "attribution") == files(whole.folder / "attribution")

    assert "\n2 of 4 measured commits changed an exact metric\n" in show(merged)
    assert "  bridge_model/packed.py:" in show(merged)
    assert show(merged) == show(whole)
    pages, expected = files(merged.folder / "html"), files(whole.folder / "html")
    for name in TOLD_BY_THE_CLOCK:
        assert pages.pop(name) != expected.pop(name)
    assert pages == expected
    assert plan(merged) == []


def test_parts_of_two_machines_are_one_exact_history(whole: Project, parts: list[Project]) -> None:
    merged = clone(whole, "two machines")
    move_to_another_machine(parts[1])
    merge(parts, into=merged)
    explain_and_publish(merged)

    assert len({path.parent.name for path in merged.results()}) == 2
    assert show(merged) == show(whole)
    memory = Path("html", "memory.json")
    assert (merged.folder / memory).read_bytes() == (whole.folder / memory).read_bytes()
    assert plan(merged) == []
