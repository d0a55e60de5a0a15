"""Git, run so that neither the environment nor a user's configuration changes what it tells.

This module runs on any Python from 3.8 on, as the commands behind the Makefile begin with it.
"""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import (  # noqa: UP035 - must import on any Python from 3.8
    Dict,
    Iterable,
    Iterator,
    Mapping,
    NamedTuple,
)

# What ``git rev-parse --local-env-vars`` lists: hooks, aliases and ``git rebase --exec`` hand these
# on, and every git command after them works on that repository, wherever it is told to run. But for
# GIT_CONFIG_COUNT: a user sets it, and it may hold what makes a repository safe to read.
_OF_A_REPOSITORY = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_CONFIG_PARAMETERS",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
# What changes which paths a command means, and what it prints.
_OF_A_COMMAND = frozenset(
    {
        "GIT_ATTR_SOURCE",
        "GIT_DIFF_OPTS",
        "GIT_EXTERNAL_DIFF",
        "GIT_GLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_QUARANTINE_PATH",
        "GIT_TEMPLATE_DIR",
    }
)
_TRACES = "GIT_TRACE"  # begins the names of those that write among what git says


class HistoryError(Exception):
    """Git cannot tell the history; the message is one line and holds what git said."""


class GitMissingError(HistoryError):
    """Git itself does not start."""


class GitObject(NamedTuple):
    """An object as git keeps it: its hash, its kind, such as "commit", and its bytes."""

    hash: str
    kind: str
    content: bytes


def clean_environment(environment: Mapping[str, str]) -> Dict[str, str]:  # noqa: UP006
    """Return an environment without what would lead git to another repository than it is run in."""
    dropped = _OF_A_REPOSITORY | _OF_A_COMMAND
    return {
        name: value
        for name, value in environment.items()
        if name not in dropped and not name.startswith(_TRACES)
    }


def run_git(repository: Path, *arguments: str) -> bytes:
    """Return what a git command prints, run in a folder. Raises HistoryError."""
    try:
        process = subprocess.run(
            _command(repository, arguments),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise _not_started(repository, error) from None
    except ValueError as error:
        raise HistoryError(f"{repository}: {' '.join(arguments)!r}: {error}") from None
    if process.returncode:
        raise HistoryError(f"{repository}: {find_reason(process.stderr.decode(errors='replace'))}")
    return process.stdout


def read_objects(repository: Path, names: Iterable[str]) -> Iterator[GitObject]:
    """Iterate over the objects of these hashes, in their order. Raises HistoryError.

    One process reads them all, and one at a time is in memory.
    """
    # Files, not pipes: git and its reader can never wait for one another.
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.writelines(f"{name}\n".encode() for name in names)
        asked.seek(0)
        try:
            process = subprocess.Popen(
                _command(repository, ("cat-file", "--batch")),
                env=_environment(),
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        except OSError as error:
            raise _not_started(repository, error) from None
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                name, kind, *size = line.decode().split()
                if not size:
                    raise HistoryError(f"{repository}: object {name} is {kind}")
                content = process.stdout.read(int(size[0]))
                process.stdout.read(1)
                yield GitObject(name, kind, content)
        if process.returncode:
            said.seek(0)
            raise HistoryError(f"{repository}: {find_reason(said.read().decode(errors='replace'))}")


def find_reason(said: str) -> str:
    """Return in one line why git failed, with the advice it gives on a repository of another."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    advice = [line for line in lines if line.startswith("git config ") and "safe.directory" in line]
    return "; ".join([*(reasons or lines or ["git failed"])[:1], *advice[:1]])


def _command(repository: Path, arguments: Iterable[str]) -> "list[str]":
    return ["git", "-C", str(repository), *arguments]


def _environment() -> Dict[str, str]:  # noqa: UP006
    # What git says is told to the user: in one language, and without a question that nobody sees.
    return {**clean_environment(os.environ), "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def _not_started(repository: Path, error: OSError) -> GitMissingError:
    return GitMissingError(f"{repository}: git does not start: {error.strerror}; install git")
