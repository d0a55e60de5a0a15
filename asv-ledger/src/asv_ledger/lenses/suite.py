"""The suite: the benchmarks of a project, found and run by asv's own code, in this process."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from itertools import product
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from types import MethodType, ModuleType
from typing import Any, NamedTuple

from asv_ledger.lenses.packages import provide

ERRORS = (Exception, SystemExit)  # what a benchmark may end with that ends no other


class Broken(NamedTuple):
    """A module of benchmarks that cannot be imported, and why."""

    name: str
    error: BaseException


class CacheError(Exception):
    """The setup_cache of a benchmark failed; ``error`` is how."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error


class Combination(NamedTuple):
    """A benchmark with one combination of its parameters, and its name as asv writes it."""

    name: str
    benchmark: Any
    position: int


class _Cache(NamedTuple):
    """What a setup_cache returned, pickled, or how it failed; and the folder that it wrote to."""

    folder: str
    pickled: bytes = b""
    error: BaseException | None = None


class Suite:
    """The benchmarks of a package in a folder; each setup_cache is computed once.

    Raises ImportError where asv_runner cannot be imported: it knows what a benchmark is.
    """

    def __init__(self, folder: Path) -> None:
        self._discovery = import_module("asv_runner.discovery")
        self._root = folder.name
        self._caches: dict[str, _Cache] = {}
        self._folders = ExitStack()
        provide(folder)

    def __enter__(self) -> Suite:
        """Return it; what its setup_caches write is kept until the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        self._folders.close()

    def discover(self) -> Iterator[Any]:
        """Iterate over asv's benchmarks, by module and name, and over the modules that are Broken.

        No module keeps the others from being found.
        """
        return self._discover(self._root)

    def run(self, combination: Combination) -> object:
        """Return what a benchmark returns, of a fresh instance, set up as asv does it.

        Raises NotImplementedError where it does not apply, CacheError where its setup_cache failed,
        and whatever its code raises.
        """
        benchmark = _renew(combination.benchmark)
        if benchmark.params:
            benchmark.set_param_idx(combination.position)
        with self._working_folder(benchmark) as cache:
            _hand_over(benchmark, cache)
            if benchmark.do_setup():
                raise NotImplementedError
            try:
                return benchmark.do_run()
            finally:
                benchmark.do_teardown()

    def _discover(self, name: str) -> Iterator[Any]:
        relative = name.partition(".")[2] or name
        try:
            module = import_module(name)
            benchmarks = sorted(self._benchmarks_of(module), key=lambda one: one.name.split("."))
        except ERRORS as error:
            yield Broken(relative, error)
            return
        yield from benchmarks
        for child in iter_modules(getattr(module, "__path__", None) or (), f"{name}."):
            yield from self._discover(child.name)

    def _benchmarks_of(self, module: ModuleType) -> list[Any]:
        # asv's own loop, over one module: by itself it ends where a module cannot be imported.
        discovery: Any = self._discovery
        disc_modules, discovery.disc_modules = discovery.disc_modules, lambda *_, **__: [module]
        try:
            return list(discovery.disc_benchmarks(module.__name__))
        finally:
            discovery.disc_modules = disc_modules

    @contextmanager
    def _working_folder(self, benchmark: Any) -> Iterator[object]:
        """Work in a folder as under asv, that of the benchmark's setup_cache if it has one.

        What that returned is given, a copy as from another process.
        """
        if benchmark.setup_cache_key is None:
            with TemporaryDirectory() as folder, _inside(folder):
                yield None
            return
        cache = self._caches.get(benchmark.setup_cache_key) or self._compute(benchmark)
        if cache.error is not None:
            raise CacheError(cache.error)
        with _inside(cache.folder):
            yield pickle.loads(cache.pickled)

    def _compute(self, benchmark: Any) -> _Cache:
        folder = self._folders.enter_context(TemporaryDirectory())
        with _inside(folder):
            try:
                cache = _Cache(folder, pickle.dumps(benchmark.do_setup_cache()))
            except ERRORS as error:
                cache = _Cache(folder, error=error)
        self._caches[benchmark.setup_cache_key] = cache
        return cache


def combinations(benchmark: Any) -> Iterator[Combination]:
    """Iterate over a benchmark with each combination of its parameters."""
    if not benchmark.params:
        yield Combination(benchmark.name, benchmark, 0)
        return
    for position, texts in enumerate(product(*benchmark.params)):
        yield Combination(f"{benchmark.name}({', '.join(texts)})", benchmark, position)


def _renew(benchmark: Any) -> Any:
    """Return a benchmark with an instance of its class that no other has changed."""
    instance = getattr(benchmark.func, "__self__", None)
    if instance is None or isinstance(instance, type):
        return benchmark
    fresh = type(instance)()
    func = MethodType(benchmark.func.__func__, fresh)
    sources = [func, fresh, *benchmark._attr_sources[2:]]
    return type(benchmark)(benchmark.name, func, sources)


def _hand_over(benchmark: Any, cache: object) -> None:
    if hasattr(benchmark, "set_cache"):
        benchmark.set_cache(cache)
    elif cache is not None:  # asv_runner before 0.2.5
        benchmark.insert_param(cache)


@contextmanager
def _inside(folder: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
