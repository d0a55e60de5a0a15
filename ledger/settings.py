"""Settings: what the ledger is told in asv.conf.json, under "ledger"."""

import re
from dataclasses import dataclass
from pathlib import Path

from asv.config import Config
from asv.util import UserError

_ALLOWED = "a list of regular expressions that match names of benchmarks"


class SettingsError(Exception):
    """The configuration cannot be used; the message is one line and says what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the results and the repository are, and which benchmarks are exact, by pattern."""

    results: Path
    repository: Path
    exact: tuple[str, ...]


def read_settings(path: Path) -> Settings:
    """Return the settings of an asv configuration file.

    Raises SettingsError where asv cannot read it, or where ``ledger`` has what is not known.
    """
    try:
        configuration = Config.load(str(path))
    except (OSError, UserError, ValueError) as error:
        raise SettingsError(f"{path}: {str(error).splitlines()[0]}") from None
    settings = getattr(configuration, "ledger", {})
    if not isinstance(settings, dict) or set(settings) - {"exact"}:
        raise SettingsError(f'{path}: "ledger" is {settings!r}; allowed: the key "exact"')
    exact = settings.get("exact", [])
    if not isinstance(exact, list) or not all(map(_is_pattern, exact)):
        raise SettingsError(f'{path}: "exact" is {exact!r}; allowed: {_ALLOWED}')
    folder = path.parent
    return Settings(folder / configuration.results_dir, folder / configuration.repo, tuple(exact))


def _is_pattern(pattern: object) -> bool:
    try:
        re.compile(pattern if isinstance(pattern, str) else "(")
    except re.error:
        return False
    return True
