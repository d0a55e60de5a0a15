import json
import shlex
import sys
from pathlib import Path

import pytest

from dev import split as command
from dev.checkout import list_commits
from dev.environment import ROOT
from dev.split import split
from support.histories import git, repository, write_results

MEASURED = ("bridge_model", "pyproject.toml")


@pytest.fixture
def hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make a history of seven commits, the second of which changes nothing that is measured."""
    first, second = repository(tmp_path, "Begin", "Write more")
    (tmp_path / "bridge_model").mkdir()
    later = []
    for number in range(5):
        (tmp_path / "bridge_model" / "room.py").write_text(f"ROOMS = {number}\n")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", f"Make {number} rooms")
        later.append(git(tmp_path, "rev-parse", "HEAD"))
    configuration = {"version": 1, "project": "p", "repo": ".", "ledger": {"measured": MEASURED}}
    (tmp_path / "asv.conf.json").write_text(json.dumps(configuration))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "ROOT", tmp_path)
    return [first, second, *later]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["split", *arguments])
    return command.main()


def chosen(commit_range: str) -> set[str]:
    """Return the commits that ``make bench`` takes a range for."""
    return set(list_commits(*shlex.split(commit_range), "--"))


def test_parts_are_runs_of_what_is_measured_oldest_first(hashes: list[str]) -> None:
    measured = hashes[2:]
    assert [tuple(part) for part in split(2, "3.12", MEASURED)] == [
        ("3.12", "1 of 2", f"--no-walk {measured[0]} {measured[1]}"),
        ("3.12", "2 of 2", f"--no-walk {measured[2]} {measured[3]} {measured[4]}"),
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 100])
def test_the_parts_are_all_there_is_and_each_has_its_share(hashes: list[str], count: int) -> None:
    parts = list(split(count, "3.12", MEASURED))
    shares = [chosen(part.range) for part in parts]
    assert len(parts) == min(count, 5)
    assert [part.part for part in parts] == [
        f"{number} of {len(parts)}" for number in range(1, len(parts) + 1)
    ]
    assert set().union(*shares) == set(hashes[2:])
    sizes = [len(share) for share in shares]
    assert sum(sizes) == 5
    assert max(sizes) - min(sizes) <= 1


def test_what_any_machine_measured_with_that_python_is_left_out(hashes: list[str]) -> None:
    results = Path("results")
    write_results(results, hashes[3], {}, machine="one", python="3.12")
    write_results(results, hashes[5], {}, machine="another", python="3.12")
    write_results(results, hashes[4], {}, machine="one", python="3.13")
    (part,) = split(1, "3.12", MEASURED)
    assert part.range == f"--no-walk {hashes[2]} {hashes[4]} {hashes[6]}"
    (part,) = split(1, "3.13", MEASURED)
    assert part.range == f"--no-walk {hashes[2]} {hashes[3]} {hashes[5]} {hashes[6]}"


def test_the_matrix_is_printed_as_json(
    hashes: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for commit in hashes[2:]:
        write_results(Path("results"), commit, {}, python="3.11")
    for commit in hashes[2:6]:
        write_results(Path("results"), commit, {}, python="3.12")
    monkeypatch.chdir("bridge_model")
    assert run(monkeypatch, "4", "3.11", "3.12") == 0
    assert json.loads(capsys.readouterr().out) == [
        {"python": "3.12", "part": "1 of 1", "range": f"--no-walk {hashes[6]}"}
    ]


def test_nothing_to_measure_is_an_empty_matrix(
    hashes: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for commit in hashes[2:]:
        write_results(Path("results"), commit, {}, python="3.11")
    assert run(monkeypatch, "4", "3.11") == 0
    assert capsys.readouterr().out == "[]\n"


def test_a_file_that_is_no_result_is_told_beside_the_matrix(
    hashes: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for commit in hashes[3:]:
        write_results(Path("results"), commit, {}, python="3.12")
    write_results(Path("results"), hashes[2], {}, python="3.12").write_text("{")
    assert run(monkeypatch, "1", "3.12") == 0
    (part,) = json.loads(capsys.readouterr().out)
    assert part["range"] == f"--no-walk {hashes[2]}"


def test_a_folder_that_is_no_repository_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "1", "3.12") == 1
    assert capsys.readouterr().err == (
        f"split: {ROOT} is not a git repository; get the project with git clone\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("0", "3.12"), "argument PARTS: '0' is no count; allowed: 1 or more"),
        (("two", "3.12"), "argument PARTS: 'two' is no count; allowed: 1 or more"),
        (("2", "python3.12"), "argument PYTHON: 'python3.12' is no version; allowed: such as 3.12"),
        (("2",), "the following arguments are required: PYTHON"),
    ],
)
def test_wrong_use_is_told(
    arguments: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(monkeypatch, *arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(f"split: error: {message}\n")
