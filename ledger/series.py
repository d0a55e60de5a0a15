"""Series: what asv measured of one figure, commit by commit."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ledger.results import Benchmark, Result, Skipped, name_figure, read_benchmarks, read_results


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
        return name_figure(self.benchmark, self.parameters)


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


class Measurements(NamedTuple):
    """All series of a results folder, in order of their keys, and what was skipped."""

    series: list[Series]
    skipped: list[Skipped]


def read_series(results: Path, exact: Sequence[str], parts: str | None = None) -> Measurements:
    """Return the series in a folder of asv results.

    ``exact`` are patterns of the names of exact benchmarks, ``parts`` is the benchmark whose
    figures are parts of a whole.

    An exact figure is one series on all machines of a Python version; where they disagree on a
    commit, the value is skipped. A result of another version of a benchmark than the current one
    is none of its series, as for asv.
    """
    benchmarks: dict[str, Benchmark] = {}
    series: dict[Key, Series] = {}
    skipped: list[Skipped] = []
    for entry in read_benchmarks(results):
        if isinstance(entry, Skipped):
            skipped.append(entry)
        else:
            benchmarks.update([entry])
    is_exact = exact_matcher(exact)
    for result in read_results(results, benchmarks) if benchmarks else ():
        if isinstance(result, Skipped):
            skipped.append(result)
            continue
        source, exactly = result.source, is_exact(result.benchmark)
        environment = f"{source.machine}, {source.environment}"
        if exactly:
            environment = exact_environment(source.python)
        key = Key(result.benchmark, result.parameters, environment)
        if key not in series:
            benchmark = benchmarks[result.benchmark]
            series[key] = Series(
                key,
                unit=benchmark.unit,
                parameter_names=benchmark.parameter_names,
                is_exact=exactly,
                python=source.python,
                version=benchmark.version or "",
                is_part=result.benchmark == parts,
            )
        skipped.extend(_add(series[key], result))
    return Measurements([series[key] for key in sorted(series)], skipped)


def exact_environment(python: str) -> str:
    """Return the environment in the keys of exact figures of a Python version."""
    return f"Python {python}"


def exact_matcher(exact: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells by its name whether a benchmark is exact: a pattern is found in it."""
    # Each by itself: flags, groups and references of one pattern are none of another's.
    patterns = [re.compile(one) for one in exact]
    return lambda benchmark: any(pattern.search(benchmark) for pattern in patterns)


def _add(series: Series, result: Result) -> Iterator[Skipped]:
    """Add a result to its series, unless another machine knows better."""
    commit, value = result.source.commit, result.value
    if value is None:
        if commit not in series.values:
            series.failed.add(commit)
    elif math.isnan(value):
        series.inapplicable.add(commit)
    else:
        known = series.values.setdefault(commit, value)
        series.failed.discard(commit)
        if known != value:
            why = f"{series.key.benchmark} is {value} at {commit[:8]}, elsewhere {known}"
            yield Skipped(str(result.source.path), why)
