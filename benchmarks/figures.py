"""Every exact figure of the bridge in this folder: ``python -m benchmarks.figures`` prints JSON.

Each is read as asv reads it, by the benchmark's own code, in one process and in seconds.
"""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import getmembers, isclass
from itertools import product
from pkgutil import iter_modules
from typing import Any, NamedTuple

import benchmarks

_INEXACT = ("track_rss", "track_uss")  # what the kernel deals out in pages


class Figure(NamedTuple):
    """An exact figure: its name and parameters as asv writes them, and its value."""

    benchmark: str
    parameters: tuple[str, ...]
    value: float

    @property
    def name(self) -> str:
        """The benchmark's name, and the parameters in parentheses where there are any."""
        return self.benchmark + (f"({', '.join(self.parameters)})" if self.parameters else "")


class FigureError(Exception):
    """A figure cannot be read; the message is one line."""


def read() -> Iterator[Figure]:
    """Iterate over the exact figures that apply to this commit, in the order of their names.

    Raises FigureError where a benchmark fails.
    """
    for name, kind in _find_classes():
        methods = [
            method
            for method, _ in getmembers(kind, callable)
            if method.startswith("track_") and method not in _INEXACT
        ]
        if methods:
            try:
                yield from _read_class(name, kind, methods)
            except Exception as error:
                raise FigureError(f"{name}: {type(error).__name__}: {error}") from error


def main() -> int:
    """Print the figures by name; return the exit status, 1 where one cannot be read."""
    try:
        figures = {figure.name: figure.value for figure in read()}
    except FigureError as error:
        print(f"figures: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures, indent=2))
    return 0


def _find_classes() -> Iterator[tuple[str, type]]:
    for module in sorted(iter_modules(benchmarks.__path__)):
        loaded = import_module(f"benchmarks.{module.name}")
        for name, kind in getmembers(loaded, isclass):
            if kind.__module__ == loaded.__name__:
                yield f"{module.name}.{name}", kind


def _read_class(name: str, kind: Any, methods: list[str]) -> Iterator[Figure]:
    cache = [kind().setup_cache()] if hasattr(kind, "setup_cache") else []
    parameters = getattr(kind, "params", ())
    for method in methods:
        for values in product(parameters) if parameters else [()]:
            benchmark = kind()
            try:
                if hasattr(benchmark, "setup"):
                    benchmark.setup(*cache, *values)
                value = getattr(benchmark, method)(*cache, *values)
            except NotImplementedError:
                continue
            yield Figure(f"{name}.{method}", tuple(map(repr, values)), value)


if __name__ == "__main__":
    sys.exit(main())
