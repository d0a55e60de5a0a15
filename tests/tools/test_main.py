import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tools(*arguments: str, python: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tools", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("arguments", [(), ("fly",), ("bench", "test")])
def test_an_unknown_command_is_refused(arguments: tuple[str, ...]) -> None:
    process = tools(*arguments, python=sys.executable)
    assert process.returncode == 2
    assert process.stderr == "usage: python3 -m tools {accept,bench,gate,load,proof,site,test}\n"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("accept", 1),
        ("bench", 1),
        ("gate", 2),
        ("load", 1),
        ("proof", 1),
        ("site", 1),
        ("test", 1),
    ],
)
def test_a_python_that_is_not_installed_is_one_line(command: str, status: int) -> None:
    process = tools(command, python="python3.99")
    assert process.returncode == status
    assert process.stderr == (
        f"{command}: python3.99 is not installed; install CPython 3.11 or newer, "
        "or name another: make bench PYTHON=python3.12\n"
    )
