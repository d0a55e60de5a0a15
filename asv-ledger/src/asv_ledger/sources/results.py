"""Results: what asv wrote of a project, value by value, whoever wrote the files."""

import os
import re
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from asv.benchmarks import Benchmarks
from asv.results import Results
from asv.util import UserError

from asv_ledger.files import read_json
from asv_ledger.lenses.marks import EXACT
from asv_ledger.model.environments import Environment, Values
from asv_ledger.model.results import Benchmark, Result, Skipped, Source, name_metric
from asv_ledger.shapes import as_list, as_object, as_text, as_texts, is_nan, is_number, is_version
from asv_ledger.sources.weights import get_weight
from asv_ledger.text import quote

COMBINATIONS = 100_000  # of a benchmark's parameters: asv starts a process for each of them

_BENCHMARKS = "benchmarks.json"
_MACHINE = "machine.json"
_UNIT = 100  # characters
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_PYTHON = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,49}")  # a part of file names, too
_EXECUTABLE = re.compile(r"python([0-9]\.[0-9]+)(\.exe)?")


def read_benchmarks(results: Path) -> Iterator[tuple[str, Benchmark] | Skipped]:
    """Iterate over the benchmarks of a folder of results by their names, and what is none."""
    path = results / _BENCHMARKS
    try:
        entries = as_object(read_json(path), "it")
        version = entries.pop("version", None)
        if not is_version(version, Benchmarks.api_version):
            raise ValueError(f"its format is {quote(version)}; allowed: 2, as asv 0.6 writes it")
    except (OSError, ValueError) as error:
        yield Skipped(str(path), _reason(error))
        return
    for name, entry in entries.items():
        try:
            yield name, _benchmark(as_object(entry, "it"))
        except ValueError as error:
            yield Skipped(str(path), f"{name}: {error}")


def read_results(results: Path, benchmarks: Mapping[str, Benchmark]) -> Iterator[Result | Skipped]:
    """Iterate over the results of benchmarks in a folder, by file, and what is none.

    A result of another version of a benchmark than the current one is none of its results, as for
    asv.
    """
    for folder, folders, names in os.walk(results):
        folders.sort()
        files = sorted(name for name in names if name.endswith(".json"))
        paths = [Path(folder, name) for name in files if name not in (_BENCHMARKS, _MACHINE)]
        if not paths:
            continue
        try:
            machine = as_text(as_object(read_json(Path(folder, _MACHINE)), "it"), "machine")
        except (OSError, ValueError) as error:
            yield Skipped(str(Path(folder, _MACHINE)), _reason(error))
            continue
        for path in paths:
            try:
                yield from _read_file(path, machine, benchmarks)
            except (OSError, UserError, ValueError) as error:
                yield Skipped(str(path), _reason(error))


def _read_file(
    path: Path, machine: str, benchmarks: Mapping[str, Benchmark]
) -> Iterator[Result | Skipped]:
    """Iterate over the results in a file. Raises OSError, and UserError or ValueError."""
    data = _current(as_object(read_json(path), "it"))
    source = _source(path, machine, data)
    columns = as_texts(data.get("result_columns"), "its result_columns")
    for name, row in as_object(data.get("results"), "its results").items():
        benchmark = benchmarks.get(name)
        if benchmark is None:
            continue
        try:
            cells = dict(zip(columns, as_list(row, "its row"), strict=False))
            if cells.get("version") in (None, benchmark.version):
                yield from _row(source, name, cells)
        except ValueError as error:
            yield Skipped(str(path), f"{name} at {source.commit[:8]}: {error}")


def _row(source: Source, name: str, cells: Mapping[str, Any]) -> Iterator[Result | Skipped]:
    params = as_list(cells.get("params"), "its params")
    parameters = [as_texts(values, "a list of its params") for values in params]
    count = prod(map(len, parameters))
    if count > COMBINATIONS:
        raise ValueError(f"has {count:,} combinations of parameters; allowed: {COMBINATIONS:,}")
    values = as_list(cells.get("result"), "its result") or [None] * count
    if len(values) != count:
        raise ValueError(f"has {len(values):,} values of {count:,} combinations of parameters")
    low, high = (_bounds(cells.get(f"stats_ci_99_{side}"), count) for side in "ab")
    unusable = []
    for place, (combination, value) in enumerate(zip(product(*parameters), values, strict=True)):
        if value is None or is_number(value) or is_nan(value):
            bounds = low[place], high[place]
            yield Result(source, name, combination, value, _interval(*bounds), _weight(*bounds))
        else:
            unusable.append((name_metric(name, combination), value))
    if unusable:
        metric, value = unusable[0]
        among = f", the first of {len(unusable):,} such" if unusable[1:] else ""
        told = f"{metric} is {quote(value)} at {source.commit[:8]}{among}"
        yield Skipped(str(source.path), f"{told}; allowed: {_allowed(value)}")


def _current(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a file of results holds, in the format of today. Raises ValueError."""
    version = data.get("version")
    if is_version(version, 1):
        try:
            return dict(Results.update_to_2(data))
        except (AttributeError, LookupError, TypeError) as error:
            raise ValueError(f"not as asv writes it: {error!r}") from None
    if not is_version(version, 2):
        raise ValueError(f"its format is {quote(version)}; allowed: 1 or 2, as asv 0.6 writes it")
    return data


def _source(path: Path, machine: str, data: Mapping[str, Any]) -> Source:
    params = as_object(data.get("params"), "its params")
    commit, python = as_text(data, "commit_hash"), _version(as_text(params, "python"))
    if as_text(params, "machine") != machine:
        raise ValueError(f"it is of {quote(params['machine'])}, and the folder of {quote(machine)}")
    if not _COMMIT.fullmatch(commit):
        raise ValueError(f"its commit_hash is {quote(commit)}; allowed: a full hash of git")
    if not _PYTHON.fullmatch(python):
        raise ValueError(f'its python is {quote(python)}; allowed: a version, such as "3.12"')
    variables = _texts_by_name(data, "env_vars")
    environment = Environment(
        machine,
        as_text(data, "env_name"),
        python,
        matrix=(*_texts_by_name(data, "requirements"), *variables),
        params=(*sorted((name, str(value)) for name, value in params.items()), *variables),
    )
    return Source(path, commit, environment)


def _version(python: str) -> str:
    """Return the version of a Python; asv names one that it makes no environment of by its path."""
    try:
        name = Path(python).resolve().name if Path(python).is_absolute() else python
    except (OSError, RuntimeError, ValueError):  # a loop of links, or no path
        return python
    match = _EXECUTABLE.fullmatch(name)
    return match[1] if match else python


def _benchmark(entry: Mapping[str, Any]) -> Benchmark:
    unit, version = entry.get("unit") or "", entry.get("version")
    if not isinstance(unit, str) or len(unit) > _UNIT:
        raise ValueError(f"its unit is {quote(unit)}; allowed: a text of {_UNIT} characters")
    if not isinstance(version, str | None):
        raise ValueError(f"its version is {quote(version)}; allowed: a text")
    names = tuple(as_texts(entry.get("param_names"), "its param_names"))
    return Benchmark(unit, names, version, is_exact=entry.get("type") == EXACT)


def _bounds(values: object, count: int) -> list[object]:
    """Return one bound of the confidence interval of each value, None where there is none."""
    return values if isinstance(values, list) and len(values) == count else [None] * count


def _interval(low: object, high: object) -> tuple[float, float] | None:
    return (low, high) if is_number(low) and is_number(high) and low <= high else None


def _weight(low: object, high: object) -> float | None:
    if not is_number(low) or not is_number(high):
        return None
    weight: float | None = get_weight({"ci_99_a": low, "ci_99_b": high})
    return weight if is_number(weight) else None


def _allowed(value: object) -> str:
    is_counted = isinstance(value, int | float) and not isinstance(value, bool)
    return "0, or a number from 1e-100 to 1e100" if is_counted else "a number"


def _texts_by_name(values: Mapping[str, Any], name: str) -> Values:
    """Return texts by name, where None is an empty one, as for asv."""
    found = as_object(values.get(name) or {}, f"its {name}")
    texts = ["" if value is None else value for value in found.values()]
    return tuple(sorted(zip(found, as_texts(texts, f"its {name}"), strict=True)))


def _reason(error: OSError | UserError | ValueError) -> str:
    """Return what an error says, in one line."""
    said = str(getattr(error, "strerror", None) or error).splitlines()
    return said[0] if said else type(error).__name__
