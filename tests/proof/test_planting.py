from pathlib import Path

import pytest

from proof.planting import (
    Creation,
    Edit,
    Growth,
    Line,
    Planted,
    PlantingError,
    Removal,
    Renaming,
    plant,
    taken_back,
)
from proof.scratch import Project

FILE = "bridge_model/kept.py"
INNOCENT = Planted("Comment", "comment", (Edit(FILE, "# one\n", "# one\n# two\n"),))
GUILTY = Planted(
    "Keep two",
    "8 bytes",
    (Edit(FILE, "kept = []", "kept = [None]"),),
    (Growth("session_memory.Session.track_live", ("1",), 8),),
)
BETTER = taken_back(GUILTY, "Keep none")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.copy(tmp_path / "project")
    Creation(FILE, "# one\n    kept = []\n").apply(project.folder)
    return project


def test_a_history_is_planted_commit_by_commit(project: Project) -> None:
    planted = plant(project, (INNOCENT, GUILTY, BETTER))
    assert list(planted.values()) == [INNOCENT, GUILTY, BETTER]
    assert project.git("log", "--reverse", "--format=%H", "HEAD~3..").split() == list(planted)
    assert project.git("show", f"HEAD~1:{FILE}") == "# one\n# two\n    kept = [None]"
    assert project.git("show", f"HEAD:{FILE}") == "# one\n# two\n    kept = []"
    assert [(one.is_guilty, one.grows) for one in planted.values()] == [
        (False, False),
        (True, True),
        (True, False),
    ]


def test_files_are_made_renamed_and_removed(project: Project) -> None:
    Creation("a.py", "a\n").apply(project.folder)
    Renaming("a.py", "b.py").apply(project.folder)
    assert (project.folder / "b.py").read_text() == "a\n"
    Removal("b.py").apply(project.folder)
    assert not (project.folder / "b.py").exists()


@pytest.mark.parametrize(("old", "found"), [("three", 0), ("e", 2)])
def test_a_text_that_does_not_stand_there_once_is_refused(
    project: Project, old: str, found: int
) -> None:
    with pytest.raises(PlantingError) as caught:
        Edit(FILE, old, "").apply(project.folder)
    assert str(caught.value) == f"{FILE} holds {found} times, not once:\n{old}"


def test_a_commit_is_taken_back_as_a_whole() -> None:
    assert BETTER.changes == (Edit(FILE, "kept = [None]", "kept = []"),)
    assert [growth.delta for growth in BETTER.growth] == [-8]
    line = Line(FILE, "kept = []")
    assert taken_back(GUILTY, "Keep none", line).lines == (line,)
    assert BETTER.lines == GUILTY.lines
    with pytest.raises(PlantingError, match="Add: not made of edits alone"):
        taken_back(Planted("Add", "file", (Creation(FILE, ""),)), "Remove")
