import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from asv import runner

from dev.asv import _Program, prepare, resolve_links
from support.histories import git, write_benchmarks
from support.running import SOURCES

ROOT = Path(__file__).resolve().parents[3]


def test_it_is_asv() -> None:
    versions = [
        subprocess.run(
            [sys.executable, "-m", module, "--version"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for module in ("asv", "dev.asv")
    ]
    assert versions[0].split()[-1] == versions[1].split()[-1] == "0.6.6"


def test_it_is_asv_where_signals_cannot_wait() -> None:
    script = (
        "import runpy, signal, sys; del signal.pthread_sigmask; "
        "sys.argv = ['asv', '--version']; runpy.run_module('dev.asv', run_name='__main__')"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout.split()[-1] == "0.6.6"


def test_git_is_led_nowhere_else_and_obeys_no_user() -> None:
    variables = {
        "GIT_DIR": "elsewhere",
        "GIT_CONFIG_PARAMETERS": "'core.hooksPath'='elsewhere'",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "PYTHONSAFEPATH": "1",
        "PATH": os.environ["PATH"],
    }
    prepare(variables)
    assert not {"GIT_DIR", "GIT_CONFIG_PARAMETERS", "PYTHONSAFEPATH"} & variables.keys()
    listed = subprocess.run(
        ["git", "config", "--list", "--show-scope"],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    settings = [line.split("\t")[1] for line in listed.stdout.splitlines() if "command" in line]
    assert settings[0] == "safe.directory=*"
    assert {"core.hookspath=/dev/null", "core.fsmonitor=false", "core.autocrlf=false"} < set(
        settings
    )


@pytest.mark.parametrize("count", ["", "no number"])
def test_a_count_that_is_none_begins_at_nothing(count: str) -> None:
    variables = {"GIT_CONFIG_COUNT": count}
    prepare(variables)
    assert variables["GIT_CONFIG_KEY_0"] == "clone.rejectShallow"
    assert f"GIT_CONFIG_KEY_{int(variables['GIT_CONFIG_COUNT']) - 1}" in variables


def test_an_interrupt_waits_until_a_program_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def start(self: object, preexec_fn: object) -> None:
        assert callable(preexec_fn)
        signal.raise_signal(signal.SIGINT)
        started.append(self)

    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    monkeypatch.setattr(subprocess.Popen, "__init__", start)
    with pytest.raises(KeyboardInterrupt):
        _Program()
    assert len(started) == 1
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


def test_benchmarks_run_without_asvs_own_folder_on_their_path_behind_a_link_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Path(runner.BENCHMARK_RUN_SCRIPT).resolve()
    (tmp_path / "asv").symlink_to(script.parent)
    monkeypatch.setattr(runner, "BENCHMARK_RUN_SCRIPT", str(tmp_path / "asv" / script.name))
    resolve_links()
    assert str(script) == runner.BENCHMARK_RUN_SCRIPT


def asv(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "dev.asv", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(SOURCES)])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_it_cannot_write_is_one_line(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "results").mkdir()
    write_benchmarks(tmp_path / "results")
    (tmp_path / "html").touch()
    configuration = {"version": 1, "project": "p", "repo": "."}
    (tmp_path / "asv.conf.json").write_text(json.dumps(configuration))
    process = asv(tmp_path, "publish", "--no-pull")
    assert (process.returncode, process.stderr) == (1, "asv: html: Not a directory\n")


STARTS_ANOTHER = """
import os, subprocess, sys
from dev.asv import _Program
program = [sys.executable, "-c", "import time; time.sleep(60)"]
print(_Program(program, preexec_fn=os.setsid).pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can see to it")
def test_a_killed_one_leaves_no_program_running() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_ANOTHER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        program = Path("/proc", process.stdout.readline().strip(), "cmdline")
        assert program.read_bytes() != b""
        process.kill()
        process.wait()
    deadline = time.monotonic() + 10
    while program.exists() and program.read_bytes() != b"":
        assert time.monotonic() < deadline
        time.sleep(0.01)


SLEEPS = """
import os, signal, subprocess, sys
from dev.asv import _Program
signal.signal(signal.SIGINT, lambda *_: None)
program = _Program([sys.executable, "-c", "print(flush=True); import time; time.sleep(60)"])
print(program.wait(), flush=True)
"""


def test_a_program_that_asv_starts_ends_at_once_where_it_is_interrupted() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPS],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "\n"
        os.killpg(process.pid, signal.SIGINT)
        interrupted = time.monotonic()
        assert process.stdout.readline() == f"{-signal.SIGINT}\n"
        assert time.monotonic() - interrupted < 5


def test_a_user_who_ignores_interrupts_is_obeyed() -> None:
    ignores = SLEEPS.replace("lambda *_: None", "signal.SIG_IGN").replace("time.sleep(60)", "0")
    process = subprocess.run(
        [sys.executable, "-c", ignores.replace("import time; 0", SAYS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == "\nTrue\n0\n"


SAYS = "import signal; print(signal.getsignal(signal.SIGINT) == signal.SIG_IGN, flush=True)"
