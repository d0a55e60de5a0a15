"""Every exact figure of the bridge in this folder: ``python -m benchmarks.figures`` prints JSON.

Each is read as asv reads it, by the benchmark's own code, in one process and in seconds.
"""

import argparse
import json
import linecache
import math
import reprlib
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from inspect import getmembers, isclass
from itertools import product
from pkgutil import iter_modules
from traceback import extract_tb
from typing import Any, NamedTuple

import benchmarks
from benchmarks import measure

_INEXACT = ("track_rss", "track_uss")  # what the kernel deals out in pages
_ERRORS = (Exception, SystemExit)  # what a benchmark may end with that ends no other


class Figure(NamedTuple):
    """An exact figure: its name and parameters as asv writes them, and its value."""

    benchmark: str
    parameters: tuple[str, ...]
    value: float

    @property
    def name(self) -> str:
        """The benchmark's name, and the parameters in parentheses where there are any."""
        return _name(self.benchmark, self.parameters)


class Failure(NamedTuple):
    """What cannot be read, and why in one line: a figure, or a module that cannot be imported."""

    name: str
    why: str


def read() -> Iterator[Figure | Failure]:
    """Iterate over the exact figures that apply to this commit, in the order of their names.

    Where one fails, a Failure stands in its place; where a setup_cache fails, in that of each of
    its class.
    """
    for module in sorted(module.name for module in iter_modules(benchmarks.__path__)):
        try:
            loaded = import_module(f"benchmarks.{module}")
        except _ERRORS as error:
            yield Failure(module, _describe(error))
            continue
        for name, kind in getmembers(loaded, isclass):
            if kind.__module__ == loaded.__name__:
                yield from _read_class(f"{module}.{name}", kind)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures by name; return the exit status, 1 where one cannot be read.

    That one is an object in the place of its number, of the key "failed": it says why.
    """
    parse_none(arguments, "figures", "Print every exact figure of this folder by name, as JSON.")
    printed: dict[str, object] = {}
    status = 0
    for one in read():
        if isinstance(one, Failure):
            status = 1
            printed[one.name] = report(one, "figures")
        else:
            printed[one.name] = one.value
    print(json.dumps(printed, indent=2))
    return status


def parse_none(arguments: Sequence[str] | None, command: str, description: str) -> None:
    """Parse the arguments of a command that takes none but ``--help``."""
    program = f"python -m benchmarks.{command}"
    argparse.ArgumentParser(prog=program, description=description).parse_args(arguments)


def report(failure: Failure, command: str) -> dict[str, str]:
    """Name a failure on stderr, in one line; return what stands for the figure in the JSON."""
    print(f"{command}: {failure.name}: {failure.why}", file=sys.stderr)
    return {"failed": failure.why}


def _read_class(name: str, kind: Any) -> Iterator[Figure | Failure]:
    parameters = getattr(kind, "params", ())
    figures = [
        (method, values)
        for method, _ in getmembers(kind, callable)
        if method.startswith("track_") and method not in _INEXACT
        for values in (product(parameters) if parameters else [()])
    ]
    if not figures:
        return
    cache: tuple[object, ...] | str
    try:
        cache = (kind().setup_cache(),) if hasattr(kind, "setup_cache") else ()
    except _ERRORS as error:
        cache = _describe(error)
    for method, values in figures:
        benchmark, told = f"{name}.{method}", tuple(map(repr, values))
        if isinstance(cache, str):
            yield Failure(_name(benchmark, told), cache)
            continue
        try:
            value = _measure(kind(), method, (*cache, *values))
        except NotImplementedError:
            continue
        except _ERRORS as error:
            yield Failure(_name(benchmark, told), _describe(error))
        else:
            yield Figure(benchmark, told, value)


def _measure(benchmark: Any, method: str, arguments: tuple[object, ...]) -> float:
    if hasattr(benchmark, "setup"):
        benchmark.setup(*arguments)
    value = getattr(benchmark, method)(*arguments)
    if isinstance(value, dict) and value.get("samples"):
        samples = value["samples"]
        raise measure.InexactError(f"readings differ, from {min(samples)} to {max(samples)}")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"it is {reprlib.repr(value)}; allowed: a finite number")
    return value


def _name(benchmark: str, parameters: tuple[str, ...]) -> str:
    return benchmark + (f"({', '.join(parameters)})" if parameters else "")


def _describe(error: BaseException) -> str:
    """Return in one line what an error says or, where it says nothing, the code that raised it."""
    said = " ".join(str(error).split()) or _raising_code(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _raising_code(error: BaseException) -> str:
    frame = extract_tb(error.__traceback__)[-1]
    first = frame.lineno or 0
    numbers = range(first, (frame.end_lineno or first) + 1)
    lines = (linecache.getline(frame.filename, number).strip() for number in numbers)
    return " ".join(lines)


if __name__ == "__main__":
    sys.exit(main())
