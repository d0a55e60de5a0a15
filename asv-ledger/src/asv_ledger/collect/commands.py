"""Commands: the project's own, named in asv.conf.json, which print JSON."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from asv_ledger.files import parse_json
from asv_ledger.model.baseline import Metrics
from asv_ledger.sources.baseline import find_unusable
from asv_ledger.sources.git import clean_environment

RUNNING_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

_PRINT_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


class CommandError(Exception):
    """A command failed or printed what it must not; the message is one line and names it."""


def find_python(version: str) -> str | None:
    """Return an interpreter of a version such as "3.12": this one, or pythonX.Y on the PATH.

    None where there is none that runs: what is on the PATH may be a shim that finds nothing.
    """
    if version == RUNNING_VERSION:
        return sys.executable
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = (shutil.which(f"python{version}", path=folder) for folder in folders)
    return next((path for path in found if path and _version(path) == version), None)


def split_command(command: str, python: str) -> list[str]:
    """Return the words of a command; where the first is the word python, the interpreter given."""
    program, *arguments = shlex.split(command)
    return [python if program == "python" else program, *arguments]


def run_command(command: str, folder: Path, python: str) -> tuple[int, list[str]]:
    """Return the exit status of a command, run in a folder, and the lines that it prints.

    What it says on stderr is said there. Raises CommandError where it does not start.
    """
    process = _run(split_command(command, python), folder, stderr=None)
    return process.returncode, process.stdout.splitlines()


def run_json(command: str, folder: Path, python: str) -> dict[str, Any]:
    """Return the object that a command prints as JSON, run in a folder.

    Where the command begins with the word python, that is the interpreter given. Raises
    CommandError where the command fails or prints anything else. A command that prints what it
    could read, and fails for the rest, says why by name: {"failed": "ValueError: ..."}.
    """
    words = split_command(command, python)
    told = shlex.join(words)
    process = _run(words, folder, stderr=subprocess.PIPE)
    if process.returncode:
        said = process.stderr.strip().splitlines() or ["it does not say why"]
        why = _format_failures(process.stdout) or said[-1]
        raise CommandError(f"{told} ended with status {process.returncode}: {why}")
    try:
        printed = parse_json(process.stdout)
    except ValueError as error:
        raise CommandError(f"{told} prints no JSON: {error}; allowed: one object") from None
    if not isinstance(printed, dict):
        kind = type(printed).__name__
        raise CommandError(f"{told} prints JSON of a {kind}; allowed: one object")
    return printed


def _format_failures(printed: str) -> str | None:
    """Return what failed first of what a command printed, and how many others; None where none."""
    try:
        entries = dict(parse_json(printed)).items()
    except (ValueError, TypeError):
        return None
    failed = [
        " ".join(f"{name}: {entry['failed']}".split())
        for name, entry in entries
        if isinstance(entry, dict) and "failed" in entry
    ]
    if not failed:
        return None
    others = len(failed) - 1
    return failed[0] + (f" (and {others} other{'s' * (others > 1)})" if others else "")


def _run(words: list[str], folder: Path, stderr: int | None) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            words,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        told = shlex.join(words)
        raise CommandError(f"{told} does not start: {error.strerror}: {error.filename}") from None


def _environment() -> dict[str, str]:
    """Return the environment of a command, which begins with the folder that it is run in."""
    environment = clean_environment(os.environ)
    environment.pop("PYTHONSAFEPATH", None)
    return environment


def _version(python: str) -> str | None:
    try:
        process = subprocess.run(
            [python, "-c", _PRINT_VERSION], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return process.stdout.strip()


def measure_metrics(command: str, folder: Path, python: str) -> Metrics:
    """Return the exact metrics that a command prints by name. Raises CommandError."""
    metrics = run_json(command, folder, python)
    fault = find_unusable(metrics) if metrics else "prints no metric; allowed: one or more"
    if fault is not None:
        raise CommandError(f"{command}: {fault}")
    return metrics
