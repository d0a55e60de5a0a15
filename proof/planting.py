"""Planting: commits of which is known, before they are measured, what each does to memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from proof.scratch import Project


class PlantingError(Exception):
    """A commit does not fit the project that it is planted in."""


class Change(Protocol):
    """What a planted commit does to a file of the project."""

    def apply(self, folder: Path) -> None:
        """Do it in a copy of the project."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that gives way to another; it must stand in the file exactly once."""

    path: str
    old: str
    new: str

    def apply(self, folder: Path) -> None:
        """Put the new text in the place of the old one. Raises PlantingError."""
        text = (folder / self.path).read_text()
        found = text.count(self.old)
        if found != 1:
            raise PlantingError(f"{self.path} holds {found} times, not once:\n{self.old}")
        (folder / self.path).write_text(text.replace(self.old, self.new))

    def reverted(self) -> "Edit":
        """Return the edit that undoes this one."""
        return Edit(self.path, self.new, self.old)


@dataclass(frozen=True, slots=True)
class Creation:
    """A file that was not there before."""

    path: str
    text: str

    def apply(self, folder: Path) -> None:
        """Make the file. Raises PlantingError."""
        path = folder / self.path
        _require_nothing_at(path)
        path.write_text(self.text)


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that goes."""

    path: str

    def apply(self, folder: Path) -> None:
        """Remove the file."""
        (folder / self.path).unlink()


@dataclass(frozen=True, slots=True)
class Renaming:
    """A file that gets another name."""

    path: str
    new: str

    def apply(self, folder: Path) -> None:
        """Rename the file. Raises PlantingError."""
        _require_nothing_at(folder / self.new)
        (folder / self.path).rename(folder / self.new)


class Line(NamedTuple):
    """A line of code, by its file and its text without the indent: its number may change."""

    file: str
    code: str


class Growth(NamedTuple):
    """By how much an exact figure grows, in its unit; below 0 where it shrinks.

    Where ``varies``, that is so on CPython 3.12, and on others as much as their objects take.
    """

    benchmark: str
    parameters: tuple[str, ...]
    delta: float
    varies: bool = False


@dataclass(frozen=True, slots=True)
class Planted:
    """A commit to plant: it builds, and leaves the bridge doing what it did, or what it claims.

    ``growth`` are figures that it changes; it may change others that hold the same memory. A commit
    without any is innocent and changes none. ``lines`` are all that allocate what is more, or less,
    of a session: where each allocates, not where the mistake was made.
    """

    subject: str
    kind: str
    changes: tuple[Change, ...]
    growth: tuple[Growth, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def is_guilty(self) -> bool:
        """Whether it changes what the bridge takes, be it for the better."""
        return bool(self.growth)

    @property
    def grows(self) -> bool:
        """Whether it makes the bridge take more."""
        return any(growth.delta > 0 for growth in self.growth)


def a_session(delta: float, multilingual: float | None = None) -> tuple[Growth, ...]:
    """Return what a commit changes that makes every session of 20 messages so many bytes larger.

    Where a multilingual one differs, both vary with the version of Python, as strings do.
    """
    benchmark = "session_memory.OneMoreSession.track_marginal"
    varies = multilingual is not None
    other = delta if multilingual is None else multilingual
    return (
        Growth(benchmark, ("'english'",), delta, varies),
        Growth(benchmark, ("'multilingual'",), other, varies),
    )


def taken_back(planted: Planted, subject: str, *lines: Line) -> Planted:
    """Return the commit that undoes another made of edits alone. Raises PlantingError.

    The lines that allocate less are those that allocated more, where others are not named: those
    that take their place.
    """
    edits = [change for change in planted.changes if isinstance(change, Edit)]
    if len(edits) != len(planted.changes):
        raise PlantingError(f"{planted.subject}: not made of edits alone")
    return Planted(
        subject,
        "taken back",
        tuple(edit.reverted() for edit in reversed(edits)),
        tuple(growth._replace(delta=-growth.delta) for growth in planted.growth),
        lines or planted.lines,
    )


def plant(project: Project, history: Iterable[Planted]) -> dict[str, Planted]:
    """Commit a history on top of all there is; return it by the hashes of its commits.

    Raises PlantingError.
    """
    project.commit("Begin")
    planted = {}
    for one in history:
        for change in one.changes:
            change.apply(project.folder)
        project.commit(one.subject)
        planted[project.git("rev-parse", "HEAD")] = one
    return planted


def _require_nothing_at(path: Path) -> None:
    if path.exists():
        raise PlantingError(f"{path.name} is there already")
