"""``make bench`` as its users meet it, on a history of a few commits."""

import os
import time
from pathlib import Path

import pytest

from tests.slow.scratch import Project, interrupt


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.small(tmp_path / "project")


def grow(project: Project, name: str) -> None:
    with (project.folder / "bridge_model" / name).open("a") as module:
        module.write("\n# changed\n")


def measured(project: Project) -> set[str]:
    return {path.name[:8] for path in project.results()}


def closing_lines(output: str) -> list[str]:
    lines = output.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(("Measured", "Nothing")))
    return lines[first:]


def test_a_new_machine_measures_the_newest_commit_and_then_what_follows(project: Project) -> None:
    project.commit("Begin")
    grow(project, "room.py")
    second = project.commit("Change a room")
    (project.folder / "README.md").write_text("More words\n")
    project.commit("Write more")

    finished = project.bench()
    assert finished.status == 0, finished.output + finished.errors
    assert measured(project) == {second}
    heading, commit, cost, pages = closing_lines(finished.output)
    assert heading.startswith("Measured on CPython 3.")
    assert heading.endswith(": 1 commit")
    assert commit == f"  {second} Change a room"
    told = f"One more session of 20 messages costs 1,033.25 bytes at {second} Change a room"
    assert cost == told
    assert pages == "The pages are in html/: open html/memory.html in a browser"
    for page in ("memory.html", "index.html"):
        assert (project.folder / "html" / page).is_file()

    finished = project.bench()
    assert finished.status == 0
    assert measured(project) == {second}
    assert closing_lines(finished.output)[0].startswith("Nothing was left to measure on CPython 3.")

    grow(project, "session.py")
    finished = project.bench()
    assert measured(project) == {second}
    assert closing_lines(finished.output)[-1] == (
        "Commits are measured: what is not committed of bridge_model and pyproject.toml "
        "is in no metric"
    )
    third = project.commit("Change a session")
    assert project.bench().status == 0
    assert measured(project) == {second, third}


def test_a_commit_that_does_not_build_is_named_and_the_others_are_measured(
    project: Project,
) -> None:
    first = project.commit("Begin")
    configuration = project.folder / "pyproject.toml"
    valid = configuration.read_text()
    configuration.write_text(valid.replace("[build-system]", "[build-system"))
    broken = project.commit("Break the build")
    configuration.write_text(valid)
    third = project.commit("Mend the build")

    finished = project.bench(RANGE="ALL")
    assert finished.status == 2
    assert measured(project) == {first, broken, third}
    lines = closing_lines(finished.output)
    assert lines[1:4] == [
        f"  {third} Mend the build",
        f"  {broken} Break the build - does not build: skipped",
        f"  {first} Begin",
    ]
    assert lines[4].endswith(f" at {third} Mend the build")

    before = {path: path.read_bytes() for path in project.results()}
    assert project.bench(RANGE="ALL").status == 0
    assert {path: path.read_bytes() for path in project.results()} == before


def test_interrupted_and_started_again_it_measures_what_is_missing(project: Project) -> None:
    commits = {project.resize(size) for size in (100, 108, 116, 124, 132)}

    process = project.start("-m", "dev.commands", "bench", RANGE="ALL")
    deadline = time.monotonic() + 120
    while not project.results():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    finished = interrupt(process)
    assert finished.status == 130
    assert finished.errors == "bench: interrupted; the same command measures what is missing\n"
    before = {path: path.read_bytes() for path in project.results()}
    assert 0 < len(before) < len(commits)

    assert project.bench(RANGE="ALL").status == 0
    assert measured(project) == commits
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("folder", ["results", "html"])
def test_a_folder_that_cannot_be_written_is_refused(project: Project, folder: str) -> None:
    project.commit("Begin")
    (project.folder / folder).write_text("in the way")
    finished = project.bench()
    assert finished.status == 1
    assert finished.errors == (f"bench: cannot write to {folder}: File exists; make it writable\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission_is_refused(project: Project) -> None:
    project.commit("Begin")
    (project.folder / "results").mkdir(mode=0o500)
    finished = project.bench()
    assert finished.status == 1
    assert finished.errors == (
        "bench: cannot write to results: Permission denied; make it writable\n"
    )


def test_a_home_that_cannot_be_written_is_refused(project: Project) -> None:
    project.commit("Begin")
    (project.home / "file").write_text("in the way")
    finished = project.bench(HOME=str(project.home / "file"))
    assert finished.status == 1
    assert finished.errors.startswith("bench: cannot register this machine with asv: ")
    assert finished.errors.count("\n") == 1


def test_a_broken_list_of_machines_is_named(project: Project) -> None:
    project.commit("Begin")
    (project.home / ".asv-machine.json").write_text("{")
    finished = project.bench()
    assert finished.status == 1
    assert finished.errors.startswith("bench: cannot register this machine with asv: ")
    assert finished.errors.count("\n") == 1


def test_a_broken_configuration_is_named(project: Project) -> None:
    project.commit("Begin")
    (project.folder / "pyproject.toml").write_text("[build-system\n")
    finished = project.bench()
    assert finished.status == 1
    assert finished.errors == (
        "bench: asv.conf.json or pyproject.toml cannot be read: "
        "Expected ']' at the end of a table declaration (at line 1, column 14)\n"
    )
