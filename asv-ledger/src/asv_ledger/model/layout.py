"""Layout: what a path of the project is to its measuring, and which paths a commit changes."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NamedTuple

_LINK = "120000"
_SUBMODULE = "160000"
_BUILD_FILES = frozenset(("pyproject.toml", "setup.cfg", "setup.py", "MANIFEST.in"))
_CODE = frozenset((".py", ".pyc", ".pyd", ".so", ".pth"))
# Python imports these by itself, where it finds them.
_IMPORTED_ALWAYS = frozenset(("sitecustomize", "usercustomize"))


class Kind(StrEnum):
    """What a path is to the measuring."""

    SUBMODULE = "submodule"
    LINK = "symbolic link"
    ATTRIBUTES = "git's attributes"
    WORKFLOW = "workflow"
    BENCHMARKS = "benchmarks"
    CONFIGURATION = "configuration"
    BASELINE = "baseline"
    RESULTS = "results"
    MEASURING = "what measures"
    BUILD = "build"
    SHADOW = "takes the name of an installed module"


class File(NamedTuple):
    """A file of a commit, as git lists it."""

    mode: str
    hash: str

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.mode == _LINK

    @property
    def is_regular(self) -> bool:
        """Whether it is neither a symbolic link nor a submodule."""
        return self.mode not in (_LINK, _SUBMODULE)


class Changed(NamedTuple):
    """A path that differs between two commits, and what it is to the measuring."""

    path: str
    kind: Kind
    how: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where what lies in the project's tree: paths relative to its folder, with slashes.

    Where nothing is named as ``measured``, that is all but the rest of these. ``installed`` are the
    modules that are installed beside the standard library.
    """

    configuration: str
    benchmarks: str
    results: str
    attribution: str
    baseline: str
    measured: tuple[str, ...]
    measuring: tuple[str, ...]
    installed: frozenset[str] = frozenset()

    @property
    def kept(self) -> tuple[str, ...]:
        """What is not measured, where nobody says what is."""
        named = (self.configuration, self.benchmarks, self.results, self.attribution, self.baseline)
        paths = map(PurePosixPath, (*named, *self.measuring))
        return tuple(str(path) for path in paths if path.parts and ".." not in path.parts)

    @property
    def measuring_modules(self) -> frozenset[str]:
        """The names by which code would import what measures."""
        return frozenset((PurePosixPath(self.benchmarks).name, *map(_root, self.measuring)))

    def is_measured(self, path: str) -> bool:
        """Return whether a path belongs to what is measured."""
        if self.measured:
            return _is_under(path, self.measured)
        return not _is_under(path, self.kept)

    def is_benchmark(self, path: str) -> bool:
        """Return whether a path belongs to the benchmarks."""
        return _is_under(path, [self.benchmarks])

    def find_kind(self, path: str, modes: Iterable[str], roots: Iterable[str]) -> Kind | None:
        """Return what a path is to the measuring, None where it is nothing.

        ``modes`` are those that either commit gives it, ``roots`` what the base's folder holds.
        """
        name = PurePosixPath(path).name
        of_modes = {_SUBMODULE: Kind.SUBMODULE, _LINK: Kind.LINK}
        of_names = {".gitattributes": Kind.ATTRIBUTES, ".gitmodules": Kind.SUBMODULE}
        of_paths = (
            (".github", Kind.WORKFLOW),
            (self.configuration, Kind.CONFIGURATION),
            (self.baseline, Kind.BASELINE),
            (self.benchmarks, Kind.BENCHMARKS),
            (self.results, Kind.RESULTS),
            (self.attribution, Kind.RESULTS),
            *((path, Kind.MEASURING) for path in self.measuring),
        )
        for mode in modes:
            if mode in of_modes:
                return of_modes[mode]
        if name in of_names:
            return of_names[name]
        for under, kind in of_paths:
            if _is_under(path, [under]):
                return kind
        if path in _BUILD_FILES:
            return Kind.BUILD
        return Kind.SHADOW if self._shadows(path) and _root(path) not in roots else None

    def _shadows(self, path: str) -> bool:
        """Return whether a path at the root would be imported instead of an installed module."""
        parts = PurePosixPath(path).parts
        is_module = len(parts) == 1 and PurePosixPath(path).suffix in _CODE
        is_package = len(parts) == 2 and PurePosixPath(path).stem == "__init__"
        known = sys.stdlib_module_names | _IMPORTED_ALWAYS | self.installed
        return (is_module or is_package) and _root(path) in known


def find_differing(base: Mapping[str, File], head: Mapping[str, File]) -> list[str]:
    """Return the paths that are not the same at two commits; of a renamed file it is both."""
    paths = sorted(base.keys() | head.keys())
    return [path for path in paths if base.get(path) != head.get(path)]


def find_changed(
    base: Mapping[str, File], head: Mapping[str, File], layout: Layout
) -> Iterator[Changed]:
    """Iterate over the paths that differ and are something to the measuring."""
    roots = {_root(path) for path in base}
    for path in find_differing(base, head):
        modes = [files[path].mode for files in (base, head) if path in files]
        kind = layout.find_kind(path, modes, roots)
        if kind is not None:
            how = "added" if path not in base else "removed" if path not in head else "changed"
            yield Changed(path, kind, how)


def _is_under(path: str, folders: Iterable[str]) -> bool:
    # In any case, as some file systems have it.
    parts = PurePosixPath(path.casefold()).parts
    return any(
        parts[: len(under)] == under
        for under in (PurePosixPath(folder.casefold()).parts for folder in folders)
    )


def _root(path: str) -> str:
    return PurePosixPath(path).parts[0].partition(".")[0]
