import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proof import __main__ as command
from proof import proving
from proof.judging import Cause, Figure, Score
from proof.planting import Creation, Edit, Growth, Line, Planted, plant
from proof.proving import Proof, ProofError, prove, tell, tell_commit, tell_proof
from proof.scratch import Finished, Project

FILE = "bridge_model/kept.py"
COST = "session_memory.Session.track_live"
ADDED = Planted("Add", "a module", (Creation(FILE, "kept = []\n"),))
GUILTY = Planted(
    "Keep one",
    "an extra field",
    (Edit(FILE, "kept = []", "kept = [None]"),),
    (Growth(COST, ("1",), 8),),
    (Line(FILE, "kept = [None]"),),
)
SCORE = Score(1, 0, 0, 0, 0)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.copy(tmp_path / "project")


def commit(planted: Planted, project: Project, *figures: Figure) -> dict[str, Any]:
    (*_, name) = plant(project, (ADDED, planted))
    return tell_commit(name, planted, {name: list(figures)}, project)


def test_a_commit_is_told_as_planted_and_as_found(project: Project) -> None:
    cause = Cause(FILE, 1, "kept = [None]", 8.0)
    assert commit(GUILTY, project, Figure(COST, ("1",), 8.0, (cause,))) == {
        "subject": "Keep one",
        "kind": "an extra field",
        "guilty": True,
        "figures": [{"benchmark": COST, "parameters": ["1"], "delta": 8}],
        "allocates": [{"file": FILE, "code": "kept = [None]"}],
        "named": True,
        "lines": True,
        "faults": [],
    }


def test_what_was_not_found_is_told_without_a_hash(project: Project) -> None:
    told = commit(GUILTY, project)
    assert (told["named"], told["lines"]) == (False, False)
    assert told["faults"] == [
        "Keep one: guilty, and not named",
        f"Keep one: no figure is caused by {GUILTY.lines[0]}",
    ]


def test_of_some_commits_no_line_can_be_asked_for(project: Project) -> None:
    told = commit(replace(GUILTY, lines=()), project, Figure(COST, ("1",), 8.0))
    assert (told["named"], told["lines"], told["faults"]) == (True, None, [])


def entry(*, guilty: bool, named: bool, lines: bool | None, **others: Any) -> dict[str, Any]:
    return {"guilty": guilty, "named": named, "lines": lines, "faults": []} | others


def test_a_proof_counts_what_was_found() -> None:
    commits = [
        entry(guilty=True, named=True, lines=True),
        entry(guilty=True, named=True, lines=None),
        entry(guilty=True, named=False, lines=False, faults=["Leak: guilty, and not named"]),
        entry(guilty=False, named=False, lines=None),
    ]
    proof = tell_proof(commits, {"the ledger": SCORE})
    assert proof["totals"] == {
        "planted": 4,
        "guilty": 3,
        "named": 2,
        "with_lines": 2,
        "lines_right": 1,
        "innocent": 1,
        "innocent_named": 0,
    }
    assert proof["python"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert proof["met"] is False
    assert tell_proof(commits[:2], {})["met"] is True
    assert list(tell(proof)) == [
        "commits that make it grow         named  in a range      missed    innocent   shrinking",
        "the ledger                            1           0           0           0           0",
        "The ledger named 2 of 3 guilty commits, all lines of 1 of 2, and 0 of 1 innocent ones",
        "  Leak: guilty, and not named",
    ]


def test_where_asv_fails_it_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Project, "measure", lambda *_: Finished(2, "", "asv: no such\n  environment\n")
    )
    with pytest.raises(ProofError) as caught:
        prove((ADDED, GUILTY), tmp_path)
    assert str(caught.value) == "asv run ended with status 2: asv: no such environment"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the command makes."""
    folder = tmp_path / "proof"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **_: str(folder))
    monkeypatch.setattr(proving, "ROOT", tmp_path)
    return folder


@pytest.mark.parametrize("is_met", [True, False])
def test_the_exit_status_is_the_verdict(
    is_met: bool,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    faults = [] if is_met else ["Leak: guilty, and not named"]
    told = tell_proof([entry(guilty=True, named=is_met, lines=None, faults=faults)], {})

    def find(*_: object) -> Proof:
        return told | {"commit": "a"}

    monkeypatch.setattr(command, "prove", find)
    assert command.main() == (0 if is_met else 1)
    assert scratch.exists() is not is_met
    written = json.loads((scratch.parent / "proof.json").read_text())
    assert written == json.loads(json.dumps(told | {"commit": "a"}))
    assert capsys.readouterr().err == (
        "" if is_met else f"proof: the bar is not met; what was measured is in {scratch}\n"
    )


@pytest.mark.parametrize(
    ("error", "ending"),
    [(ProofError("no asv"), (1, "no asv")), (KeyboardInterrupt(), (130, "interrupted"))],
)
def test_what_ends_it_is_one_line(
    error: BaseException,
    ending: tuple[int, str],
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> Proof:
        raise error

    monkeypatch.setattr(command, "prove", fail)
    status, said = ending
    assert command.main() == status
    told = capsys.readouterr().err
    assert told == f"proof: {said}; what was measured is in {scratch}\n"
    assert not (scratch.parent / "proof.json").exists()
    shutil.rmtree(scratch)
