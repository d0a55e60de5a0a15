"""Settings: what the ledger is told in asv.conf.json, under "ledger"."""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asv.config import Config
from asv.util import UserError


class SettingsError(Exception):
    """The configuration cannot be used; the message is one line and says what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the results and the repository are, and what the project says of its figures.

    ``exact`` are patterns of the benchmarks that are exact. ``figures`` is the command that prints
    every exact figure of the working tree, ``sites`` the one that prints where their bytes are
    allocated; None where there is none.
    """

    results: Path
    repository: Path
    benchmarks: Path
    exact: tuple[str, ...] = ()
    figures: str | None = None
    sites: str | None = None


def read_settings(path: Path) -> Settings:
    """Return the settings of an asv configuration file.

    Raises SettingsError where asv cannot read it, or where ``ledger`` has what is not known.
    """
    try:
        configuration = Config.load(str(path))
    except (OSError, UserError, ValueError) as error:
        raise SettingsError(f"{path}: {str(error).splitlines()[0]}") from None
    settings = getattr(configuration, "ledger", {})
    known = ", ".join(f'"{key}"' for key in _READERS)
    if not isinstance(settings, dict):
        raise SettingsError(f'{path}: "ledger" is {settings!r}; allowed: an object of {known}')
    unknown = sorted(settings.keys() - _READERS.keys())
    if unknown:
        raise SettingsError(f'{path}: "ledger" has the keys {unknown}; allowed: {known}')
    folder = path.parent
    return Settings(
        folder / configuration.results_dir,
        folder / configuration.repo,
        folder / configuration.benchmark_dir,
        **{key: _read(path, key, value) for key, value in settings.items()},
    )


def _read(path: Path, key: str, value: object) -> Any:
    reader, allowed = _READERS[key]
    try:
        return reader(value)
    except (TypeError, ValueError, re.error):
        raise SettingsError(f'{path}: "{key}" is {value!r}; allowed: {allowed}') from None


def _patterns(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(re.compile(_text(pattern)).pattern for pattern in value)


def _command(value: object) -> str:
    command = _text(value)
    if not shlex.split(command):
        raise ValueError
    return command


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


# What each key may hold: what reads it, and what the user is told is allowed.
_READERS: dict[str, tuple[Callable[[object], Any], str]] = {
    "exact": (_patterns, "a list of regular expressions that match names of benchmarks"),
    "figures": (_command, "a command that prints every exact figure by name, as JSON"),
    "sites": (_command, "a command that prints the sites of every exact figure, as JSON"),
}
