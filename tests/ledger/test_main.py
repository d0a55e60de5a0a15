import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ledger.support import repository, write_benchmarks, write_results

ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ledger", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of four commits: the second and the last changed a figure, one failed."""
    hashes = repository(tmp_path, "one", "two: <b>", "three", "four")
    configuration = {"version": 1, "project": "p", "repo": ".", "ledger": {"exact": ["track_"]}}
    (tmp_path / "asv.conf.json").write_text(json.dumps(configuration))
    results = tmp_path / "results"
    write_benchmarks(results, m__C__track_live={}, m__C__time_it={"unit": "seconds"})
    for name, live in zip(hashes, [100, 108, None, 109], strict=True):
        write_results(
            results, name, {"m.C.track_live": [[live], [], "1"], "m.C.time_it": [[1.5], [], "1"]}
        )
    return tmp_path


def short_hashes(project: Path) -> list[str]:
    log = subprocess.run(
        ["git", "log", "--reverse", "--format=%h %as", "--abbrev=8"],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    return log.stdout.splitlines()


def test_shows_every_change_and_what_is_missing(project: Path) -> None:
    _, two, three, four = short_hashes(project)
    shown = run(project, "show")
    assert shown.stdout.splitlines() == [
        f"{four} four",
        "    m.C.track_live, Python 3.12: 108 -> 109 bytes, +1 (+0.93 %)",
        f"        in one of 2 commits from {three.split()[0]} to this one: not measured",
        f"{two} two: <b>",
        "    m.C.track_live, Python 3.12: 100 -> 108 bytes, +8 (+8.00 %)",
        f"{three} three",
        "    not measured: 1 of 1 exact figures",
        "2 of 3 measured commits changed an exact figure",
    ]
    assert (shown.returncode, shown.stderr) == (0, "")


def test_shows_a_range(project: Path) -> None:
    shown = run(project, "show", "HEAD~3..HEAD~2")
    assert shown.stdout.splitlines()[1:] == [
        "    m.C.track_live, Python 3.12: 100 -> 108 bytes, +8 (+8.00 %)",
        "1 of 1 measured commits changed an exact figure",
    ]


def test_names_what_it_skips(project: Path) -> None:
    (project / "results" / "here" / "foreign.json").write_text("{")
    shown = run(project, "show")
    assert shown.returncode == 0
    assert shown.stderr.startswith("ledger: skipped ")
    assert "foreign.json: " in shown.stderr
    assert len(shown.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["show", "v9"], ["--config", "nowhere.json", "show"]])
def test_wrong_use_is_one_line(project: Path, arguments: list[str]) -> None:
    shown = run(project, *arguments)
    assert shown.returncode == 2
    assert shown.stdout == ""
    assert shown.stderr.startswith("ledger: ")
    assert len(shown.stderr.splitlines()) == 1


def test_a_command_is_required(project: Path) -> None:
    shown = run(project)
    assert shown.returncode == 2
    assert "usage: ledger" in shown.stderr


def test_a_reader_who_has_seen_enough_is_no_error(project: Path) -> None:
    command = [sys.executable, "-m", "ledger", "show"]
    with subprocess.Popen(
        command,
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
