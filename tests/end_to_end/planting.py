"""Planting: commits of which is known, before they are measured, what each does to memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from tests.end_to_end.scratch import Project


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
        text = (folder / self.path).read_text()
        found = text.count(self.old)
        assert found == 1, f"{self.path} holds {found} times, not once:\n{self.old}"
        (folder / self.path).write_text(text.replace(self.old, self.new))

    def reverted(self) -> "Edit":
        return Edit(self.path, self.new, self.old)


@dataclass(frozen=True, slots=True)
class Creation:
    """A file that was not there before."""

    path: str
    text: str

    def apply(self, folder: Path) -> None:
        path = folder / self.path
        assert not path.exists(), f"{self.path} is there already"
        path.write_text(self.text)


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that goes."""

    path: str

    def apply(self, folder: Path) -> None:
        (folder / self.path).unlink()


@dataclass(frozen=True, slots=True)
class Renaming:
    """A file that gets another name."""

    path: str
    new: str

    def apply(self, folder: Path) -> None:
        assert not (folder / self.new).exists(), f"{self.new} is there already"
        (folder / self.path).rename(folder / self.new)


class Line(NamedTuple):
    """A line of code, by its file and its text without the indent: its number may change."""

    file: str
    code: str


class Growth(NamedTuple):
    """By how much an exact figure grows, in its unit; below 0 where it shrinks."""

    benchmark: str
    parameters: tuple[str, ...]
    delta: float


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


def a_session(delta: float) -> tuple[Growth, ...]:
    """Return what a commit changes that makes every session of 20 messages so many bytes larger."""
    benchmark = "session_memory.OneMoreSession.track_marginal"
    return tuple(
        Growth(benchmark, (repr(payload),), delta) for payload in ("english", "multilingual")
    )


def taken_back(planted: Planted, subject: str) -> Planted:
    """Return the commit that undoes another made of edits alone."""
    edits = [change for change in planted.changes if isinstance(change, Edit)]
    assert len(edits) == len(planted.changes), f"{planted.subject}: not made of edits alone"
    return Planted(
        subject,
        "taken back",
        tuple(edit.reverted() for edit in reversed(edits)),
        tuple(growth._replace(delta=-growth.delta) for growth in planted.growth),
        planted.lines,
    )


def plant(project: Project, history: Iterable[Planted]) -> dict[str, Planted]:
    """Commit a history on top of all there is; return it by the hashes of its commits."""
    project.commit("Begin")
    planted = {}
    for one in history:
        for change in one.changes:
            change.apply(project.folder)
        project.commit(one.subject)
        planted[project.git("rev-parse", "HEAD")] = one
    return planted
