import json
import signal
from pathlib import Path
from typing import Any

import pytest
from asv import runner
from asv.benchmarks import Benchmarks
from asv.commands import run
from asv.config import Config
from asv.environment import Environment
from asv.results import Results
from asv.util import TIMEOUT_RETCODE, ProcessError

from asv_ledger.sources.git import HistoryError
from dev import faults
from dev.faults import FaultError, is_unmeasured, without_faults

COMMIT = "1234567890" * 4
FILE = "here/12345678-env.json"
BENCHMARKS = {
    name: {"name": name, "version": "1", "params": params, "unit": "bytes", "type": "track"}
    for name, params in (("m.track_a", []), ("m.track_b", [["1", "2"]]), ("m.track_bc", []))
}


class Measured(Environment):  # type: ignore[misc]
    """An environment in which a step ends as it is told to."""

    def __init__(self, failing: str, error: Exception | None) -> None:
        self.failing = failing
        self.error = error

    name = "env"
    installed_commit_hash = None

    def install_project(self, _: object, repo: "Measured", commit: str) -> None:
        self.checkout_project(repo, commit)
        self._uninstall_project()
        self._build_project(repo, commit, "")
        self._install_project(repo, commit, "")

    # What asv calls in these steps.
    _build_root = _path = ""
    _env_dir = ""
    _install_timeout = 1
    _repo_subdir = _project = ""
    _uninstall_command = "uninstall"
    _build_command = "build"
    _install_command = "install"
    build_env_vars: dict[str, str] = {}  # noqa: RUF012 - asv's own

    def _set_commit_hash(self, commit: str) -> None:
        pass

    def _set_installed_commit_hash(self, commit: str | None) -> None:
        pass

    def checkout(self, *_: str) -> None:
        self._end("checkout")

    def get_decorated_hash(self, commit: str, length: int) -> str:
        return commit[:length]

    def _interpolate_and_run_commands(self, command: str, **_: object) -> None:
        self._end(command)

    def _end(self, step: str) -> None:
        if step == self.failing and self.error is not None:
            raise self.error


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(faults, "fetch_tree", lambda *_: None)  # there is nothing to fetch
    return tmp_path / "results"


def results() -> Results:
    return Results({"machine": "here"}, {}, COMMIT, 0, "3.12", "env", {})


def build(environment: Measured, folder: Path) -> bool:
    """Do what asv does of a commit that is built, or not; return whether it was."""
    _, (success, _) = run._do_build((environment, None, environment, COMMIT))
    result = results()
    if not success:
        benchmarks = Benchmarks(Config(), list(BENCHMARKS.values()))
        run.skip_benchmarks(benchmarks, environment, results=result)
    result.save(str(folder))
    return bool(success)


def ended(status: int, said: str = "") -> ProcessError:
    return ProcessError(["git", "step"], status, "", said)


@pytest.mark.parametrize(
    ("step", "error", "reason"),
    [
        (
            "checkout",
            ended(128, "warning: x\nfatal: unable to read sha1 file of model.py\nmore\n"),
            "git: fatal: unable to read sha1 file of model.py",
        ),
        ("checkout", ended(1), "git: git failed"),
        ("checkout", ended(TIMEOUT_RETCODE), "git: git failed"),
        (
            "checkout",
            OSError(28, "No space left on device", "/env"),
            "/env: No space left on device",
        ),
        (
            "uninstall",
            ended(1),
            "the one before cannot be removed: Command 'git step' returned non-zero exit status 1",
        ),
        ("build", ended(-signal.SIGKILL), "its build was ended by SIGKILL"),
        ("build", ended(-signal.SIGTERM), "its build was ended by SIGTERM"),
        ("install", ended(-signal.SIGHUP), "its build was ended by SIGHUP"),
    ],
)
def test_what_the_environment_did_is_named_and_no_result(
    step: str, error: Exception, reason: str, folder: Path
) -> None:
    with without_faults() as lines:
        assert not build(Measured(step, error), folder)
    assert lines == [f"12345678 is not measured: {reason}"]
    assert not folder.exists()
    assert is_unmeasured(FILE)

    # It is measured when it is asked for again.
    with without_faults() as lines:
        assert not build(Measured("build", ended(1)), folder)
    assert lines == []
    assert not is_unmeasured(FILE)
    assert json.loads((folder / FILE).read_text())["results"]["m.track_a"][0] is None


@pytest.mark.parametrize("step", ["build", "install"])
@pytest.mark.parametrize("status", [1, 2, TIMEOUT_RETCODE, -signal.SIGSEGV, -signal.SIGABRT])
def test_a_commit_that_does_not_build_is_a_failed_one(step: str, status: int, folder: Path) -> None:
    with without_faults() as lines:
        assert not build(Measured(step, ended(status)), folder)
    assert (lines, is_unmeasured(FILE)) == ([], False)
    assert set(json.loads((folder / FILE).read_text())["results"]) == BENCHMARKS.keys()


def test_a_commit_that_builds_is_built(folder: Path) -> None:
    with without_faults() as lines:
        assert build(Measured("", None), folder)
    assert lines == []


def test_asv_is_as_it_was_afterwards() -> None:
    before = [Environment.checkout_project, run._do_build, Results.save, runner.ForkServer.run]
    with without_faults():
        assert Environment.checkout_project is not before[0]
    after = [Environment.checkout_project, run._do_build, Results.save, runner.ForkServer.run]
    assert after == before


def measure(
    statuses: dict[str, int], folder: Path, monkeypatch: pytest.MonkeyPatch, stderr: str = ""
) -> dict[str, Any]:
    """Let asv measure benchmarks that end as they are told to; return what it stored."""

    def end(_: object, name: str, **options: str) -> tuple[str, int]:
        Path(options["result_file_name"]).write_text("1")
        return stderr, statuses.get(name, 0)

    for spawner in (runner.Spawner, runner.ForkServer):
        monkeypatch.setattr(spawner, "run", end)
    result = results()
    with without_faults() as lines:
        spawner = object.__new__(runner.ForkServer)
        for benchmark in BENCHMARKS.values():
            measured = runner.run_benchmark({**benchmark, "timeout": 1}, spawner, profile=False)
            result.add_result(benchmark, measured)
        result.save(str(folder))
    path = folder / FILE
    stored = json.loads(path.read_text())["results"] if path.exists() else {}
    return {"lines": lines, **{name: row[0] for name, row in stored.items()}}


KILLED = "{} is not measured at 12345678: it was ended by {}, as where memory runs out"


def test_a_benchmark_that_was_killed_has_no_result_and_the_others_have(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = measure({"m.track_b-0": -signal.SIGKILL, "m.track_b-1": 1}, folder, monkeypatch)
    assert stored == {
        "lines": [KILLED.format("m.track_b", "SIGKILL")],
        "m.track_a": [1],
        "m.track_bc": [1],
    }
    assert is_unmeasured(FILE)
    assert measure({}, folder, monkeypatch) == {
        "lines": [],
        "m.track_a": [1],
        "m.track_b": [1, 1],
        "m.track_bc": [1],
    }
    assert not is_unmeasured(FILE)


def test_where_all_were_killed_nothing_is_stored(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("m.track_a", "m.track_b-0", "m.track_b-1", "m.track_bc")
    stored = measure(dict.fromkeys(names, -signal.SIGTERM), folder, monkeypatch)
    assert stored == {"lines": [KILLED.format(name, "SIGTERM") for name in BENCHMARKS]}


@pytest.mark.parametrize("status", [1, TIMEOUT_RETCODE, -signal.SIGSEGV])
def test_a_benchmark_that_fails_is_a_failed_one(
    status: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = measure({"m.track_a": status}, folder, monkeypatch)
    assert (stored["lines"], stored["m.track_a"], stored["m.track_b"]) == ([], None, [1, 1])


@pytest.mark.parametrize(("status", "is_stored"), [(-9, False), (-15, False), (1, True)])
def test_so_is_what_a_killed_set_up_was_for(status: int, is_stored: bool, folder: Path) -> None:
    result = results()
    told = f"asv: setup_cache failed\n\nsaid\nasv: setup_cache failed (exit status {status})"
    benchmark = BENCHMARKS["m.track_a"]
    result.add_result(benchmark, runner.fail_benchmark(benchmark, stderr=told))
    with without_faults() as lines:
        result.save(str(folder))
    assert (folder / FILE).exists() == is_stored
    assert lines == (
        [] if is_stored else [KILLED.format("m.track_a", signal.Signals(-status).name)]
    )


def test_a_fault_is_one_of_a_user_to_asv() -> None:
    with without_faults(), pytest.raises(FaultError, match=r"^git: git failed$"):
        Environment.checkout_project(
            Measured("checkout", ended(1)), Measured("checkout", ended(1)), COMMIT
        )


def test_what_git_has_not_got_is_fetched_first(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = Measured("checkout", ended(1))
    fetched = []

    def fetch(*wanted: object) -> None:
        fetched.append(wanted)
        environment.error = None

    monkeypatch.setattr(faults, "fetch_tree", fetch)
    with without_faults():
        environment.checkout_project(environment, COMMIT)
    assert fetched == [(Path(), COMMIT)]


def test_where_it_cannot_be_fetched_git_says_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_: object) -> None:
        raise HistoryError(".: fatal: could not fetch 1234 from promisor remote")

    monkeypatch.setattr(faults, "fetch_tree", fetch)
    with without_faults() as lines:
        build(Measured("checkout", ended(1)), folder)
    assert lines == [
        "12345678 is not measured: .: fatal: could not fetch 1234 from promisor remote"
    ]
