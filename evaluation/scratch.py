"""A scratch copy of the project with a history of its own, for the commands to run in."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from asv_ledger.sources.git import clean_environment
from asv_ledger.sources.trees import write_tree
from dev.process import end_with

ROOT = Path(__file__).resolve().parents[1]

# Kept between runs, so that only the first one builds the environment to measure in. Processes of
# pytest that share out tests measure at once, and asv installs one commit at a time in a folder.
ENVIRONMENTS = ROOT / ".asv" / f"scratch{os.environ.get('PYTEST_XDIST_WORKER', '')}"

_NOT_COPIED = ("html", "results", "attribution", "tests")

_REGISTER = "from dev.machine import register; print(register())"


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left: its exit status and what it printed."""

    status: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class Project:
    """The copy and the home folder its commands run with."""

    folder: Path
    home: Path

    @classmethod
    def copy(cls, folder: Path, *, without: Callable[[Path], bool] = lambda _: False) -> Self:
        """Copy what git tracks or would track, but for the files that ``without`` names."""
        listed = _git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        for name in map(Path, listed.split("\0")[:-1]):
            if name.parts[0] not in _NOT_COPIED and not without(name):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        return cls._begin(folder)

    @classmethod
    def check_out(cls, folder: Path) -> Self:
        """Copy what is committed."""
        folder.mkdir()
        write_tree(ROOT, "HEAD", folder)
        for name in _NOT_COPIED:
            shutil.rmtree(folder / name, ignore_errors=True)
        return cls._begin(folder)

    @classmethod
    def _begin(cls, folder: Path) -> Self:
        configuration = folder / "asv.conf.json"
        configuration.write_text(
            configuration.read_text().replace('".asv/env"', f'"{ENVIRONMENTS.as_posix()}"')
        )
        home = folder.parent / "home"
        home.mkdir()
        project = cls(folder, home)
        project.git("init", "--quiet", "--initial-branch=main")
        return project

    @staticmethod
    def origin() -> str:
        """Return the hash of the commit that ``check_out`` copies."""
        return _git(ROOT, "rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        """Run a git command and return what it prints."""
        # A user's own configuration holds what no scratch copy needs: hooks, signatures, filters.
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return _git(self.folder, *arguments, **own)

    def commit(self, subject: str) -> str:
        """Commit everything and return the short hash, as it begins the names of results."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)
        return self.git("rev-parse", "--short=8", "HEAD")

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        """Start a Python program, in a process group of its own, which ends with this one."""
        programs = str(Path(sys.executable).parent)
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={
                **clean_environment(os.environ),
                "HOME": str(self.home),
                "PATH": os.pathsep.join([programs, os.environ["PATH"]]),
                "PYTHONPATH": str(self.folder / "asv-ledger" / "src"),
                "RANGE": "",
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=end_with(os.getpid()),  # noqa: PLW1509 - it takes no lock
        )

    def run(self, *arguments: str, **variables: str) -> Finished:
        """Run a Python program to its end."""
        return finish(self.start(*arguments, **variables), timeout=300)

    def asv(self, *arguments: str) -> Finished:
        """Run asv, which may take an hour for a long history, and leaves nothing running."""
        return finish(self.start("-m", "dev.asv", *arguments), timeout=3_600)

    def explain(self) -> Finished:
        """Let the ledger read the allocation sites of all that changed."""
        return finish(self.start("-m", "asv_ledger", "explain"), timeout=3_600)

    def measure(self, commits: str, *options: str) -> Finished:
        """Let asv measure a range of commits."""
        machine = self.run("-c", _REGISTER).output.strip()
        return self.asv("run", *options, "--show-stderr", "--machine", machine, commits)

    def results(self) -> list[Path]:
        """Return the files with the results of a commit, in order of their names."""
        return sorted((self.folder / "results").glob("*/*-*.json"))


def finish(process: "subprocess.Popen[str]", timeout: float) -> Finished:
    """Wait for the end of a program, at most so many seconds."""
    output, errors = process.communicate(timeout=timeout)
    return Finished(process.returncode, output, errors)


def _git(folder: Path, *arguments: str, **variables: str) -> str:
    identity = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.com"]
    process = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env=clean_environment(os.environ) | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return process.stdout.strip()
