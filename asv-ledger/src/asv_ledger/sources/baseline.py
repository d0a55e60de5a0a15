"""Baseline: what baseline.toml holds, read and written."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from asv_ledger.files import read_text, whole_file
from asv_ledger.model.baseline import Baseline, sort_versions
from asv_ledger.shapes import is_number
from asv_ledger.sources.commits import read_file
from asv_ledger.text import clean, quote

BASELINE_FILE = "baseline.toml"


_HEADING = """\
# Every exact metric of this commit, by version of Python. One that differs fails the check, be it
# smaller; `{accept}` rewrites this file, and its diff is the review.
"""


_ADVICE = "mend it, or remove it and accept the metrics anew"


class BaselineError(Exception):
    """A baseline cannot be read or written; the message is one line and says what to do."""


def read_baseline(path: Path) -> Baseline:
    """Return the baseline in a file, none where it is missing. Raises BaselineError."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BaselineError(f"{path}: {reason}; {_ADVICE}") from None
    return parse_baseline(text, str(path))


def read_baseline_at(repository: Path, commit: str, path: str) -> Baseline:
    """Return the baseline that a file holds at a commit, none where the commit has no such file.

    The path is relative to the folder of the repository. Raises BaselineError, and HistoryError
    where git cannot tell.
    """
    text = read_file(repository, commit, path)
    return {} if text is None else parse_baseline(text, f"{path} at {commit[:8]}")


def parse_baseline(text: str, origin: str) -> Baseline:
    """Return the baseline in a text that came from ``origin``. Raises BaselineError."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{origin}: {error}; {_ADVICE}") from None
    for version, metrics in tables.items():
        if not re.fullmatch(r"[0-9]{1,3}\.[0-9]{1,3}", version) or not isinstance(metrics, dict):
            allowed = 'one table a version of Python, such as ["3.12"]'
            raise BaselineError(f"{origin}: has {quote(version)}; allowed: {allowed}; {_ADVICE}")
        fault = find_unusable(metrics)
        if fault is not None:
            raise BaselineError(f'{origin}: ["{version}"] {fault}; {_ADVICE}')
    return tables


def format_baseline(baseline: Mapping[str, Mapping[str, float]], accept: str) -> str:
    """Return the text of a baseline, in the order of versions and names.

    ``accept`` is what its reader types to have it written anew.
    """
    lines = [_HEADING.format(accept=accept)]
    for version in sort_versions(baseline):
        lines.append(f'["{version}"]')
        lines.extend(
            f"{json.dumps(name, ensure_ascii=False)} = {value!r}"
            for name, value in sorted(baseline[version].items())
        )
        lines.append("")
    return "\n".join(lines)


def write_baseline(path: Path, baseline: Mapping[str, Mapping[str, float]], accept: str) -> None:
    """Write what ``format_baseline`` returns, all of it or nothing. Raises BaselineError."""
    try:
        with whole_file(path) as part:
            part.write_text(format_baseline(baseline, accept), encoding="utf-8", newline="\n")
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror}; make it writable") from None


def find_unusable(metrics: Mapping[str, object]) -> str | None:
    """Return what is wrong with metrics of unknown origin, None where they can be used."""
    for name, value in metrics.items():
        if name != clean(name) or not is_number(value):
            allowed = "finite numbers up to 1e100 by printable names"
            return f"{quote(name)} is {quote(value)}; allowed: {allowed}"
    return None
