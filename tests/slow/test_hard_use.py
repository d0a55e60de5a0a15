"""What our commands survive: kills, broken files, odd repositories, two at once, a full disk.

KILLS=20 in the environment kills twenty times, from before the first environment is made; so does
CI=true. A commit that does not build and a Ctrl-C are in test_bench.py.
"""

import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dev.lock import alone
from evaluation.scratch import ENVIRONMENTS
from support.running import IS_CI
from tests.slow.scratch import BENCHMARKS, Project

KILLS = int(os.environ.get("KILLS") or (20 if IS_CI else 3))
SIZES = (100, 108, 116)

FAILING = """

import os
import signal
import time


def track_that_dies():
    os.kill(os.getpid(), signal.SIGSEGV)


def track_that_hangs():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


def track_that_raises():
    raise ValueError("no metric")


track_that_hangs.timeout = 1
"""

KILLED = """

import os
import signal


def track_killed():
    os.kill(os.getpid(), signal.SIGKILL)
"""

FILLING = """

import contextlib
import pathlib

measure_size = track_size


def track_size():
    size = measure_size()
    with contextlib.suppress(OSError), pathlib.Path(__file__).with_name("fill").open("wb") as file:
        while size == 108:
            file.write(bytes(1_000_000))
    return size


track_size.version = "1"
track_size.unit = "bytes"
"""


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project of a few commits, all of them measured."""
    project = Project.small(tmp_path_factory.mktemp("measured") / "project")
    for size in SIZES:
        project.resize(size)
    finished = project.bench(RANGE="ALL")
    assert finished.status == 0, finished.output + finished.errors
    return project


@pytest.fixture
def project(measured: Project, tmp_path: Path) -> Project:
    return copy(measured, tmp_path / "copy")


def copy(project: Project, folder: Path) -> Project:
    shutil.copytree(project.folder.parent, folder, symlinks=True)
    return Project(folder / "project", folder / "home")


def use_own_environment(project: Project) -> Path:
    """Let a project measure in a folder of its own, as users' projects do; return the folder."""
    configuration = project.folder / "asv.conf.json"
    configuration.write_text(configuration.read_text().replace(ENVIRONMENTS.as_posix(), ".asv/env"))
    folder = project.folder / ".asv" / "env"
    shutil.copytree(ENVIRONMENTS, folder, symlinks=True)
    return folder


def metrics(project: Project) -> dict[str, Any]:
    """Return what was measured, by the names of the files: values, parameters and versions."""
    files = {path.name: json.loads(path.read_text()) for path in project.results()}
    return {
        name: {benchmark: row[:3] for benchmark, row in data["results"].items()}
        for name, data in files.items()
    }


def forget(project: Project) -> None:
    """Remove all results."""
    shutil.rmtree(project.folder / "results")


def processes(folder: Path) -> list[str]:
    """Return the command lines of the processes that run in or with a folder; on Linux alone."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in command:
            found.append(command)
    return found


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_at_any_moment_and_resumed_it_measures_what_an_uninterrupted_run_does(
    measured: Project, project: Project
) -> None:
    moments = random.Random(5)
    environment = use_own_environment(project)
    if KILLS >= 20:
        shutil.rmtree(environment)
    forget(project)
    before: dict[Path, bytes] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(KILLS):
            is_made = any(environment.glob("*/asv-install-status.json"))
            process = project.start("-m", "dev.commands", "bench", RANGE="ALL", TMPDIR=scratch)
            time.sleep(moments.uniform(0, 6 if is_made else 40))
            kill = os.kill if number % 2 else os.killpg
            kill(process.pid, signal.SIGKILL)
            process.communicate()
            wait_until(lambda: not processes(project.folder))
            after = {path: path.read_bytes() for path in project.results()}
            assert all(json.loads(data) for data in after.values())
            assert before.items() <= after.items()
            before = after
        finished = project.bench(RANGE="ALL", TMPDIR=scratch)
        assert list(Path(scratch).iterdir()) == []
    assert finished.status == 0, finished.output + finished.errors
    assert finished.errors == ""
    assert metrics(project) == metrics(measured)
    assert not list((project.folder / "results").rglob("*.part"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which processes are a run's")
def test_a_benchmark_ends_where_its_run_is_killed(project: Project) -> None:
    use_own_environment(project)
    started = project.folder / "started"
    (project.folder / "benchmarks" / "tiny.py").write_text(
        "def track_slowly():\n"
        "    import os, pathlib, time\n"
        f"    pathlib.Path({str(started)!r}).write_text(str(os.getpid()))\n"
        "    time.sleep(60)\n"
    )
    process = project.start("-m", "dev.commands", "bench", RANGE="HEAD^!")
    wait_until(lambda: started.exists() and started.read_text() != "")
    measuring = Path("/proc", started.read_text(), "cmdline")
    assert b"run_server" in measuring.read_bytes()
    process.kill()
    process.communicate()
    wait_until(lambda: not measuring.exists() or not measuring.read_bytes())
    wait_until(lambda: not processes(project.folder))


def test_half_an_environment_is_mended_and_what_is_not_committed_stays(
    measured: Project, project: Project
) -> None:
    (environment,) = use_own_environment(project).iterdir()
    (installed,) = environment.glob("lib*/python*/site-packages/bridge_model")
    (installed / "__init__.py").unlink()
    (environment / "asv-install-status.json").write_text("")
    shutil.rmtree(environment / "project")
    (environment / "project" / ".git").mkdir(parents=True)
    (project.folder / "README.md").write_text("not committed\n")
    forget(project)
    finished = project.bench(RANGE="ALL")
    assert finished.status == 0, finished.output + finished.errors
    assert metrics(project) == metrics(measured)
    assert (project.folder / "README.md").read_text() == "not committed\n"


def test_broken_files_are_named_quarantined_and_measured_again(
    measured: Project, project: Project
) -> None:
    empty, truncated, foreign = project.results()
    benchmarks = project.folder / "results" / "benchmarks.json"
    faults = {
        empty: (b"", "Expecting value: line 1 column 1 (char 0)"),
        truncated: (truncated.read_bytes()[:16], "Expecting value: line 1 column 17 (char 16)"),
        foreign: (b"3", "it is 3; allowed: an object"),
        benchmarks: (b"{}", "its version is None"),
    }
    for path, (data, _) in faults.items():
        path.write_bytes(data)
    empty.with_name("machine.json").write_text("[")
    told = {
        f"{path.relative_to(project.folder)} is not as asv writes it ({fault}): "
        f"quarantined as {path.name}.broken"
        for path, (_, fault) in faults.items()
    }

    finished = project.bench()
    assert finished.status == 0, finished.output + finished.errors
    assert set(finished.errors.splitlines()) == told
    assert metrics(project) == metrics(measured)
    for path, (data, _) in faults.items():
        assert path.with_name(f"{path.name}.broken").read_bytes() == data

    benchmarks.write_bytes(b"")
    finished = project.bench()
    assert finished.status == 0, finished.output + finished.errors
    assert finished.errors == (
        "results/benchmarks.json is not as asv writes it (Expecting value: line 1 column 1 "
        "(char 0)): quarantined as benchmarks.json.broken1\n"
    )
    assert "\nNothing was left to measure on " in finished.output
    assert "tiny.track_size" in json.loads(benchmarks.read_bytes())


def test_a_benchmark_that_raises_hangs_or_dies_is_named_and_the_others_are_measured(
    project: Project,
) -> None:
    with (project.folder / "benchmarks" / "tiny.py").open("a") as module:
        module.write(FAILING)
    head = project.resize(124)
    finished = project.bench(RANGE="HEAD^!")
    assert finished.status == 2, finished.output + finished.errors
    assert (
        f"  {head} Measure 124 - failed: "
        "tiny.track_that_dies, tiny.track_that_hangs, tiny.track_that_raises\n"
    ) in finished.output
    (values,) = (rows for name, rows in metrics(project).items() if name.startswith(head))
    assert values["tiny.track_size"] == [[124], [], "1"]


def test_a_shallow_clone_and_a_detached_head_are_measured(
    measured: Project, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    measured.git("clone", "--quiet", "--depth=2", measured.folder.as_uri(), str(folder))
    shutil.copytree(measured.folder / "results", folder / "results")
    project = Project(folder, measured.home)
    project.git("checkout", "--quiet", "--detach")
    head = project.resize(120)
    finished = project.bench()
    assert finished.status == 0, finished.output + finished.errors
    assert finished.output.startswith(
        "This clone is shallow: older commits are on no page; git fetch --unshallow\n"
    )
    assert f"  {head} Measure 120\n" in finished.output
    assert metrics(measured).items() < metrics(project).items()
    shown = project.run("-m", "asv_ledger", "show", "HEAD^!")
    assert "    tiny.track_size, Python 3." in shown.output
    assert ": 116 -> 120 bytes, +4 (+3.45 %)\n" in shown.output

    judged = project.dev("gate", BASE="HEAD~3")
    assert (judged.status, judged.errors) == (
        2,
        "gate: HEAD~3 names no commit; git fetch --unshallow\n",
    )


def test_a_merge_is_measured_and_a_branch_renamed(project: Project) -> None:
    project.git("switch", "--quiet", "--create=side", "HEAD~1")
    (project.folder / "bridge_model" / "other.py").touch()
    project.commit("Change nothing that is measured")
    project.git("switch", "--quiet", "main")
    project.git("merge", "--quiet", "--no-ff", "--message=Merge", "side")
    project.git("branch", "--move", "main", "trunk")
    finished = project.bench()
    assert finished.status == 0, finished.output + finished.errors
    assert f"  {project.git('rev-parse', '--short=8', 'HEAD')} Merge\n" in finished.output
    shown = project.run("-m", "asv_ledger", "show")
    assert (shown.status, shown.errors) == (0, "")
    assert shown.output.endswith("2 of 4 measured commits changed an exact metric\n")
    pages = json.loads((project.folder / "html" / "index.json").read_text())
    assert pages["params"]["branch"] == ["HEAD"]


def test_a_path_with_spaces_and_other_letters_is_measured(
    measured: Project, tmp_path: Path
) -> None:
    project = copy(measured, tmp_path / "größe ключ")
    use_own_environment(project)
    forget(project)
    finished = project.bench(RANGE="ALL")
    assert finished.status == 0, finished.output + finished.errors
    assert metrics(project) == metrics(measured)


def test_within_a_rebase_of_a_linked_worktree_each_commit_is_measured_and_none_is_moved(
    measured: Project, project: Project, tmp_path: Path
) -> None:
    linked = Project(tmp_path / "linked", project.home)
    project.git("worktree", "add", "--quiet", "-b", "linked", str(linked.folder))
    use_own_environment(linked)
    linked.git("update-index", "--assume-unchanged", "asv.conf.json")
    before = linked.git("for-each-ref"), linked.git("log", "--format=%H")
    script = tmp_path / "exec"
    script.write_text(
        "#!/bin/sh\nGIT_DIR=$(git rev-parse --git-dir)\n"
        "GIT_INDEX_FILE=$GIT_DIR/index\nexport GIT_DIR GIT_INDEX_FILE\n"
        f"{shlex.quote(sys.executable)} -m dev.commands bench\n"
    )
    script.chmod(0o755)
    process = subprocess.run(
        ["git", "rebase", "--exec", str(script), "HEAD~1"],
        cwd=linked.folder,
        env=os.environ
        | {
            "HOME": str(project.home),
            "GIT_COMMITTER_NAME": "Nobody",
            "GIT_COMMITTER_EMAIL": "nobody@example.com",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "RANGE": "ALL",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    assert metrics(linked) == metrics(measured)
    assert (linked.git("for-each-ref"), linked.git("log", "--format=%H")) == before
    assert linked.git("symbolic-ref", "HEAD") == "refs/heads/linked"
    assert linked.git("status", "--porcelain", "--untracked-files=no") == ""


def test_what_a_clone_of_a_part_lacks_offline_is_named_and_measured_later(
    measured: Project, tmp_path: Path
) -> None:
    origin = copy(measured, tmp_path / "origin").folder
    folder = tmp_path / "project"
    measured.git("-C", str(origin), "config", "uploadpack.allowFilter", "true")
    measured.git("clone", "--quiet", "--filter=blob:none", origin.as_uri(), str(folder))
    project = Project(folder, measured.home)
    newest, *older = project.git("log", "--format=%h", "--abbrev=8").splitlines()
    for environment in use_own_environment(project).iterdir():
        shutil.rmtree(environment / "project")  # which is a clone of another repository
    benchmarks = folder / "benchmarks" / "tiny.py"
    benchmarks.write_text(BENCHMARKS + KILLED)
    (measured.home / "hooks").mkdir(exist_ok=True)
    hook = measured.home / "hooks" / "post-checkout"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    hooks = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(hook.parent),
    }

    offline = origin.rename(tmp_path / "offline")
    finished = project.bench(RANGE="ALL", **hooks)
    assert finished.status == 3, finished.output + finished.errors
    assert finished.errors == "".join(
        f"asv: {line}\n"
        for line in (
            f"tiny.track_killed is not measured at {newest}: it was ended by SIGKILL, as where "
            "memory runs out",
            *(
                f"{commit} is not measured: {folder}: fatal: '{origin}' does not appear to be a "
                "git repository"
                for commit in older
            ),
        )
    )
    assert f"  {newest} Measure {SIZES[-1]}\n" in finished.output
    assert [name[:8] for name in metrics(project)] == [newest]

    offline.rename(origin)
    benchmarks.write_text(BENCHMARKS)
    resumed = project.bench(**hooks)
    assert (resumed.status, resumed.errors) == (0, "")
    assert metrics(project) == metrics(measured)


def test_of_two_runs_at_once_one_measures_and_the_other_says_so(
    measured: Project, project: Project
) -> None:
    use_own_environment(project)
    forget(project)
    processes = [project.start("-m", "dev.commands", "bench", RANGE="ALL") for _ in range(2)]
    said = [process.communicate(timeout=300) for process in processes]
    statuses = [process.returncode for process in processes]
    assert sorted(statuses) == [0, 1], said
    assert said[statuses.index(1)] == (
        "",
        "bench: another run is at work in this checkout; wait for its end\n",
    )
    assert metrics(project) == metrics(measured)


def test_nor_are_pages_written_beside_a_run(project: Project) -> None:
    with alone(project.folder):
        finished = project.dev("site")
    assert (finished.status, finished.output) == (1, "")
    assert finished.errors == ("site: another run is at work in this checkout; wait for its end\n")


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Mount a small file system on a folder."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting needs Linux and its superuser")
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    if process.returncode != 0:
        pytest.skip(f"mounting is not allowed here: {process.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("command", ["bench", "site"])
def test_html_that_is_read_only_is_refused(project: Project, command: str) -> None:
    before = metrics(project)
    with mounted(project.folder / "html", "ro"):
        finished = project.dev(command)
    assert (finished.status, finished.output) == (1, "")
    assert finished.errors == (
        f"{command}: cannot write to html: Read-only file system; make it writable\n"
    )
    assert metrics(project) == before


def test_a_disk_that_fills_up_loses_nothing_and_blames_no_commit(
    measured: Project, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "size=200m"):
        shutil.copytree(measured.folder, disk / "project", symlinks=True)
        project = Project(disk / "project", measured.home)
        use_own_environment(project)
        newest = project.git("rev-parse", "--short=8", "HEAD")
        (kept,) = (path for path in project.results() if path.name.startswith(newest))
        for path in {*project.results()} - {kept}:
            path.unlink()
        before = kept.read_bytes()
        benchmarks = project.folder / "benchmarks" / "tiny.py"
        benchmarks.write_text(BENCHMARKS + FILLING)

        filled = project.bench(RANGE="ALL")
        assert filled.status == 1, filled.output + filled.errors
        free, ended = filled.errors.splitlines()
        assert free.startswith(f"asv: {kept.parent}: ")
        assert free.endswith(" MB are free, 50 MB are needed; make room")
        assert ended == "bench: asv run ended with status 1; what it measured before is kept"

        refused = project.bench(RANGE="ALL")
        assert (refused.status, refused.output) == (1, "")
        assert refused.errors == "bench: " + free.removeprefix("asv: ") + "\n"

        (project.folder / "benchmarks" / "fill").unlink()
        benchmarks.write_text(BENCHMARKS)
        resumed = project.bench(RANGE="ALL")
        assert resumed.status == 0, resumed.output + resumed.errors
        assert metrics(project) == metrics(measured)
        assert kept.read_bytes() == before
