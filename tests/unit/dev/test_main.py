import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from asv_ledger.collect.commands import find_python
from dev import __main__ as command_line

ROOT = Path(__file__).resolve().parents[3]


def dev(*arguments: str, python: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "dev", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("arguments", [(), ("fly",), ("bench", "test")])
def test_an_unknown_command_is_refused(arguments: tuple[str, ...]) -> None:
    process = dev(*arguments, python=sys.executable)
    assert process.returncode == 2
    assert process.stderr == (
        "usage: python3 dev {accept,bench,check,clean,gate,load,proof,site,test}\n"
    )


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("accept", 1),
        ("bench", 1),
        ("check", 1),
        ("gate", 2),
        ("load", 1),
        ("proof", 1),
        ("site", 1),
        ("test", 1),
    ],
)
def test_a_python_that_is_not_installed_is_one_line(command: str, status: int) -> None:
    process = dev(command, python="python3.99")
    assert process.returncode == status
    assert process.stderr == (
        f"{command}: python3.99 is not installed; install CPython 3.11 or newer, "
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
    monkeypatch.setattr(sys, "argv", ["dev", "site"])
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(command_line, "prepare", prepare)
    monkeypatch.setattr(command_line, "run", run)
    assert command_line.main() == 3
    assert prepared == [default]
    path = os.pathsep.join(["programs", "elsewhere"])
    python = str(Path("programs", "python"))
    assert started == [([python, "-m", "dev.site"], path, "1")]


def test_what_a_user_has_set_for_other_programs_is_not_handed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    variables = command_line.environment(Path("programs", "python"))
    assert not {"GIT_DIR", "GIT_INDEX_FILE", "PYTHONSAFEPATH"} & variables.keys()
    assert variables["GIT_CONFIG_COUNT"] == "0"


@pytest.mark.parametrize("options", [(), ("-I",), ("-P",), ("-E",)])
@pytest.mark.parametrize("safe", ["", "1"])
def test_it_starts_however_python_is_told_to_look_for_modules(
    options: tuple[str, ...], safe: str, tmp_path: Path
) -> None:
    process = subprocess.run(
        [sys.executable, *options, ROOT / "dev", "site"],
        cwd=tmp_path,
        env=os.environ | {"PYTHON": "python3.99", "PYTHONSAFEPATH": safe},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.stderr.startswith("site: python3.99 is not installed; ")


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


def test_the_makefile_starts_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text()
    started = re.findall(r"^\t@python3 dev ([a-z]+)$", makefile, re.MULTILINE)
    assert sorted(started) == sorted(command_line.COMMANDS)
