"""Readings: the metrics of commits, each read in a scratch folder by the project's own command.

What is read runs code of the commit. It gets nothing from the environment that the commit could
have prepared, its processes end with the reading, and only one JSON object counts for an answer.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from asv_ledger.collect.commands import split_command
from asv_ledger.model.gate import Reading

TIMEOUT = 600.0  # seconds that all readings together may take

_LARGEST = 10_000_000  # bytes that a command may print
_FAILED = 1  # the status of a command that could not read some metrics, and says which
_LIMIT = 1e15  # what no number of bytes is
_DROPPED = ("ACTIONS_", "GH_", "GITHUB_", "GIT_", "PYTHON", "RUNNER_")  # begin variables' names
_PAUSE = 0.02  # seconds between two looks at whether a reading has ended


@dataclass(frozen=True, slots=True)
class _NotStarted:
    """A command that does not start."""

    words: Sequence[str]
    error: OSError

    def is_over(self) -> bool:
        """Return that it has ended."""
        return True

    def read(self) -> Reading:
        """Return why it does not start."""
        why = f"{self.error.strerror}: {self.error.filename}"
        return Reading(broken=f"{shlex.join(self.words)} does not start: {why}")


@dataclass(frozen=True, slots=True)
class _Process:
    """A command that runs, and the files it prints to."""

    words: Sequence[str]
    process: "subprocess.Popen[bytes]"
    output: IO[bytes]
    errors: IO[bytes]

    def is_over(self) -> bool:
        """Return whether it has ended, or printed so much that it may not go on.

        What it started ends with it.
        """
        is_over = self.process.poll() is not None or self._printed() > _LARGEST
        if is_over:
            self.kill()
        return is_over

    def read(self) -> Reading:
        """Return the metrics it printed, or why it printed none."""
        status = self.process.poll()
        if self._printed() > _LARGEST:
            return self._broken(f"prints more than {_LARGEST:,} bytes")
        if status is None:
            return self._broken(f"takes longer than {TIMEOUT:,.0f} seconds")
        if status not in (0, _FAILED):
            return self._broken(f"ended with status {status}: {self._last_words()}")
        self.output.seek(0)
        try:
            reading = parse_metrics(self.output.read())
        except ValueError as error:
            ended = f"ended with status {status}: {self._last_words()}"
            return self._broken(ended if status else str(error))
        if status and not reading.failed:
            return self._broken(f"ended with status {status}, and names no metric that failed")
        return reading

    def _broken(self, why: str) -> Reading:
        return Reading(broken=f"{shlex.join(self.words)} {why}")

    def _printed(self) -> int:
        return os.fstat(self.output.fileno()).st_size + os.fstat(self.errors.fileno()).st_size

    def _last_words(self) -> str:
        size = os.fstat(self.errors.fileno()).st_size
        self.errors.seek(max(0, size - 10_000))
        said = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return said[-1] if said else "it does not say why"

    def kill(self) -> None:
        """End it, and what it started."""
        if sys.platform == "win32":
            self.process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_if_running(self) -> None:
        """End it where it has not: the number of one that has may be another process's by now."""
        if self.process.returncode is None:
            self.kill()


@contextmanager
def scratch_folder(repository: Path) -> Iterator[Path]:
    """Give a folder that is removed again: beside asv's environments, if there are any."""
    asv = repository / ".asv"
    parent = asv if asv.is_dir() and not asv.is_symlink() else None
    with tempfile.TemporaryDirectory(
        prefix="gate-", dir=parent, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder).resolve()


def read_metrics(commands: Iterable[tuple[str, Path]], python: str) -> list[Reading]:
    """Return the metrics that commands print, each run in its folder, all side by side."""
    with ExitStack() as running:
        started = [
            running.enter_context(_running(split_command(command, python), folder))
            for command, folder in commands
        ]
        deadline = time.monotonic() + TIMEOUT
        while not all(one.is_over() for one in started) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return [one.read() for one in started]


def parse_metrics(printed: bytes) -> Reading:
    """Return the metrics in what a command printed.

    Raises ValueError, of one line, where that is no object of numbers and failures by name.
    """
    try:
        metrics = json.loads(printed.decode(), object_pairs_hook=_unique)
    except RecursionError:
        raise ValueError("prints JSON that is too deep; allowed: one object") from None
    except ValueError as error:
        raise ValueError(f"prints no JSON: {error}; allowed: one object") from None
    if not isinstance(metrics, dict):
        raise ValueError(f"prints JSON of a {type(metrics).__name__}; allowed: one object")
    values, failed = {}, {}
    for name, value in metrics.items():
        if isinstance(value, dict) and isinstance(value.get("failed"), str):
            failed[name] = next(iter(value["failed"].splitlines()), "it does not say why")
        elif _is_amount(value):
            values[name] = value
        else:
            failed[name] = f"is {str(value)[:40]}; allowed: a number between -1e15 and 1e15"
    return Reading(values, failed)


@contextmanager
def _running(words: Sequence[str], folder: Path) -> Iterator["_Process | _NotStarted"]:
    with (
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as caches,
    ):
        try:
            process = subprocess.Popen(
                words,
                cwd=folder,
                env=_clean_environment(os.environ, caches),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
        except OSError as error:
            yield _NotStarted(words, error)
            return
        started = _Process(words, process, output, errors)
        try:
            yield started
        finally:
            started.kill_if_running()


def _clean_environment(environment: Mapping[str, str], caches: str) -> dict[str, str]:
    """Return an environment without what changes Python or git, or tells of a hosted run.

    Compiled code is looked for in a folder without any: a commit may have brought its own.
    """
    kept = {name: value for name, value in environment.items() if not name.startswith(_DROPPED)}
    return {
        **kept,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPYCACHEPREFIX": caches,
        "PYTHONUTF8": "1",
    }


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} is there twice")
        found[name] = value
    return found


def _is_amount(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -_LIMIT < value < _LIMIT
