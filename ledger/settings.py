"""Settings: what the ledger is told in asv.conf.json, under "ledger"."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from asv.config import Config
from asv.util import UserError

_DEFAULT_THRESHOLD = 0.05  # asv's


class SettingsError(Exception):
    """The configuration cannot be used; the message is one line and says what is allowed."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value made of a figure: less a control, in units of ``per``, or how many go into ``into``.

    Figures are named as asv does, benchmark and parameters: ``memory.Sessions.track_live(100)``.
    """

    figure: str
    minus: str | None = None
    per: float = 1
    into: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the results and the repository are, and what the project says of its figures.

    ``measured`` are the paths of what is measured: a commit that touches none of them changes no
    figure. ``exact`` are patterns of the benchmarks that are exact. ``figures`` is the command that
    prints every exact figure of the working tree, ``sites`` the one that prints where their bytes
    are allocated; None where there is none. ``python`` is the version whose figures the pages
    quote, where it was measured; else the newest. ``headline`` is the benchmark that the pages
    begin with, ``parts`` the one whose parameters are the parts of it, ``tables`` are benchmarks by
    the title of the table that they are the columns of, ``summary`` quantities by name.
    ``thresholds`` are asv's own, by patterns of figures: what part of it a noisy one has to step by
    to be told.
    """

    results: Path
    repository: Path
    benchmarks: Path
    measured: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    figures: str | None = None
    sites: str | None = None
    python: str | None = None
    headline: str | None = None
    parts: str | None = None
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    summary: Mapping[str, Quantity] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def threshold(self, figure: str) -> float:
        """Return the largest threshold for a figure, as asv does, or else asv's default."""
        fitting = (part for pattern, part in self.thresholds.items() if re.match(pattern, figure))
        return max(fitting, default=_DEFAULT_THRESHOLD)


def read_settings(path: Path) -> Settings:
    """Return the settings of an asv configuration file.

    Raises SettingsError where asv cannot read it, or where ``ledger`` has what is not known, or
    ``regressions_thresholds`` what asv could not use.
    """
    try:
        return settings_of(load_configuration(path), path.parent)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None


def load_configuration(path: Path) -> Config:
    """Return what asv reads from its configuration file. Raises SettingsError."""
    try:
        return Config.load(str(path))
    except (OSError, UserError, ValueError) as error:
        raise SettingsError(str(error).splitlines()[0]) from None


def settings_of(configuration: Config, folder: Path) -> Settings:
    """Return the settings in what asv read from a file in a folder. Raises SettingsError."""
    settings = getattr(configuration, "ledger", {})
    known = ", ".join(f'"{key}"' for key in _READERS)
    if not isinstance(settings, dict):
        raise SettingsError(f'"ledger" is {settings!r}; allowed: an object of {known}')
    unknown = sorted(settings.keys() - _READERS.keys())
    if unknown:
        raise SettingsError(f'"ledger" has the keys {unknown}; allowed: {known}')
    return Settings(
        folder / configuration.results_dir,
        folder / configuration.repo,
        folder / configuration.benchmark_dir,
        thresholds=_thresholds(configuration.regressions_thresholds),
        **{key: _read(key, value) for key, value in settings.items()},
    )


def _read(key: str, value: object) -> Any:
    reader, allowed = _READERS[key]
    try:
        return reader(value)
    except (TypeError, ValueError, re.error):
        raise SettingsError(f'"{key}" is {value!r}; allowed: {allowed}') from None


def _thresholds(value: object) -> dict[str, float]:
    try:
        if not isinstance(value, dict):
            raise TypeError
        return {re.compile(pattern).pattern: float(part) for pattern, part in value.items()}
    except (TypeError, ValueError, re.error):
        raise SettingsError(
            f'"regressions_thresholds" is {value!r}; allowed: numbers by regular expressions'
        ) from None


def _patterns(value: object) -> tuple[str, ...]:
    return tuple(re.compile(_text(pattern)).pattern for pattern in _list(value))


def _paths(value: object) -> tuple[str, ...]:
    paths = tuple(map(_text, _list(value)))
    if any(
        not path or PurePosixPath(path).is_absolute() or ".." in path.split("/") for path in paths
    ):
        raise ValueError
    return paths


def _command(value: object) -> str:
    command = _text(value)
    if not shlex.split(command):
        raise ValueError
    return command


def _version(value: object) -> str:
    if not re.fullmatch(r"[0-9]+\.[0-9]+", _text(value)):
        raise ValueError
    return _text(value)


def _tables(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise TypeError
    return {title: tuple(map(_text, _list(columns))) for title, columns in value.items()}


def _summary(value: object) -> dict[str, Quantity]:
    if not isinstance(value, dict):
        raise TypeError
    return {name: _quantity(**quantity) for name, quantity in value.items()}


def _quantity(
    figure: object, minus: object = None, per: object = 1, into: object = None
) -> Quantity:
    return Quantity(
        figure=_text(figure),
        minus=None if minus is None else _text(minus),
        per=_number(per),
        into=None if into is None else _number(into),
    )


def _number(value: object) -> float:
    if not isinstance(value, int | float) or not value:
        raise TypeError
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


# What each key may hold: what reads it, and what the user is told is allowed.
_READERS: dict[str, tuple[Callable[[object], Any], str]] = {
    "measured": (_paths, "a list of paths below the repository's root"),
    "exact": (_patterns, "a list of regular expressions that match names of benchmarks"),
    "figures": (_command, "a command that prints every exact figure by name, as JSON"),
    "sites": (_command, "a command that prints the sites of every exact figure, as JSON"),
    "python": (_version, 'a version of Python, such as "3.12"'),
    "headline": (_text, "the name of a benchmark"),
    "parts": (_text, "the name of a benchmark"),
    "tables": (_tables, "lists of names of benchmarks by the title of a table"),
    "summary": (
        _summary,
        'by name, an object of "figure" and, where wanted, "minus" (a figure), "per" and "into" '
        "(numbers)",
    ),
}
