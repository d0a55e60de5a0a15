import json
import os
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from asv_ledger import cli
from asv_ledger.__main__ import main
from support.histories import git, repository, write_benchmarks, write_results
from support.running import SOURCES

pytestmark = pytest.mark.slow


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "asv_ledger", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(SOURCES)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of four commits: the second and the last changed a metric, one failed."""
    hashes = repository(tmp_path, "one", "two: <b>", "three", "four")
    configuration = {
        "version": 1,
        "project": "p",
        "repo": ".",
        "branches": ["main"],
        "plugins": [".asv_ledger.publisher"],
        "ledger": {"exact": ["track_"]},
    }
    (tmp_path / "asv.conf.json").write_text(json.dumps(configuration))
    results = tmp_path / "results"
    write_benchmarks(results, m__C__track_live={}, m__C__time_it={"unit": "seconds"})
    for name, live in zip(hashes, [100, 108, None, 109], strict=True):
        write_results(
            results, name, {"m.C.track_live": [[live], [], "1"], "m.C.time_it": [[1.5], [], "1"]}
        )
    return tmp_path


def test_a_terminal_may_know_fewer_characters(project: Path) -> None:
    git(project, "commit", "--quiet", "--amend", "--allow-empty", "--message", "تاريخ \x1b[31m")
    write_results(
        project / "results",
        git(project, "rev-parse", "HEAD"),
        {"m.C.track_live": [[109], [], "1"]},
    )
    told = run(project, "show", PYTHONIOENCODING="ascii")
    assert (told.returncode, told.stderr) == (0, "")
    assert " ????? ?[31m" in told.stdout


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
        f"One of 2 commits, {three[:8]} to {four[:8]}, which were not measured one by one:",
        f"  - {four} four",
        f"  - {three} three",
        "    m.C.track_live, Python 3.12: 108 -> 109 bytes, +1 (+0.93 %)",
        f"{two} two: <b>",
        "    m.C.track_live, Python 3.12: 100 -> 108 bytes, +8 (+8.00 %)",
        f"{three} three",
        "    not measured: 1 of 1 exact metrics",
        "Grown since the first measured commit:",
        "    m.C.track_live, Python 3.12: 100 -> 109 bytes, +9 (+9.00 %)",
        f"        in 2 commits, most in {two} two: <b>: +8",
        "2 of 3 measured commits changed an exact metric",
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


def test_shows_what_a_merge_brings_in(project: Path) -> None:
    git(project, "tag", "v1")
    saved, merged = "Save 9 bytes", "Merge what was begun before"
    git(project, "checkout", "--quiet", "-b", "side", "HEAD~1")
    git(project, "commit", "--quiet", "--allow-empty", "--message", "side")
    git(project, "checkout", "--quiet", "main")
    git(project, "commit", "--quiet", "--allow-empty", "--message", saved)
    git(project, "tag", "v2")
    git(project, "merge", "--quiet", "--no-ff", "--message", merged, "side")
    for revision, live in (("HEAD~1", 100), ("HEAD", 109)):
        name = git(project, "rev-parse", revision)
        write_results(project / "results", name, {"m.C.track_live": [[live], [], "1"]})
    lines = run(project, "show").stdout.splitlines()
    changed = "    m.C.track_live, Python 3.12: 100 -> 109 bytes, +9 (+9.00 %)"
    assert lines[3] == changed
    assert merged in lines[1]
    assert lines[2].endswith(" side")
    assert lines[lines.index("Grown since v2:") :][:2] == ["Grown since v2:", changed]


def test_shows_a_range(project: Path) -> None:
    shown = run(project, "show", "HEAD~3..HEAD~2")
    assert shown.stdout.splitlines()[1:] == [
        "    m.C.track_live, Python 3.12: 100 -> 108 bytes, +8 (+8.00 %)",
        "1 of 1 measured commits changed an exact metric",
    ]


def test_names_what_it_skips(project: Path) -> None:
    (project / "results" / "here" / "foreign.json").write_text("{")
    shown = run(project, "show")
    assert shown.returncode == 0
    assert shown.stderr.startswith("asv-ledger: skipped ")
    assert "foreign.json: " in shown.stderr
    assert len(shown.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["show", "explain", "accept", "metrics", "sites"])
def test_a_plugin_that_asv_ignores_in_silence_is_named(project: Path, command: str) -> None:
    path = project / "asv.conf.json"
    path.write_text(path.read_text().replace(".asv_ledger", "asv_ledger"))
    assert run(project, command).stderr.splitlines()[0] == (
        'asv-ledger: asv.conf.json: "plugins" names "asv_ledger.publisher" without a dot, so asv '
        'publish writes no pages of the ledger; write ".asv_ledger.publisher"'
    )


@pytest.mark.parametrize("arguments", [["show", "v9"], ["--config", "nowhere.json", "show"]])
def test_wrong_use_is_one_line(project: Path, arguments: list[str]) -> None:
    shown = run(project, *arguments)
    assert shown.returncode == 2
    assert shown.stdout == ""
    assert shown.stderr.startswith("asv-ledger: ")
    assert len(shown.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (
            TypeError("an int\n\x1b[2J"),
            70,
            "internal error: TypeError: an int��[2J (PLACE); please report it",
        ),
        (
            RecursionError("too deep"),
            70,
            "internal error: RecursionError: too deep (PLACE); please report it",
        ),
        (
            ModuleNotFoundError("No module named 'asv'"),
            2,
            "No module named 'asv'; install asv-ledger with what it needs: pip install asv-ledger",
        ),
    ],
)
def test_a_crash_is_one_line_and_never_a_verdict(
    error: Exception,
    status: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def crash() -> int:
        raise error

    place = f"test_main.py:{crash.__code__.co_firstlineno + 1}"
    monkeypatch.setattr(cli, "main", crash)
    assert main() == status
    assert capsys.readouterr() == ("", f"asv-ledger: {told.replace('PLACE', place)}\n")


def test_an_interrupt_has_the_status_that_shells_give_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", interrupt)
    assert main() == 130


def test_a_command_is_required(project: Path) -> None:
    shown = run(project)
    assert shown.returncode == 2
    assert "usage: asv-ledger" in shown.stderr


def test_a_reader_who_has_seen_enough_changes_no_status(project: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "asv_ledger", "show"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

METRICS_COMMAND = """\
import os
print(open(os.environ.get("METRICS", "metrics.json")).read())
"""

OTHER_PYTHON = f"""\
#!/bin/sh
if [ "$1" = -c ]; then echo 3.99; else METRICS=other.json exec "{sys.executable}" "$@"; fi
"""


@pytest.fixture
def measurable(tmp_path: Path) -> Path:
    """Return a project without a history, whose command prints what is in metrics.json."""
    ledger = {"metrics": "python metrics.py"}
    configuration = {
        "version": 1,
        "project": "p",
        "repo": ".",
        "branches": ["main"],
        "plugins": [".asv_ledger.publisher"],
        "ledger": ledger,
    }
    (tmp_path / "asv.conf.json").write_text(json.dumps(configuration))
    (tmp_path / "metrics.py").write_text(METRICS_COMMAND)
    (tmp_path / "metrics.json").write_text('{"m.C.track_b(1)": 2.5, "m.C.track_a": 100}')
    return tmp_path


def add_python(folder: Path) -> Path:
    """Write what says that it is Python 3.99 and measures what is in other.json."""
    python = folder / "python3.99"
    python.write_text(OTHER_PYTHON)
    python.chmod(0o755)
    return python


def baseline(project: Path) -> object:
    return tomllib.loads((project / "baseline.toml").read_text())


def test_accept_writes_the_metrics_of_this_python(measurable: Path) -> None:
    accepted = run(measurable, "accept")
    assert accepted.stdout.splitlines() == [
        f"Python {VERSION}: 2 of 2 exact metrics changed",
        "    m.C.track_a: 100, new",
        "    m.C.track_b(1): 2.5, new",
    ]
    assert (accepted.returncode, accepted.stderr) == (0, "")
    assert baseline(measurable) == {VERSION: {"m.C.track_a": 100, "m.C.track_b(1)": 2.5}}

    before = (measurable / "baseline.toml").read_bytes()
    again = run(measurable, "accept")
    assert again.stdout == f"Python {VERSION}: none of 2 exact metrics changed\n"
    assert again.returncode == 0
    assert (measurable / "baseline.toml").read_bytes() == before


def test_accept_measures_every_python_that_has_baseline_and_is_there(measurable: Path) -> None:
    (measurable / "baseline.toml").write_text('["3.98"]\nx = 1\n["3.99"]\n"m.C.track_a" = 7')
    (measurable / "other.json").write_text('{"m.C.track_a": 8}')
    add_python(measurable)
    accepted = run(measurable, "accept", PATH=str(measurable))
    assert accepted.stdout.splitlines() == [
        f"Python {VERSION}: 2 of 2 exact metrics changed",
        "    m.C.track_a: 100, new",
        "    m.C.track_b(1): 2.5, new",
        "Python 3.98: no python3.98 on the PATH runs, its metrics stay as they were; "
        "where one does: asv-ledger accept",
        "Python 3.99: 1 of 1 exact metrics changed",
        "    m.C.track_a: 7 -> 8, +1 (+14.29 %)",
    ]
    assert (accepted.returncode, accepted.stderr) == (0, "")
    assert baseline(measurable) == {
        VERSION: {"m.C.track_a": 100, "m.C.track_b(1)": 2.5},
        "3.98": {"x": 1},
        "3.99": {"m.C.track_a": 8},
    }


def test_accept_writes_nothing_where_a_python_cannot_measure(measurable: Path) -> None:
    text = '["3.99"]\n"m.C.track_a" = 7'
    (measurable / "baseline.toml").write_text(text)
    python = add_python(measurable)
    accepted = run(measurable, "accept", PATH=str(measurable))
    assert (accepted.returncode, accepted.stdout) == (4, "")
    assert accepted.stderr == (
        f"asv-ledger: {python} metrics.py ended with status 1: "
        "FileNotFoundError: [Errno 2] No such file or directory: 'other.json'\n"
    )
    assert (measurable / "baseline.toml").read_text() == text


def test_check_passes_what_is_accepted(measurable: Path) -> None:
    run(measurable, "accept")
    checked = run(measurable, "accept", "--check")
    assert checked.stdout == f"Python {VERSION}: none of 2 exact metrics changed\n"
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ({"m.C.track_a": 101}, ["m.C.track_a: 100 -> 101, +1 (+1.00 %)"]),
        ({"m.C.track_a": 99}, ["m.C.track_a: 100 -> 99, -1 (-1.00 %)"]),
        ({"m.C.track_a": 100, "m.C.track_b": 0}, ["m.C.track_b: 0, new"]),
        ({"m.C.track_b": 100}, ["m.C.track_a: 100, gone", "m.C.track_b: 100, new"]),
    ],
)
def test_check_refuses_what_differs_in_any_direction_and_writes_nothing(
    measurable: Path, printed: dict[str, float], told: list[str]
) -> None:
    text = f'["{VERSION}"]\n"m.C.track_a" = 100'
    (measurable / "baseline.toml").write_text(text)
    (measurable / "metrics.json").write_text(json.dumps(printed))
    checked = run(measurable, "accept", "--check")
    first, *differences, advice = checked.stdout.splitlines()
    assert first.startswith(f"Python {VERSION}: {len(told)} of ")
    assert differences == [f"    {line}" for line in told]
    assert advice == "If that is meant: asv-ledger accept, and say why in the commit"
    assert (checked.returncode, checked.stderr) == (1, "")
    assert (measurable / "baseline.toml").read_text() == text


@pytest.mark.parametrize("text", [None, "", '["3.98"]\nx = 1', f'["{VERSION}"]'])
def test_check_does_not_pass_a_python_without_baseline(measurable: Path, text: str | None) -> None:
    if text is not None:
        (measurable / "baseline.toml").write_text(text)
    checked = run(measurable, "accept", "--check")
    assert checked.stdout == (
        f"Not checked: baseline.toml has no metrics of Python {VERSION}; "
        "asv-ledger accept adds them\n"
    )
    assert (checked.returncode, checked.stderr) == (3, "")


def test_a_project_says_what_its_users_type(measurable: Path) -> None:
    path = measurable / "asv.conf.json"
    configuration = json.loads(path.read_text())
    configuration["ledger"]["commands"] = {
        "accept": "make accept",
        "accept_with": "PYTHON={python} make accept",
    }
    path.write_text(json.dumps(configuration))
    assert run(measurable, "accept", "--check").stdout == (
        f"Not checked: baseline.toml has no metrics of Python {VERSION}; "
        f"PYTHON=python{VERSION} make accept adds them\n"
    )
    (measurable / "baseline.toml").write_text('["3.98"]\nx = 1\n')
    assert run(measurable, "accept").stdout.splitlines()[-1] == (
        "Python 3.98: no python3.98 on the PATH runs, its metrics stay as they were; "
        "where one does: PYTHON=python3.98 make accept"
    )
    assert "`make accept` rewrites this file" in (measurable / "baseline.toml").read_text()
    (measurable / "metrics.json").write_text('{"m.C.track_a": 1}')
    assert run(measurable, "accept", "--check").stdout.splitlines()[-1] == (
        "If that is meant: make accept, and say why in the commit"
    )


@pytest.mark.parametrize("arguments", [["accept"], ["accept", "--check"]])
def test_metrics_that_cannot_be_measured_are_status_4(
    measurable: Path, arguments: list[str]
) -> None:
    text = f'["{VERSION}"]\n"m.C.track_a" = 100'
    (measurable / "baseline.toml").write_text(text)
    (measurable / "metrics.py").write_text("import sys; sys.exit('two readings differ')")
    refused = run(measurable, *arguments)
    assert (refused.returncode, refused.stdout) == (4, "")
    assert refused.stderr == (
        f"asv-ledger: {shlex.quote(sys.executable)} metrics.py ended with status 1: "
        "two readings differ\n"
    )
    assert (measurable / "baseline.toml").read_text() == text


@pytest.mark.parametrize("arguments", [["accept"], ["accept", "--check"]])
def test_wrong_configuration_is_status_2(measurable: Path, arguments: list[str]) -> None:
    (measurable / "baseline.toml").write_text("[x]")
    refused = run(measurable, *arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "asv-ledger: baseline.toml: has 'x'; allowed: one table a version of Python, such as "
        '["3.12"]; mend it, or remove it and accept the metrics anew\n'
    )


def test_an_interrupt_ends_it_without_a_traceback(measurable: Path) -> None:
    script = "import time; open('started', 'w').close(); time.sleep(60)"
    (measurable / "metrics.py").write_text(script)
    with subprocess.Popen(
        [sys.executable, "-m", "asv_ledger", "accept"],
        cwd=measurable,
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        while not (measurable / "started").exists():
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 130
    assert not (measurable / "baseline.toml").exists()


def test_an_older_python_is_told_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("asv_ledger.__main__._OLDEST", (99, 1))
    assert main() == 2
    assert capsys.readouterr() == (
        "",
        f"asv-ledger: this is Python {VERSION}; allowed: 99.1 or newer; the lenses run on this "
        "one: python -m asv_ledger.lenses --help\n",
    )


@pytest.mark.parametrize("command", ["accept", "explain", "metrics", "show", "sites"])
def test_where_there_is_no_configuration_it_says_what_to_do(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main([command]) == 2
    assert capsys.readouterr() == (
        "",
        "asv-ledger: asv.conf.json: there is no such file; run this where it is, or name it: "
        "asv-ledger --config FILE\n",
    )


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr() == ("asv-ledger 0.1.0\n", "")
