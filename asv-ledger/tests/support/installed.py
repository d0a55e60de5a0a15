"""The package as its users have it: in an environment of its own, with what pip brings along."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.running import IS_CI, SOURCES

_OFFLINE = ("ConnectTimeout", "NewConnectionError", "No matching distribution found")


def install(folder: Path, *requirements: str) -> dict[str, str]:
    """Make an environment with the package in it; return the variables that programs find it by.

    The test is skipped where pip reaches no index, but on CI.
    """
    _run([sys.executable, "-m", "venv", str(folder / "venv")])
    programs = folder / "venv" / "bin"
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
    _run([*pip, str(SOURCES.parent), *requirements])
    home = folder / "home"  # where asv keeps what it knows of the machine
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {
        **kept,
        "HOME": str(home),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        **{f"GIT_{who}_NAME": "A" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "a@example.org" for who in ("AUTHOR", "COMMITTER")},
    }


def _run(command: list[str]) -> None:
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    if process.returncode and not IS_CI and any(sign in process.stderr for sign in _OFFLINE):
        pytest.skip(f"pip reaches no index: {process.stderr.strip().splitlines()[-1]}")
    assert process.returncode == 0, process.stdout + process.stderr
