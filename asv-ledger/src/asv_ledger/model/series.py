"""Series: what asv measured of one metric, commit by commit."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from asv_ledger.model.environments import name_environments
from asv_ledger.model.results import Benchmark, Result, Skipped, name_metric


class Key(NamedTuple):
    """What tells one series from another.

    ``parameters`` are the benchmark's, as asv writes them. ``environment`` is what the metric may
    depend on: the Python version of an exact one, and of a noisy one the machine and all else.
    """

    benchmark: str
    parameters: tuple[str, ...]
    environment: str

    @property
    def metric(self) -> str:
        """The benchmark's name, and the parameters in parentheses where there are any."""
        return name_metric(self.benchmark, self.parameters)


class Interval(NamedTuple):
    """What the readings of an inexact metric lie in."""

    low: float
    high: float

    def is_apart(self, other: "Interval") -> bool:
        """Return whether no value is in both."""
        return self.high < other.low or other.high < self.low


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one metric by the hash of the commit.

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


def join_results(
    found: Sequence[Result],
    benchmarks: Mapping[str, Benchmark],
    exact: Sequence[str],
    parts: str | None = None,
) -> Measurements:
    """Return the series that results are of, and what is skipped of them.

    An exact metric is one series of a Python version, its requirements and its environment
    variables, on all machines; where these disagree on a commit, the value is skipped. A noisy one
    is a series of all that asv has graphs for. ``exact`` and ``parts`` are those of
    ``read_series``.
    """
    skipped: list[Skipped] = []
    is_named = exact_matcher(exact)
    exact_ones = {name for name, one in benchmarks.items() if one.is_exact or is_named(name)}
    names = name_environments({result.source.environment for result in found})
    by_key: dict[Key, list[Result]] = {}
    for result in found:
        name = names[result.source.environment]
        environment = name.exact if result.benchmark in exact_ones else name.noisy
        by_key.setdefault(Key(result.benchmark, result.parameters, environment), []).append(result)
    series = []
    for key, results_of in sorted(by_key.items()):
        benchmark = benchmarks[key.benchmark]
        one = Series(
            key,
            unit=benchmark.unit,
            parameter_names=benchmark.parameter_names,
            is_exact=key.benchmark in exact_ones,
            python=results_of[0].source.environment.python,
            version=benchmark.version or "",
            is_part=key.benchmark == parts,
        )
        skipped.extend(_fill(one, results_of))
        series.append(one)
    return Measurements(series, skipped)


def exact_matcher(exact: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells by its name whether a benchmark is exact: a pattern is found in it."""
    # Each by itself: flags, groups and references of one pattern are none of another's.
    patterns = [re.compile(one) for one in exact]
    return lambda benchmark: any(pattern.search(benchmark) for pattern in patterns)


def _fill(series: Series, results: Iterable[Result]) -> Iterator[Skipped]:
    """Put results into their series; iterate over those that another machine knows better."""
    values: dict[str, list[Result]] = {}
    for result in results:
        commit = result.source.commit
        if result.value is None:
            series.failed.add(commit)
        elif math.isnan(result.value):
            series.inapplicable.add(commit)
        else:
            values.setdefault(commit, []).append(result)
    series.failed.difference_update(values)
    for commit, measured in values.items():
        if series.is_exact:
            yield from _take_first(series, commit, measured)
        else:
            _take_mean(series, commit, measured)


def _take_first(series: Series, commit: str, results: Sequence[Result]) -> Iterator[Skipped]:
    known = results[0]
    series.values[commit] = _value(known)
    if _interval(known).low < _interval(known).high:
        series.intervals[commit] = _interval(known)
    for other in results[1:]:
        if _interval(other).is_apart(_interval(known)):
            why = (
                f"{series.key.benchmark} is {other.value} at {commit[:8]}, elsewhere {known.value}"
            )
            yield Skipped(str(other.source.path), why)


def _take_mean(series: Series, commit: str, results: Sequence[Result]) -> None:
    """Take the mean of several values of a commit, and of what they weigh, as asv does."""
    series.values[commit] = sum(map(_value, results)) / len(results)
    weights = [result.weight for result in results if result.weight is not None]
    if weights:
        series.weights[commit] = sum(weights) / len(weights)


def _value(result: Result) -> float:
    assert result.value is not None
    return result.value


def _interval(result: Result) -> Interval:
    return Interval(*(result.interval or (_value(result), _value(result))))
