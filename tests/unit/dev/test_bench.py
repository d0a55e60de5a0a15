import os
from pathlib import Path

import pytest

from dev import bench
from support.histories import git, repository, write_benchmarks, write_results


def test_what_git_says_is_utf_8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\nprintf 'caf\\303\\251 \\351\\n'\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert bench.git("log") == "caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("can_fork", [True, False])
def test_where_a_process_cannot_fork_asv_starts_others_afresh(
    can_fork: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def run(command: list[str], environment: dict[str, str], stdin: str) -> int:
        started.append((command, environment, stdin))
        assert Path(environment["TMPDIR"]).is_dir()
        return 0

    monkeypatch.setattr(os, "fork", None, raising=False)
    if not can_fork:
        monkeypatch.delattr(os, "fork")
    monkeypatch.setattr(bench, "run", run)
    assert bench.measure("machine", ["one", "two"]) == 0
    ((command, environment, stdin),) = started
    assert not Path(environment["TMPDIR"]).exists()
    assert stdin == "one\ntwo"
    assert command[3:] == ["run", "HASHFILE:-", "--skip-existing", "--machine", "machine"] + (
        [] if can_fork else ["--launch-method", "spawn"]
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    repository(tmp_path, "one", "two", "three")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "option",
    ["--output={}", "--outpu={}", "--output", "--stdin", "--format=%b", "--objects", "-O{}", "-z"],
)
def test_a_range_that_writes_or_prints_what_is_no_commit_is_refused(
    option: str, project: Path
) -> None:
    written = project / "written"
    option = option.format(written)
    with pytest.raises(bench.BenchError) as caught:
        bench.choose(f"HEAD {option}")
    assert str(caught.value) == (
        f"RANGE=HEAD {option} has the option {option}; allowed: those of git rev-list that choose "
        "commits, such as --no-walk, --merges and --since=2026-01-01"
    )
    assert not written.exists()


@pytest.mark.parametrize(
    ("commit_range", "places"),
    [
        ("HEAD~1", [1, 0]),
        ("HEAD~2..", [2, 1]),
        ("--no-walk HEAD~2 HEAD", [2, 0]),
        ("-n 1 HEAD", [2]),
        ("-1 HEAD", [2]),
        ("--all --since=2000-01-01 --author=A", [2, 1, 0]),
        ("HEAD --grep=two", [1]),
        ("HEAD^!", [2]),
        ("HEAD --", [2, 1, 0]),
    ],
)
def test_a_range_is_what_git_takes_it_for(
    commit_range: str, places: list[int], project: Path
) -> None:
    hashes = git(project, "rev-list", "--reverse", "HEAD").splitlines()
    assert set(bench.choose(commit_range)) == {hashes[place] for place in places}


def test_a_repository_of_another_is_told_as_git_tells_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    with pytest.raises(bench.BenchError) as caught:
        bench.check_repository()
    assert str(caught.value) == (
        f"git cannot read {project}: fatal: detected dubious ownership in repository at "
        f"'{project}'; git config --global --add safe.directory {project}"
    )


def test_a_missing_git_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(bench.BenchError, match=r"^git is not installed; install it$"):
        bench.check_repository()


def test_what_is_not_committed_is_seen_whatever_status_is_set_to(project: Path) -> None:
    (project / "bridge_model").mkdir()
    git(project, "config", "status.showUntrackedFiles", "no")
    git(project, "config", "core.fsmonitor", "false")
    assert not bench.is_changed()
    (project / "bridge_model" / "new.py").touch()
    assert bench.is_changed()


def test_a_commit_measured_with_one_python_alone_is_pending_for_another(project: Path) -> None:
    (project / "bridge_model").mkdir()
    (project / "bridge_model" / "room.py").touch()
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "four")
    head = git(project, "rev-parse", "HEAD")
    (project / "results").mkdir()
    write_benchmarks(project / "results")
    write_results(project / "results", head, {}, python="3.12")
    assert bench.pending(bench.Series("here", "env-py3.12")) == []
    assert bench.pending(bench.Series("here", "env-py3.13")) == [head]


def test_what_the_environment_kept_from_being_measured_is_pending(project: Path) -> None:
    series = bench.Series("here", "env-py3.12")
    (project / "bridge_model").mkdir()
    names = []
    for name in ("one", "two"):
        (project / "bridge_model" / name).touch()
        git(project, "add", "--all")
        git(project, "commit", "--quiet", "--message", name)
        names.append(git(project, "rev-parse", "HEAD"))
    write_benchmarks(project / "results")
    write_results(project / "results", names[1], {}, python="3.12")
    assert bench.pending(series) == []
    mark = project / ".asv" / "unmeasured" / "here" / f"{names[0][:8]}-env-py3.12.json"
    mark.parent.mkdir(parents=True)
    mark.touch()
    assert bench.pending(series) == [names[0]]


def test_nothing_measured_for_a_fault_is_not_told_as_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bench.report(3, [])
    assert capsys.readouterr().out.startswith("Nothing was measured on CPython 3.")


def test_a_subject_controls_nothing(project: Path) -> None:
    git(project, "commit", "--quiet", "--allow-empty", "--message", "\x1b[31mred")
    head = git(project, "rev-parse", "HEAD")
    assert bench.describe(head) == f"{head[:8]} \N{REPLACEMENT CHARACTER}[31mred"
