import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from asv_ledger.collect.commands import find_python
from dev import __main__ as command_line
from dev.commands import COMMANDS, HELP

ROOT = Path(__file__).resolve().parents[3]

NAMES = "check, test, bench, site, gate, accept, evaluate, load, clean"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no command is named"),
        (["fly"], "fly is no command"),
        (["bench", "test"], "bench test is no command"),
        (["--all"], "--all is no command"),
    ],
)
def test_an_unknown_command_is_refused(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(arguments) == 2
    assert capsys.readouterr() == ("", f"dev: {told}; allowed: {NAMES}\n")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_table_is_printed(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([option]) == 0
    assert capsys.readouterr() == (f"{HELP}\n", "")


@pytest.mark.parametrize("name", sorted({*COMMANDS} - {"clean"}))
def test_a_python_that_is_not_installed_is_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHON", "python3.99")
    assert command_line.main([name]) == (2 if name == "gate" else 1)
    assert capsys.readouterr().err == (
        f"{name}: python3.99 is not installed; install CPython 3.11 or newer, "
        "or name another: make bench PYTHON=python3.12\n"
    )


@pytest.mark.parametrize(
    ("platform", "default"), [("linux", "python3"), ("darwin", "python3"), ("win32", "python")]
)
def test_a_command_runs_in_the_environment_of_the_default_python(
    platform: str, default: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, started = [], []

    def prepare(python: str) -> Path:
        prepared.append(python)
        return Path("programs", "python")

    def run(command: list[str], environment: dict[str, str]) -> int:
        started.append((command, environment["PATH"], environment["PYTHONUTF8"]))
        return 3

    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setenv("PATH", "elsewhere")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(command_line, "prepare", prepare)
    monkeypatch.setattr(command_line, "run", run)
    assert command_line.main(["site"]) == 3
    assert prepared == [default]
    path = os.pathsep.join(["programs", "elsewhere"])
    python = str(Path("programs", "python"))
    assert started == [([python, "-m", "dev.commands", "site"], path, "1")]


@pytest.mark.parametrize("found", [None, Path("programs", "python")])
def test_clean_makes_no_environment_and_runs_in_the_one_that_holds_the_lock(
    found: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []

    def run(command: list[str], _: dict[str, str]) -> int:
        done.append(command)
        return 0

    def prepare(_: str) -> NoReturn:
        pytest.fail("an environment is made to be removed")

    monkeypatch.setattr(command_line, "find", lambda _: found)
    monkeypatch.setattr(command_line, "prepare", prepare)
    monkeypatch.setattr(command_line, "remove_all", done.append)
    monkeypatch.setattr(command_line, "run", run)
    assert command_line.main(["clean"]) == 0
    assert done == [ROOT if found is None else [str(found), "-m", "dev.commands", "clean"]]


def test_what_a_user_has_set_for_other_programs_is_not_handed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    variables = command_line.environment(Path("programs", "python"))
    assert not {"GIT_DIR", "GIT_INDEX_FILE", "PYTHONSAFEPATH"} & variables.keys()
    assert variables["GIT_CONFIG_COUNT"] == "0"
    assert variables["PYTHONPATH"] == str(ROOT / "asv-ledger" / "src")


@pytest.mark.parametrize("options", [(), ("-I",), ("-P",), ("-E",)])
@pytest.mark.parametrize("safe", ["", "1"])
def test_it_starts_however_python_is_told_to_look_for_modules(
    options: tuple[str, ...], safe: str, tmp_path: Path
) -> None:
    process = subprocess.run(
        [sys.executable, *options, ROOT / "dev", "fly"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONSAFEPATH": safe},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == f"dev: fly is no command; allowed: {NAMES}\n"


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10"])
def test_an_old_python_is_told_what_is_needed(version: str) -> None:
    python = find_python(version)
    if python is None:
        pytest.skip(f"no Python {version} is installed")
    process = subprocess.run(
        [python, "dev", "bench"],
        cwd=ROOT,
        env=os.environ | {"PYTHON": python, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (1, "")
    assert re.fullmatch(
        re.escape(f"bench: {python} is CPython {version}.") + r"[0-9]+; install CPython 3\.11 .*\n",
        process.stderr,
    )
