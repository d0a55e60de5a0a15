import json
import shutil
import tempfile
from pathlib import Path

import pytest

from evaluation import __main__ as command
from evaluation.evaluating import EvaluationError
from evaluation.injected import PatchError
from evaluation.scores import Evaluation, describe
from evaluation.scratch import Project
from tests.unit.evaluation.support import samples
from tests.unit.evaluation.test_scores import entry


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the command makes."""
    folder = tmp_path / "evaluation"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **_: str(folder))
    monkeypatch.setattr(command, "ROOT", tmp_path)
    return folder


@pytest.mark.parametrize("is_met", [True, False])
def test_the_exit_status_is_the_verdict(
    is_met: bool,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    faults = [] if is_met else ["Leak: regression, and not named"]
    commit = entry("regression", named=is_met, lines_right=None, faults=faults)
    evaluation = describe("a" * 40, [commit], {})

    def evaluate(*_: object) -> Evaluation:
        return evaluation

    monkeypatch.setattr(command, "evaluate", evaluate)
    assert command.main([]) == (0 if is_met else 1)
    assert scratch.exists() is not is_met
    assert json.loads((scratch.parent / "evaluation.json").read_text()) == evaluation
    assert capsys.readouterr().err == (
        "" if is_met else f"evaluation: the bar is not met; what was measured is in {scratch}\n"
    )


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (EvaluationError("no asv"), (4, "no asv")),
        (PatchError("a.patch does not apply"), (4, "a.patch does not apply")),
        (KeyboardInterrupt(), (130, "interrupted")),
    ],
)
def test_what_ends_it_is_one_line(
    error: BaseException,
    ending: tuple[int, str],
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> Evaluation:
        raise error

    monkeypatch.setattr(command, "evaluate", fail)
    status, said = ending
    assert command.main([]) == status
    assert capsys.readouterr().err == f"evaluation: {said}; what was measured is in {scratch}\n"
    assert not (scratch.parent / "evaluation.json").exists()
    shutil.rmtree(scratch)


@pytest.fixture
def few(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Let the command work on a project of one module and three patches; return the project."""

    def copy(_: Path) -> Project:
        return project

    monkeypatch.setattr(Project, "copy", copy)
    monkeypatch.setattr(command, "read_series", lambda _: samples(tmp_path))
    return project


def test_the_history_is_written_where_it_is_asked_for(
    few: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["history", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"3 commits in {few.folder}\n"
    assert few.git("rev-list", "--count", "HEAD") == "4"


@pytest.mark.usefixtures("few")
def test_patches_that_fit_are_not_written_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["refresh"]) == 0
    assert capsys.readouterr().out == ""


def test_a_patch_that_does_not_fit_is_one_line(
    few: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (few.folder / "bridge_model" / "kept.py").write_text("")
    assert command.main(["refresh"]) == 4
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("evaluation: comment.patch does not apply: error: ")
