"""The checkout that a command works in: its history, its configuration and its folders."""

import tempfile
from pathlib import Path

from asv_ledger.config import Settings, SettingsError, read_settings
from asv_ledger.sources.commits import read_commit
from asv_ledger.sources.git import GitMissingError, HistoryError, run_git
from asv_ledger.text import clean
from dev.environment import ROOT
from dev.errors import DevError

CONFIGURATION = "asv.conf.json"


def read_configuration() -> Settings:
    """Return the settings in asv.conf.json. Raises DevError."""
    try:
        return read_settings(Path(CONFIGURATION))
    except SettingsError as error:
        raise DevError(str(error)) from None


def check_repository() -> None:
    """Raise DevError unless the project is a git repository with a commit."""
    try:
        run_git(Path(), "rev-parse", "--git-dir")
    except GitMissingError:
        raise DevError("git is not installed; install it") from None
    except HistoryError as error:
        if Path(".git").exists():
            why = str(error).removeprefix(f"{Path()}: ")
            raise DevError(f"git cannot read {ROOT}: {why}") from None
    if not Path(".git").exists():
        raise DevError(f"{ROOT} is not a git repository; get the project with git clone")
    try:
        run_git(Path(), "rev-parse", "--verify", "HEAD")
    except HistoryError:
        raise DevError(f"{ROOT} has no commit yet; commit, then measure") from None


def check_writable(folder: Path) -> None:
    """Raise DevError unless files can be made in a folder, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise DevError(f"cannot write to {folder}: {error.strerror}; make it writable") from None


def is_changed(paths: tuple[str, ...]) -> bool:
    """Return whether the working tree differs from HEAD in some paths."""
    settings = ("-c", "core.fsmonitor=false", "-c", "color.status=false", "--no-optional-locks")
    options = ("--porcelain=v1", "--untracked-files=normal", "--ignore-submodules=none")
    return bool(run_git(Path(), *settings, "status", *options, "--", *paths))


def is_shallow() -> bool:
    """Return whether the clone ends before the history does."""
    return run_git(Path(), "rev-parse", "--is-shallow-repository").strip() == b"true"


def list_commits(*arguments: str) -> list[str]:
    """Return the commits that git rev-list names along the first parents, newest first."""
    return run_git(Path(), "rev-list", "--first-parent", *arguments).decode().split()


def describe(commit: str) -> str:
    """Return the short hash of a commit and its subject."""
    try:
        return f"{commit[:8]} {clean(read_commit(Path(), commit).subject)}"
    except HistoryError:
        return commit[:8]
