"""Metrics: every exact one of a suite, read as asv reads it, and where its bytes are allocated."""

from __future__ import annotations

import linecache
import math
import os
import reprlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from itertools import chain
from pathlib import Path
from traceback import extract_tb
from typing import Any, NamedTuple, Union

from asv_ledger.lenses.halves import do_both
from asv_ledger.lenses.inexact import InexactError
from asv_ledger.lenses.marks import EXACT
from asv_ledger.lenses.sites import AllocationSite, Bytes
from asv_ledger.lenses.suite import ERRORS, Broken, CacheError, Combination, Suite, combinations

_TRACK = "track"


class Metric(NamedTuple):
    """An exact metric: its name as asv writes it, parameters included, and its value."""

    name: str
    value: float


class Failure(NamedTuple):
    """What cannot be read, and why in one line: a metric, or a module that cannot be imported."""

    name: str
    why: str


_Read = dict[str, list[Union[Metric, Failure]]]


def read_metrics(suite: Suite, is_exact: Callable[[str], bool]) -> list[Metric | Failure]:
    """Return the exact metrics of a suite that apply to this commit, in the order of their names.

    Exact is a ``track_`` benchmark that is marked so, and one whose name is. Where a metric cannot
    be read, a Failure stands in its place; where a setup_cache fails, in that of each that uses it.
    What benchmarks print is dropped. One half is read beside the other, in a process of its own.
    """
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        found = list(_find(suite, is_exact))
        here, there = _share_out(found)
        try:
            read = do_both(lambda: _read(suite, here), lambda: _read_apart(suite, there))
        except ChildProcessError as error:
            read = _read(suite, here), {one.name: [_fail(one, error)] for one in there}
    by_name = read[0] | read[1]
    return [one for benchmark in found for one in by_name[benchmark.name]]


def describe_sites(value: Bytes, folders: Sequence[Path]) -> list[dict[str, object]]:
    """Return the allocation sites of a metric as JSON says them, the largest first.

    The path of a file begins in the first of the folders that it lies in. Sites of one size have an
    order too, so that every machine keeps the same file.
    """
    ordered = sorted(
        value.sites.items(), key=lambda entry: (-abs(entry[1]), entry[0] or AllocationSite("", 0))
    )
    return [{**_describe_site(site, folders), "bytes": size} for site, size in ordered]


def _find(suite: Suite, is_exact: Callable[[str], bool]) -> Iterator[Any]:
    """Iterate over the exact benchmarks of a suite, and over the modules that are Broken."""
    for one in suite.discover():
        if (
            isinstance(one, Broken)
            or one.type == EXACT
            or (one.type == _TRACK and is_exact(one.name))
        ):
            yield one


def _share_out(found: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """Return two halves of what was found; those that share a setup_cache stay together."""
    groups: dict[object, list[Any]] = {}
    for one in found:
        groups.setdefault(getattr(one, "setup_cache_key", None) or one.name, []).append(one)
    shared = list(groups.values())
    return list(chain(*shared[::2])), list(chain(*shared[1::2]))


def _read(suite: Suite, benchmarks: Iterable[Any]) -> _Read:
    """Return what is read of benchmarks, by their names."""
    return {one.name: list(_read_all(suite, one)) for one in benchmarks}


def _read_apart(suite: Suite, benchmarks: Iterable[Any]) -> _Read:
    """Return what is read in a process that ends then."""
    with suite:
        return _read(suite, benchmarks)


def _read_all(suite: Suite, benchmark: Any) -> Iterator[Metric | Failure]:
    if isinstance(benchmark, Broken):
        yield _fail(benchmark, benchmark.error)
    else:
        yield from filter(None, (_read_one(suite, one) for one in combinations(benchmark)))


def _read_one(suite: Suite, combination: Combination) -> Metric | Failure | None:
    try:
        return Metric(combination.name, _check(suite.run(combination)))
    except NotImplementedError:
        return None
    except CacheError as failed:
        return _fail(combination, failed.error)
    except ERRORS as error:
        return _fail(combination, error)


def _fail(one: Any, error: BaseException) -> Failure:
    return Failure(one.name, _describe(error))


def _check(value: Any) -> float:
    if isinstance(value, dict) and value.get("samples"):
        samples = value["samples"]
        raise InexactError(f"readings differ, from {min(samples)} to {max(samples)}")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"it is {reprlib.repr(value)}; allowed: a finite number")
    return value


def _describe_site(site: AllocationSite | None, folders: Sequence[Path]) -> dict[str, object]:
    if site is None:
        return {"file": None, "line": None, "code": None}
    path = Path(site.file)
    folder = next((folder for folder in folders if path.is_relative_to(folder)), Path())
    code = linecache.getline(site.file, site.line).strip()
    return {"file": path.relative_to(folder).as_posix(), "line": site.line, "code": code}


def _describe(error: BaseException) -> str:
    """Return in one line what an error says or, where it says nothing, the code that raised it."""
    said = " ".join(str(error).split()) or _raising_code(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _raising_code(error: BaseException) -> str:
    frame = extract_tb(error.__traceback__)[-1]
    first = frame.lineno or 0
    last = getattr(frame, "end_lineno", None) or first
    lines = (linecache.getline(frame.filename, number).strip() for number in range(first, last + 1))
    return " ".join(lines)
