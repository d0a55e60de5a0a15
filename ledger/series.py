"""Series: what asv measured of one figure, commit by commit."""

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from asv.results import Results, iter_results_paths
from asv.util import UserError, load_json


class Key(NamedTuple):
    """What tells one series from another.

    ``parameters`` are the benchmark's, as asv writes them. ``environment`` is what the figure may
    depend on: the Python version of an exact one, and of a noisy one the machine and all else.
    """

    benchmark: str
    parameters: tuple[str, ...]
    environment: str

    @property
    def figure(self) -> str:
        """The benchmark's name, and the parameters in parentheses where there are any."""
        return self.benchmark + (f"({', '.join(self.parameters)})" if self.parameters else "")


class Interval(NamedTuple):
    """What the readings of an inexact figure lie in."""

    low: float
    high: float

    def is_apart(self, other: "Interval") -> bool:
        """Return whether no value is in both."""
        return self.high < other.low or other.high < self.low


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one figure by the hash of the commit.

    ``failed`` are the commits whose build or benchmark failed, ``inapplicable`` those that a
    benchmark does not apply to. ``is_exact`` tells whether every difference is a change, ``python``
    the version that measured it, ``version`` asv's of the benchmark. ``is_part`` tells whether it
    is a part of something, and not the whole. ``intervals`` are what readings lie in that do not
    agree, of which the value is the median, ``weights`` what a noisy value weighs in asv's step
    fit.
    """

    key: Key
    unit: str
    parameter_names: tuple[str, ...]
    is_exact: bool
    values: dict[str, float] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    inapplicable: set[str] = field(default_factory=set)
    python: str = ""
    version: str = ""
    is_part: bool = False
    intervals: dict[str, Interval] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)

    @property
    def commits(self) -> set[str]:
        """The commits that there is a result of, be it none."""
        return {*self.values, *self.failed, *self.inapplicable}


class Skipped(NamedTuple):
    """What could not be read, and why: one line each."""

    what: str
    why: str


class Measurements(NamedTuple):
    """All series of a results folder, in order of their keys, and what was skipped."""

    series: list[Series]
    skipped: list[Skipped]


class _Figure(NamedTuple):
    """One value of a file: None where it failed, nan where the benchmark does not apply.

    Any other is what the benchmark returned, be it a number or not.
    """

    benchmark: str
    parameters: tuple[str, ...]
    commit: str
    python: str
    environment: str
    value: object


def read_series(results: Path, exact: Sequence[str], parts: str | None = None) -> Measurements:
    """Return the series in a folder of asv results.

    ``exact`` are patterns of the names of exact benchmarks, ``parts`` is the benchmark whose
    figures are parts of a whole.

    An exact figure is one series on all machines of a Python version; where they disagree on a
    commit, the value is skipped. A result of another version of a benchmark than the current one
    is none of its series, as for asv.
    """
    skipped: list[Skipped] = []
    try:
        benchmarks = load_json(str(results / "benchmarks.json"), api_version=2)
    except (OSError, UserError) as error:
        return Measurements([], [Skipped(str(results / "benchmarks.json"), _reason(error))])
    is_exact = exact_matcher(exact)
    series: dict[Key, Series] = {}
    for path, machine in sorted(_find_results(results)):
        try:
            figures = list(_read_figures(path, machine, benchmarks))
        except (OSError, UserError, LookupError, TypeError, ValueError, AttributeError) as error:
            skipped.append(Skipped(str(path), _reason(error)))
            continue
        for figure in figures:
            exactly = is_exact(figure.benchmark)
            environment = exact_environment(figure.python) if exactly else figure.environment
            key = Key(figure.benchmark, figure.parameters, environment)
            if key not in series:
                benchmark = benchmarks[figure.benchmark]
                series[key] = Series(
                    key,
                    unit=benchmark.get("unit", ""),
                    parameter_names=tuple(benchmark.get("param_names", ())),
                    is_exact=exactly,
                    python=figure.python,
                    version=str(benchmark.get("version", "")),
                    is_part=figure.benchmark == parts,
                )
            skipped.extend(_add(series[key], figure, path))
    return Measurements([series[key] for key in sorted(series)], skipped)


def exact_environment(python: str) -> str:
    """Return the environment in the keys of exact figures of a Python version."""
    return f"Python {python}"


def exact_matcher(exact: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells by its name whether a benchmark is exact: a pattern is found in it."""
    pattern = re.compile("|".join(f"(?:{one})" for one in exact) or r"(?!)")
    return lambda benchmark: pattern.search(benchmark) is not None


def _find_results(results: Path) -> Iterator[tuple[Path, str]]:
    for folder, name, machine in iter_results_paths(str(results)):
        yield Path(folder, name), machine


def _read_figures(path: Path, machine: str, benchmarks: dict[str, Any]) -> Iterator[_Figure]:
    """Iterate over the figures of the current benchmarks in a file, of whatever asv wrote it."""
    data = json.loads(path.read_bytes())
    if data["version"] == 1:
        data = Results.update_to_2(data) | {"version": 2}
    if data["version"] != 2:
        raise ValueError(f"its format is {data['version']}; allowed: 1 or 2, as asv 0.6 writes it")
    commit, python = str(data["commit_hash"]), str(data["params"]["python"])
    environment = f"{machine}, {data['env_name']}"
    for name, row in data["results"].items():
        cell = dict(zip(data["result_columns"], row, strict=False))
        benchmark = benchmarks.get(name)
        if benchmark is None or cell.get("version") not in (None, benchmark.get("version")):
            continue
        combinations = list(product(*(cell.get("params") or ())))
        values = cell["result"] or [None] * len(combinations)
        for parameters, value in zip(combinations, values, strict=True):
            yield _Figure(name, parameters, commit, python, environment, value)


def _add(series: Series, figure: _Figure, path: Path) -> Iterator[Skipped]:
    """Add a figure to its series, unless another machine knows better."""
    if figure.value is None:
        if figure.commit not in series.values:
            series.failed.add(figure.commit)
    elif not isinstance(figure.value, int | float):
        why = f"{figure.benchmark} is {figure.value!r} at {figure.commit[:8]}; allowed: a number"
        yield Skipped(str(path), why)
    elif math.isnan(figure.value):
        series.inapplicable.add(figure.commit)
    else:
        known = series.values.setdefault(figure.commit, figure.value)
        series.failed.discard(figure.commit)
        if known != figure.value:
            name = series.key.benchmark
            why = f"{name} is {figure.value} at {figure.commit[:8]}, elsewhere {known}"
            yield Skipped(str(path), why)


def _reason(error: Exception) -> str:
    """Return what an error says, in one line."""
    said = str(error).splitlines() or [type(error).__name__]
    return (
        said[0] if isinstance(error, UserError | ValueError) else f"not as asv writes it: {error!r}"
    )
