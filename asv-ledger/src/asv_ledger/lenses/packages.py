"""Packages from elsewhere: one that the running Python has not installed, and nothing beside it."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path


class PackageFinder:
    """Finds one package in the folder that it lies in; what lies beside it stays unknown."""

    def __init__(self, package: Path) -> None:
        self._package = package

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Return the spec of the package; those of its modules are found by its own path."""
        if fullname != self._package.name:
            return None
        return PathFinder.find_spec(fullname, [str(self._package.parent)])


def provide(package: Path) -> None:
    """Let a package be imported from a folder, before any of its name that is installed."""
    sys.meta_path.insert(0, PackageFinder(package.resolve()))
