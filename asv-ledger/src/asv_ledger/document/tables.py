"""Tables: the metrics of one Python version, now, at first, and over the commits."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from asv_ledger.config import Quantity
from asv_ledger.document.parameters import parse_parameters
from asv_ledger.document.schema import Column, Lines, Row, Table
from asv_ledger.model.series import Series


class Metrics(NamedTuple):
    """One series for each metric, by benchmark and parameters, and the commits, oldest first."""

    series: Mapping[tuple[str, tuple[str, ...]], Series]
    commits: Sequence[str]

    def measured(self, one: Series) -> list[str]:
        """Return the commits at which a series has a value."""
        return [name for name in self.commits if name in one.values]


def choose(
    series: Iterable[Series], python: str | None, environment: str | None, commits: Sequence[str]
) -> Metrics:
    """Return the metrics of a Python version, the exact ones of an environment of it.

    Of the noisy ones, they are of the machine that was measured last.
    """
    places = {name: place for place, name in enumerate(commits)}
    of_python = [
        one
        for one in series
        if one.python == python and (not one.is_exact or one.key.environment == environment)
    ]
    of_python.sort(key=lambda one: max((places.get(name, -1) for name in one.values), default=-1))
    return Metrics({(one.key.benchmark, one.key.parameters): one for one in of_python}, commits)


def choose_python(
    series: Sequence[Series], commits: Sequence[str], wanted: str | None = None
) -> str | None:
    """Return the version wanted, where it was measured.

    Else it is the one that the newest commit was measured with, of several the newest one.
    """
    if any(one.python == wanted and one.values for one in series):
        return wanted
    for name in reversed(commits):
        pythons = [one.python for one in series if name in one.values]
        if pythons:
            return max(pythons, key=_in_order)
    return None


def choose_environment(
    series: Iterable[Series], commits: Sequence[str], python: str | None
) -> str | None:
    """Return the environment of a Python version that the newest commit was measured in.

    Of several, as with a matrix of requirements, it is the last by name.
    """
    of_python = [one for one in series if one.python == python]
    for name in reversed(commits):
        environments = [one.key.environment for one in of_python if name in one.values]
        if environments:
            return max(environments)
    return None


def lines(metrics: Metrics, benchmark: str | None) -> Lines | None:
    """Return a benchmark over the commits, a line for each parameter, None where a value lacks."""
    found = [one for (name, _), one in metrics.series.items() if name == benchmark]
    if benchmark is None or not found:
        return None
    found.sort(key=lambda one: _row_order(one.key.parameters))
    return {
        "benchmark": benchmark,
        "unit": found[0].unit,
        "lines": [
            {
                "name": one.key.metric,
                "parameters": parse_parameters(one.key.parameters),
                "values": [one.values.get(name) for name in metrics.commits],
            }
            for one in found
        ],
    }


def classes(metrics: Metrics) -> dict[str, list[str]]:
    """Return the benchmarks by class, or by module: the tables of a project that names none."""
    names = sorted({benchmark for benchmark, _ in metrics.series})
    return {title: list(of) for title, of in groupby(names, lambda name: name.rpartition(".")[0])}


def table(metrics: Metrics, title: str, benchmarks: Sequence[str]) -> Table:
    """Return a table with a column for each benchmark and a row for each set of parameters.

    Its last exact column is drawn.
    """
    known = {key: one for key, one in metrics.series.items() if key[0] in benchmarks}
    parameters = sorted(
        {key[1] for key in known}, key=lambda values: [_in_order(one) for one in values]
    )
    columns = [_column(name, list(known.values())) for name in benchmarks]
    exact = [number for number, column in enumerate(columns) if column["exact"]]
    return {
        "title": title,
        "parameters": list(next(iter(known.values())).parameter_names) if known else [],
        "columns": columns,
        "rows": [
            _row(metrics, values, [known.get((name, values)) for name in benchmarks])
            for values in parameters
        ],
        "chart": exact[-1] if exact and len(parameters) > 1 else None,
    }


def evaluate(metrics: Metrics, quantity: Quantity) -> float | None:
    """Return a quantity of the summary, None where a metric that it takes was not measured."""
    newest = {
        one.key.metric: one.values[measured[-1]]
        for one in metrics.series.values()
        if (measured := metrics.measured(one))
    }
    value, control = newest.get(quantity.metric), newest.get(quantity.minus or "")
    if value is None or (quantity.minus and control is None):
        return None
    value -= control or 0
    if quantity.into is not None:
        return quantity.into / value if value else None
    return value / quantity.per


def _column(benchmark: str, known: Sequence[Series]) -> Column:
    series = next((one for one in known if one.key.benchmark == benchmark), None)
    return {
        "benchmark": benchmark,
        "unit": series.unit if series else "",
        "exact": series is not None and series.is_exact,
    }


def _row(metrics: Metrics, parameters: Iterable[str], cells: Sequence[Series | None]) -> Row:
    measured = [metrics.measured(one) if one else [] for one in cells]
    return {
        "parameters": parse_parameters(parameters),
        "first": [_at(one, names[:1]) for one, names in zip(cells, measured, strict=True)],
        "values": [_at(one, names[-1:]) for one, names in zip(cells, measured, strict=True)],
        "commits": [
            names[-1] if names and names[-1] != metrics.commits[-1] else None for names in measured
        ],
    }


def _at(series: Series | None, names: Sequence[str]) -> float | None:
    return series.values[names[0]] if series and names else None


def _row_order(parameters: Iterable[str]) -> list[object]:
    return [_in_order(parameter) for parameter in parameters]


def _in_order(text: str) -> tuple[tuple[float, str], ...]:
    """Return what sorts texts as people do: 9 before 10, and numbers before words."""
    return tuple(
        (float(word), "") if word.isdecimal() else (float("inf"), word) for word in text.split(".")
    )
