"""Results: the values that asv wrote, and what they were measured with."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from asv_ledger.model.environments import Environment


class Skipped(NamedTuple):
    """What could not be read, and why: one line each."""

    what: str
    why: str


class Benchmark(NamedTuple):
    """A benchmark as it is now: its unit, the names of its parameters, and asv's version of it.

    ``is_exact`` tells whether its own code says that it is exact.
    """

    unit: str
    parameter_names: tuple[str, ...]
    version: str | None
    is_exact: bool = False


class Source(NamedTuple):
    """The file that a value is in, and what was measured there: which commit, and with what."""

    path: Path
    commit: str
    environment: Environment


class Result(NamedTuple):
    """One value of a file: None where it failed, nan where the benchmark does not apply.

    ``interval`` is asv's confidence interval of it, ``weight`` what it weighs in asv's step fit;
    both are None where there is none.
    """

    source: Source
    benchmark: str
    parameters: tuple[str, ...]
    value: float | None
    interval: tuple[float, float] | None = None
    weight: float | None = None


def name_metric(benchmark: str, parameters: Sequence[str]) -> str:
    """Return the benchmark's name, and the parameters in parentheses where there are any."""
    return benchmark + (f"({', '.join(parameters)})" if parameters else "")
