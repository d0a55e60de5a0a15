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
        "Grown since the first measured commit:",
        "    m.C.track_live, Python 3.12: 100 -> 109 bytes, +9 (+9.00 %)",
        f"        in 2 commits, most in {two} two: <b>: +8",
        "2 of 3 measured commits changed an exact figure",
    ]
    assert (shown.returncode, shown.stderr) == (0, "")


def test_shows_what_grew_since_the_last_tag(project: Path) -> None:
    *_, four = short_hashes(project)
    subprocess.run(["git", "tag", "v1", "HEAD~3"], cwd=project, check=True)
    subprocess.run(["git", "tag", "v2", "HEAD~2"], cwd=project, check=True)
    lines = run(project, "show").stdout.splitlines()
    assert lines[lines.index("Grown since v2:") : -1] == [
        "Grown since v2:",
        "    m.C.track_live, Python 3.12: 108 -> 109 bytes, +1 (+0.93 %)",
        f"        in {four} four: +1",
    ]
    subprocess.run(["git", "tag", "v3", "HEAD"], cwd=project, check=True)
    assert "Grown" not in run(project, "show").stdout


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


@pytest.mark.parametrize(
    ("arguments", "status"), [(["show"], 0), (["gate", "HEAD~3", "HEAD~2"], 1)]
)
def test_a_reader_who_has_seen_enough_changes_no_status(
    project: Path, arguments: list[str], status: int
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ledger", *arguments],
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
    assert process.returncode == status


def test_gate_names_what_grew(project: Path) -> None:
    one, two, *_ = short_hashes(project)
    judged = run(project, "gate", "HEAD~3", "HEAD~2")
    assert judged.returncode == 1
    assert judged.stdout.splitlines() == [
        "1 exact figure grew: of 1 compared, 1 grew and 0 shrank",
        f"from {one} one",
        f"to   {two} two: <b>",
        "    m.C.track_live, Python 3.12: 100 -> 108 bytes, +8 (+8.00 %)",
    ]


def test_gate_passes_what_shrank(project: Path) -> None:
    judged = run(project, "gate", "HEAD", "HEAD~3")
    assert judged.returncode == 0
    first, *_ = judged.stdout.splitlines()
    assert first == "Nothing grew: of 1 compared, 0 grew and 1 shrank"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["HEAD~3", "v9"], "fatal: Needed a single revision"),
        (["HEAD", "main"], "HEAD and main are one commit; name two"),
    ],
)
def test_gate_refuses_wrong_use(project: Path, arguments: list[str], message: str) -> None:
    judged = run(project, "gate", *arguments)
    assert judged.returncode == 2
    assert judged.stdout == ""
    assert judged.stderr.endswith(f"{message}\n")
    assert len(judged.stderr.splitlines()) == 1


def test_gate_does_not_pass_what_was_not_measured(project: Path) -> None:
    for path in (project / "results" / "here").glob("*-env-*.json"):
        path.unlink()
    judged = run(project, "gate", "HEAD~3")
    assert judged.returncode == 3
    assert judged.stdout.splitlines()[0] == "Nothing was measured at both commits"


def test_gate_does_not_pass_a_head_that_was_not_measured(project: Path) -> None:
    *_, four = short_hashes(project)
    (path,) = (project / "results" / "here").glob(f"{four.split()[0]}-*.json")
    path.unlink()
    judged = run(project, "gate", "HEAD~3")
    assert judged.returncode == 3
    assert judged.stdout.splitlines()[0] == "Nothing was measured at both commits"


def test_gate_does_not_pass_a_head_that_lacks_a_figure(project: Path) -> None:
    results = project / "results"
    write_benchmarks(results, m__C__track_live={}, m__C__track_fixed={})
    base, *_, head = (line.split()[0] for line in short_hashes(project))
    figures = {"m.C.track_live": [[100], [], "1"], "m.C.track_fixed": [[5], [], "1"]}
    (path,) = (results / "here").glob(f"{base}-*.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"results": figures}))
    (path,) = (results / "here").glob(f"{head}-*.json")
    del figures["m.C.track_fixed"]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"results": figures}))
    judged = run(project, "gate", "HEAD~3")
    assert judged.returncode == 3
    lines = judged.stdout.splitlines()
    assert lines[0] == "1 exact figure not measured: of 1 compared, 0 grew and 0 shrank"
    assert lines[-1] == "    m.C.track_fixed, Python 3.12: not measured at the newer commit"


def test_gate_does_not_pass_a_failure(project: Path) -> None:
    judged = run(project, "gate", "HEAD~2", "HEAD~1")
    assert judged.returncode == 4
    lines = judged.stdout.splitlines()
    assert lines[0] == "1 exact figure failed: of 0 compared, 0 grew and 0 shrank"
    assert lines[-1] == "    m.C.track_live, Python 3.12: its build or benchmark failed"


def test_gate_writes_a_comment_for_a_pull_request(project: Path) -> None:
    one, two, *_ = short_hashes(project)
    judged = run(project, "gate", "HEAD~3", "HEAD~2", "--markdown")
    assert judged.returncode == 1
    assert judged.stdout.splitlines() == [
        "### 1 exact figure grew: of 1 compared, 1 grew and 0 shrank",
        "",
        f"From {one} one  ",
        f"to {two} two: &lt;b&gt;",
        "",
        "| figure | before | after | difference |",
        "|---|--:|--:|--:|",
        "| m.C.track\\_live, Python 3.12 | 100 | 108 | \\+8 bytes \\(\\+8.00 %\\) |",
    ]


def test_gate_folds_the_noisy_figures_of_a_comment(project: Path) -> None:
    _, two, *_ = short_hashes(project)
    (path,) = (project / "results" / "here").glob(f"{two.split()[0]}-*.json")
    results = json.loads(path.read_text())
    results["results"]["m.C.time_it"] = [[3.0], [], "1"]
    path.write_text(json.dumps(results))
    lines = run(project, "gate", "HEAD~3", "HEAD~2", "--markdown").stdout.splitlines()
    folded = lines[lines.index("<details><summary>Noisy figures, which do not decide</summary>") :]
    assert folded[4] == (
        "| m.C.time\\_it, here, env-py3.12 | 1.5 | 3 | \\+1.5 seconds \\(\\+100.00 %\\) |"
    )
    assert folded[-1] == "</details>"
    plain = run(project, "gate", "HEAD~3", "HEAD~2").stdout.splitlines()
    assert plain[-1] == "Noisy figures that differ too, and do not decide: 1"


def test_gate_tells_all_of_it_to_a_program(project: Path) -> None:
    judged = run(project, "gate", "HEAD~3", "HEAD~2", "--json")
    assert judged.returncode == 1
    told = json.loads(judged.stdout)
    assert {name: told[name] for name in ("verdict", "status", "same")} == {
        "verdict": "grew",
        "status": 1,
        "same": 0,
    }
    assert told["changes"] == [
        {
            "benchmark": "m.C.track_live",
            "parameters": [],
            "environment": "Python 3.12",
            "unit": "bytes",
            "before": 100,
            "after": 108,
            "delta": 8,
        }
    ]
    assert told["noisy"] == told["failed"] == told["missing"] == []


def test_a_comment_and_json_at_once_are_refused(project: Path) -> None:
    judged = run(project, "gate", "HEAD~1", "--markdown", "--json")
    assert judged.returncode == 2
    assert "not allowed with argument" in judged.stderr
