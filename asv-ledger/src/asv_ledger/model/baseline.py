"""Budgets: the exact figures that were accepted, by version of Python, in budgets.toml."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from asv_ledger.collect.commands import CommandError, run_json
from asv_ledger.shapes import is_number
from asv_ledger.sources.commits import read_file
from asv_ledger.sources.files import read_text
from asv_ledger.text import clean, quote

BUDGETS_FILE = "budgets.toml"

Figures = dict[str, float]
Budgets = dict[str, Figures]

_HEADING = """\
# Every exact figure of this commit, by version of Python. One that differs fails the check, be it
# smaller; `make accept` rewrites this file, and its diff is the review.
"""
_ADVICE = "mend it, or remove it and run make accept"


class BudgetError(Exception):
    """Budgets cannot be read or written; the message is one line and says what to do."""


class Difference(NamedTuple):
    """An exact figure that is not what was accepted; None stands for no figure."""

    name: str
    before: float | None
    after: float | None


def read_budgets(path: Path) -> Budgets:
    """Return the budgets in a file, none where it is missing. Raises BudgetError."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BudgetError(f"{path}: {reason}; {_ADVICE}") from None
    return parse_budgets(text, str(path))


def read_budgets_at(repository: Path, commit: str, path: str) -> Budgets:
    """Return the budgets that a file holds at a commit, none where the commit has no such file.

    The path is relative to the folder of the repository. Raises BudgetError, and HistoryError where
    git cannot tell.
    """
    text = read_file(repository, commit, path)
    return {} if text is None else parse_budgets(text, f"{path} at {commit[:8]}")


def parse_budgets(text: str, origin: str) -> Budgets:
    """Return the budgets in a text that came from ``origin``. Raises BudgetError."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BudgetError(f"{origin}: {error}; {_ADVICE}") from None
    for version, figures in tables.items():
        if not re.fullmatch(r"[0-9]{1,3}\.[0-9]{1,3}", version) or not isinstance(figures, dict):
            allowed = 'one table a version of Python, such as ["3.12"]'
            raise BudgetError(f"{origin}: has {quote(version)}; allowed: {allowed}; {_ADVICE}")
        fault = _find_fault(figures)
        if fault is not None:
            raise BudgetError(f'{origin}: ["{version}"] {fault}; {_ADVICE}')
    return tables


def format_budgets(budgets: Mapping[str, Mapping[str, float]]) -> str:
    """Return the text of budgets, in the order of their versions and names."""
    lines = [_HEADING]
    for version in sort_versions(budgets):
        lines.append(f'["{version}"]')
        lines.extend(
            f"{json.dumps(name, ensure_ascii=False)} = {value!r}"
            for name, value in sorted(budgets[version].items())
        )
        lines.append("")
    return "\n".join(lines)


def write_budgets(path: Path, budgets: Mapping[str, Mapping[str, float]]) -> None:
    """Write budgets to a file, all of them or nothing. Raises BudgetError."""
    written = path.with_name(f"{path.name}.new")
    try:
        written.write_text(format_budgets(budgets), encoding="utf-8", newline="\n")
        written.replace(path)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise BudgetError(f"{path}: {error.strerror}; make it writable") from None


def measure_figures(command: str, folder: Path, python: str) -> Figures:
    """Return the exact figures that a command prints by name. Raises CommandError."""
    figures = run_json(command, folder, python)
    fault = _find_fault(figures) if figures else "prints no figure; allowed: one or more"
    if fault is not None:
        raise CommandError(f"{command}: {fault}")
    return figures


def find_differences(before: Mapping[str, float], after: Mapping[str, float]) -> list[Difference]:
    """Return the figures that are not equal, new and gone ones too, in order of their names."""
    names = sorted(before.keys() | after.keys())
    pairs = (Difference(name, before.get(name), after.get(name)) for name in names)
    return [pair for pair in pairs if pair.before != pair.after]


def sort_versions(versions: Iterable[str]) -> list[str]:
    """Return versions such as "3.9" and "3.12", the oldest first."""
    return sorted(versions, key=lambda version: [int(number) for number in version.split(".")])


def _find_fault(figures: Mapping[str, object]) -> str | None:
    """Return what is wrong with figures of unknown origin, None where they can be used."""
    for name, value in figures.items():
        if name != clean(name) or not is_number(value):
            allowed = "finite numbers up to 1e100 by printable names"
            return f"{quote(name)} is {quote(value)}; allowed: {allowed}"
    return None
