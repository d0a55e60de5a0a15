"""Quarantine: the files of results that asv would fail on, or not come to an end with."""

import errno
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice, product
from math import prod
from pathlib import Path
from typing import Any

from asv.benchmarks import Benchmarks
from asv.console import log
from asv.results import Results, iter_results_paths
from asv.util import UserError

from asv_ledger.files import read_json
from asv_ledger.model.results import name_metric
from asv_ledger.shapes import LARGEST, as_list, as_object, as_text, as_texts, is_nan, is_version
from asv_ledger.sources.results import COMBINATIONS
from asv_ledger.sources.weights import get_weight
from asv_ledger.text import quote, to_line

_FIRST, _LAST = -62e12, 253e12  # milliseconds since 1970: the years that Python knows
_NAME = 200  # bytes of what asv makes names of files of, which may have 255
_BENCHMARKS = "benchmarks.json"


def find_fault(path: Path) -> str | None:
    """Return in a few words why asv cannot read a file in its results, None where it can.

    What is in an older or newer format asv itself names. Raises OSError where the file itself
    cannot be read, though it is one.
    """
    try:
        data = as_object(read_json(path), "it")
        version = data.get("version")
        if isinstance(version, bool) or not isinstance(version, int):
            return f"its version is {quote(version)}"
        if path.name == "machine.json":  # which asv reads in any format
            as_text(data, "machine")
        elif path.name == _BENCHMARKS and is_version(version, Benchmarks.api_version):
            for name, entry in data.items():
                if name != "version":
                    _check_benchmark(name, as_object(entry, name))
        elif path.name != _BENCHMARKS and is_version(version, Results.api_version):
            _check_results(Results.load(str(path)))
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP):
            return "it leads to no file"
        raise
    except (UserError, ValueError) as error:
        return next(iter(str(error).splitlines()), type(error).__name__)
    except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
        return repr(error)
    return None


def iter_sound_results(
    results: str, find: Callable[[Path], str | None] = find_fault
) -> Iterator[Results]:
    """Iterate over results as asv does, but those that it would fail on: these it names."""
    for folder, name, machine in iter_results_paths(results):
        path = Path(folder, name)
        try:
            fault = find(path)
            if fault is None:
                yield Results.load(str(path), machine_name=machine)
            else:
                log.warning(to_line(f"left out {path}: {fault}"))
        except (OSError, UserError) as error:
            log.warning(to_line(str(error)))


def _check_results(results: Results) -> None:
    """Raise ValueError unless asv's publisher can work with the results of a file."""
    for name in ("commit_hash", "env_name"):
        as_text({name: getattr(results, name)}, name)
    for name, value in chain(results.params.items(), results.env_vars.items()):
        if not isinstance(value, str | int | float | None):
            raise ValueError(f"its {name} is {quote(value)}; allowed: a text")
        _check_name(f"{name}-{value}")
    _check_moment("date", results.date)
    for name in results.get_all_result_keys():
        if results.started_at.get(name) is not None:
            _check_moment(f"started_at of {name}", results.started_at[name])
        _check_row(name, vars(results))


def _check_row(name: str, of: Mapping[str, Mapping[str, Any]]) -> None:
    values, params = of["_results"][name], of["_benchmark_params"][name]
    stats = of["_stats"][name]
    if values is None and stats is None:
        return
    if params is None:
        raise ValueError(f"{name} has no params")
    parameters = [as_texts(one, f"a list of params of {name}") for one in as_list(params, name)]
    _check_count(name, parameters)
    for place, value in enumerate(as_list(values, name)):
        if value is not None and not _is_digestible(value):
            metric = name_metric(name, next(islice(product(*parameters), place, None), ()))
            raise ValueError(f"{metric} is {quote(value)}; allowed: a number of at most 1e100")
    for one in as_list(stats, f"the statistics of {name}"):
        weight = get_weight(one)
        if weight is not None and not _is_digestible(weight):
            raise ValueError(f"{name} has the weight {quote(weight)}; allowed: at most 1e100")


def _check_benchmark(key: str, entry: Mapping[str, Any]) -> None:
    """Raise ValueError unless asv can list a benchmark and draw it."""
    try:
        name, unit = as_text(entry, "name"), entry.get("unit")
        _check_name(name)
        if unit is not None:
            as_text(entry, "unit")
        if None in (entry.get("params"), entry.get("param_names")):
            raise ValueError("it has no params or no param_names")
        params = as_list(entry["params"], "its params")
        parameters = [as_texts(one, "a list of its params") for one in params]
        if len(as_texts(entry["param_names"], "its param_names")) != len(parameters):
            raise ValueError("its param_names are not as many as its params")
        _check_count("it", parameters)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _check_count(name: str, parameters: list[list[str]]) -> None:
    count = prod(map(len, parameters))
    if count > COMBINATIONS:
        raise ValueError(f"{name} has {count:,} parameters; allowed: {COMBINATIONS:,}")


def _check_name(name: str) -> None:
    """Raise ValueError unless asv can name a file so."""
    if len(name.encode()) > _NAME:
        raise ValueError(f"{quote(name)} is too long for the name of a file")


def _check_moment(name: str, value: Any) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not _FIRST <= value < _LAST:
        raise ValueError(f"its {name} is {quote(value)}; allowed: milliseconds since 1970")


def _is_digestible(value: object) -> bool:
    """Return whether asv's fit of steps comes to an end with a number."""
    return isinstance(value, int | float) and (is_nan(value) or abs(value) <= LARGEST)
