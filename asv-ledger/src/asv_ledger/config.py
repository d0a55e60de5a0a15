"""Settings: what the ledger is told in asv.conf.json, under "ledger"."""

import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from asv.config import Config
from asv.util import UserError

from asv_ledger.files import check_file
from asv_ledger.model.commands import Commands
from asv_ledger.model.scale import Scale
from asv_ledger.shapes import is_number
from asv_ledger.text import clean, quote

_DEFAULT_THRESHOLD = 0.05  # asv's
_MOST = 10**12  # things that a change is told for
_PLUGIN = "asv_ledger.publisher"
_LARGEST = 250_000  # bytes: asv reads comments too, a second for 30,000 bytes
# What reading a configuration raises where it is none.
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    UserError,
    ValueError,
)
# What a reader of a key raises where its value is not what it may be.
_WRONG = (ArithmeticError, RecursionError, TypeError, ValueError, re.error)


class SettingsError(Exception):
    """The configuration cannot be used; the message is one line and says what is allowed."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value made of a metric: less a control, in units of ``per``, or how many go into ``into``.

    Metrics are named as asv does, benchmark and parameters: ``memory.Cache.track_live(100)``.
    """

    metric: str
    minus: str | None = None
    per: float = 1
    into: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the results and the repository are, and what the project says of its metrics.

    ``measured`` are the paths of what is measured: a commit that touches none of them changes no
    metric; without any, that is all that is not known to be something else. ``measuring`` are those
    of what measures, beside the benchmarks. ``exact`` are patterns of the benchmarks that are exact
    beside those that are marked so. ``metrics`` is the command that prints every exact metric of
    the working tree, ``sites`` the one that prints where their bytes are allocated; None stands for
    the lenses' own, and ``roots`` for the paths whose lines it takes for allocation sites, by
    default all of the repository. ``python`` is the version whose metrics the pages quote, where it
    was measured; else the newest. ``headline`` is the benchmark that the pages begin with,
    ``parts`` the one whose parameters are the parts of it, ``tables`` are benchmarks by the title
    of the table that they are the columns of, ``summary`` quantities by name. ``sections`` are the
    files of sections that the project adds to the pages, as the folder of the configuration has
    them. ``thresholds`` are asv's own, by patterns of metrics: the part of a noisy metric that a
    step of it must reach to be shown. ``scale`` is what changes are shown at too, None where they
    are not; ``commands`` are what a reader types. ``warnings`` say, in one line each, what asv
    ignores without a word.
    """

    results: Path
    repository: Path
    benchmarks: Path
    measured: tuple[str, ...] = ()
    measuring: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    metrics: str | None = None
    sites: str | None = None
    roots: tuple[str, ...] = ()
    python: str | None = None
    headline: str | None = None
    parts: str | None = None
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    summary: Mapping[str, Quantity] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    scale: Scale | None = None
    commands: Commands = field(default_factory=Commands)
    warnings: tuple[str, ...] = ()

    def threshold(self, metric: str) -> float:
        """Return the largest threshold for a metric, as asv does, or else asv's default."""
        fitting = (part for pattern, part in self.thresholds.items() if re.match(pattern, metric))
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
        check_file(path, _LARGEST)
        return Config.load(str(path))
    except _UNREADABLE as error:
        raise SettingsError(_reason(error)) from None


def settings_of(configuration: Config, folder: Path) -> Settings:
    """Return the settings in what asv read from a file in a folder. Raises SettingsError."""
    settings = getattr(configuration, "ledger", {})
    known = ", ".join(f'"{key}"' for key in _READERS)
    if not isinstance(settings, dict):
        raise SettingsError(f'"ledger" is {quote(settings)}; allowed: an object of {known}')
    unknown = sorted(settings.keys() - _READERS.keys())
    if unknown:
        raise SettingsError(f'"ledger" has the keys {quote(unknown)}; allowed: {known}')
    of_asv = {
        key: _read(key, getattr(configuration, key), *reader) for key, reader in _OF_ASV.items()
    }
    return Settings(
        folder / of_asv["results_dir"],
        folder / of_asv["repo"],
        folder / of_asv["benchmark_dir"],
        thresholds=of_asv["regressions_thresholds"],
        warnings=tuple(_find_ignored(of_asv["plugins"], is_configured=bool(settings))),
        **{key: _read(key, value, *_READERS[key]) for key, value in settings.items()},
    )


def _read(key: str, value: object, reader: Callable[[object], Any], allowed: str) -> Any:
    try:
        return reader(value)
    except _WRONG:
        raise SettingsError(f'"{key}" is {quote(value)}; allowed: {allowed}') from None


def _find_ignored(plugins: Sequence[str], *, is_configured: bool) -> Iterator[str]:
    """Iterate over what asv says nothing of: it takes a name without a dot for one of its own."""
    if f".{_PLUGIN}" in plugins:
        return
    pages = "so asv publish writes no pages of the ledger"
    if _PLUGIN in plugins:
        yield f'"plugins" names "{_PLUGIN}" without a dot, {pages}; write ".{_PLUGIN}"'
    elif is_configured:
        yield f'"plugins" does not name ".{_PLUGIN}", {pages}; add it'


def _reason(error: Exception) -> str:
    """Return what an error says, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, UserError | ValueError):
        return next(iter(str(error).splitlines()), type(error).__name__)
    return f"it is no configuration of asv ({type(error).__name__})"


def _thresholds(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise TypeError
    return {re.compile(pattern).pattern: _part(part) for pattern, part in value.items()}


def _part(value: Any) -> float:
    """Return a number, which asv takes as a text too."""
    if isinstance(value, bool) or not is_number(float(value)):
        raise TypeError
    return float(value)


def _texts(value: object) -> list[str]:
    return [_text(one) for one in _list(value)]


def _branches(value: object) -> list[str | None]:
    return [None if branch is None else _text(branch) for branch in _list(value)]


def _path(value: object) -> str:
    path = _text(value)
    if b"\0" in os.fsencode(path):
        raise ValueError
    return path


def _patterns(value: object) -> tuple[str, ...]:
    return tuple(re.compile(_text(pattern)).pattern for pattern in _list(value))


def _paths(value: object) -> tuple[str, ...]:
    paths = tuple(PurePosixPath(_text(path)) for path in _list(value))
    if any(path.is_absolute() or ".." in path.parts or not path.parts for path in paths):
        raise ValueError
    return tuple(map(str, paths))


def _command(value: object) -> str:
    command = _path(value)
    if not shlex.split(command):
        raise ValueError
    return command


def _version(value: object) -> str:
    if not re.fullmatch(r"[0-9]{1,3}\.[0-9]{1,3}", _text(value)):
        raise ValueError
    return _text(value)


def _tables(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise TypeError
    return {title: tuple(map(_text, _list(columns))) for title, columns in value.items()}


def _summary(value: object) -> dict[str, Quantity]:
    if not isinstance(value, dict):
        raise TypeError
    if any(name != clean(name) for name in value):
        raise ValueError
    return {name: _quantity(**quantity) for name, quantity in value.items()}


def _scale(value: object) -> Scale:
    return _make_scale(**_object(value))


def _make_scale(unit: object, count: object, name: object) -> Scale:
    if not _text(unit).startswith("bytes/") or isinstance(count, bool):
        raise ValueError
    if not isinstance(count, int) or not 1 <= count <= _MOST:
        raise ValueError
    return Scale(_text(unit), count, _printable(name))


def _commands(value: object) -> Commands:
    return Commands(**{key: _printable(command) for key, command in _object(value).items()})


def _printable(value: object) -> str:
    text = _text(value)
    if not text or text != clean(text):
        raise ValueError
    return text


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _quantity(
    metric: object, minus: object = None, per: object = 1, into: object = None
) -> Quantity:
    return Quantity(
        metric=_text(metric),
        minus=None if minus is None else _text(minus),
        per=_number(per),
        into=None if into is None else _number(into),
    )


def _number(value: object) -> float:
    if not is_number(value) or not value:
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
_OF_ASV: dict[str, tuple[Callable[[object], Any], str]] = {
    "project": (_text, "a name"),
    "repo": (_path, "a path or an address"),
    "branches": (_branches, "a list of names of branches"),
    "plugins": (_texts, "a list of names of modules"),
    "results_dir": (_path, "a path"),
    "benchmark_dir": (_path, "a path"),
    "html_dir": (_path, "a path"),
    "show_commit_url": (_text, "an address"),
    "regressions_thresholds": (_thresholds, "numbers by regular expressions"),
}
_READERS: dict[str, tuple[Callable[[object], Any], str]] = {
    "measured": (_paths, "a list of paths below the repository's root"),
    "measuring": (_paths, "a list of paths below the repository's root"),
    "exact": (_patterns, "a list of regular expressions that match names of benchmarks"),
    "metrics": (_command, "a command that prints every exact metric by name, as JSON"),
    "sites": (_command, "a command that prints the sites of every exact metric, as JSON"),
    "roots": (_paths, "a list of paths below the repository's root"),
    "python": (_version, 'a version of Python, such as "3.12"'),
    "headline": (_text, "the name of a benchmark"),
    "parts": (_text, "the name of a benchmark"),
    "tables": (_tables, "lists of names of benchmarks by the title of a table"),
    "sections": (_paths, "a list of paths of JSON files below the folder of asv.conf.json"),
    "scale": (
        _scale,
        'an object of "unit" (of bytes, such as "bytes/entry"), "count" (a whole number from 1 on) '
        'and "name" (what so many are called)',
    ),
    "commands": (
        _commands,
        'an object of "accept" and, where wanted, "accept_with": what a user types',
    ),
    "summary": (
        _summary,
        'by name, an object of "metric" and, where wanted, "minus" (a metric), "per" and "into" '
        "(numbers)",
    ),
}
