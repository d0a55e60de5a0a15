"""The CPython interpreters of this machine, and scripts run in fresh processes of them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

_INTRODUCE = (
    "import platform, sys;"
    "print(platform.python_implementation(), '%d.%d' % sys.version_info[:2], sys.executable)"
)


def require(version: str) -> str:
    """Return the interpreter of a CPython version, or skip the test where there is none."""
    interpreter = find(version)
    if interpreter is None:
        pytest.skip(f"no CPython {version} on this machine")
    return interpreter


@cache
def find(version: str) -> str | None:
    """Return the path of a CPython of a version, None where no candidate runs."""
    return next(filter(None, (_introduced(path, version) for path in _candidates(version))), None)


def run(interpreter: str, script: str, **environment: str) -> str:
    """Return what a script prints in a fresh process, started in the root of the project."""
    return subprocess.run(
        [interpreter, "-c", script],
        cwd=PROJECT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def _candidates(version: str) -> Iterator[str]:
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield on_path
    pyenv = shutil.which("pyenv")
    if pyenv:
        root = subprocess.run([pyenv, "root"], stdout=subprocess.PIPE, text=True, check=True).stdout
        yield from map(str, Path(root.strip(), "versions").glob(f"{version}.*/bin/python"))


def _introduced(path: str, version: str) -> str | None:
    """Return the executable behind a path: what is on PATH may be a shim that finds nothing."""
    process = subprocess.run([path, "-c", _INTRODUCE], capture_output=True, text=True, check=False)
    implementation, _, rest = process.stdout.partition(" ")
    actual, _, executable = rest.strip().partition(" ")
    return executable if (implementation, actual) == ("CPython", version) else None
