"""Diffs: which line of a commit is which line of an earlier one, as git's diff pairs them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

_ALIKE = 0.5  # of their words: lines that share fewer are two lines, not one that was edited
_MOST_PAIRS = 40_000  # of lines: where more than that are replaced at once, none was edited
_WORD = re.compile(r"\w+")
_RANGES = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class Place(NamedTuple):
    """A line of a file, counted from 1; the file is named as sites name it."""

    file: str
    line: int


class Replacement(NamedTuple):
    """Lines that others take the place of, and the number of the first of each.

    Where either are none, it is the number of the line that follows.
    """

    old: int
    removed: tuple[str, ...]
    new: int
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What became of a file: its name in the later commit, and what was replaced, in order.

    ``edits`` are the lines, by the line that each was before, that were edited: of the lines of one
    replacement, in order, those that share at least half of their words.
    """

    name: str
    replacements: tuple[Replacement, ...] = ()
    edits: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, name: str, patch: str) -> Self:
        """Return what a patch of one file says."""
        replacements = tuple(_replacements(patch))
        edits = {
            replacement.old + before: replacement.new + after
            for replacement in replacements
            for before, after in _align(replacement.removed, replacement.added)
        }
        return cls(name, replacements, edits)

    def follow(self, line: int) -> int | None:
        """Return the number of a line of the earlier commit in the later one, None if replaced."""
        number = line
        for one in self.replacements:
            if line < one.old:
                break
            if line < one.old + len(one.removed):
                return None
            number = line + one.new + len(one.added) - one.old - len(one.removed)
        return number

    def is_added(self, line: int) -> bool:
        """Return whether a line of the later commit is one that replaced others, or none."""
        return any(one.new <= line < one.new + len(one.added) for one in self.replacements)


@dataclass(frozen=True, slots=True)
class Diff:
    """What became of the files that both of two commits have, by their names in the earlier one.

    Of any other, and of one whose name may stand for several, no line is known.
    """

    files: Mapping[str, FileDiff] = field(default_factory=dict)

    def find_unchanged(self, file: str | None, line: int | None) -> Place | None:
        """Return where a line of the earlier commit still is, None where it is not or not known."""
        known = None if file is None else self.files.get(file)
        number = None if known is None or line is None else known.follow(line)
        return None if known is None or number is None else Place(known.name, number)

    def find_edited(self, file: str | None, line: int | None) -> Place | None:
        """Return where a line of the earlier commit is that was edited, None where it was not."""
        known = None if file is None else self.files.get(file)
        number = None if known is None or line is None else known.edits.get(line)
        return None if known is None or number is None else Place(known.name, number)

    def is_added(self, file: str | None, line: int | None) -> bool:
        """Return whether a line of the later commit may be new: not where it was there before."""
        known = next((one for one in self.files.values() if one.name == file), None)
        return known is None or line is None or known.is_added(line)


def _replacements(patch: str) -> Iterator[Replacement]:
    """Iterate over what the patch of a file replaces, however much context it has."""
    lines = iter(patch.split("\n"))
    for heading in lines:
        ranges = _RANGES.match(heading)
        if ranges is None:
            continue
        old, old_count, new, new_count = (int(number or 1) for number in ranges.groups())
        # Of no lines, git gives the number of the one before.
        old, new = old + (old_count == 0), new + (new_count == 0)
        old_end, new_end = old + old_count, new + new_count
        removed: list[str] = []
        added: list[str] = []
        while old + len(removed) < old_end or new + len(added) < new_end:
            line = next(lines, "")
            if line.startswith("-"):
                removed.append(line[1:])
            elif line.startswith("+"):
                added.append(line[1:])
            elif not line.startswith("\\"):  # which says that no newline ends the file
                if removed or added:
                    yield Replacement(old, tuple(removed), new, tuple(added))
                old, new = old + len(removed) + 1, new + len(added) + 1
                removed, added = [], []
        if removed or added:
            yield Replacement(old, tuple(removed), new, tuple(added))


def _align(removed: Sequence[str], added: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Iterate over the places of the lines that were edited: in order, the most alike in sum."""
    if len(removed) * len(added) > _MOST_PAIRS:
        return
    old, new = ([Counter(_WORD.findall(line)) for line in lines] for lines in (removed, added))
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    paired = [[0.0] * len(new) for _ in old]
    for one in reversed(range(len(old))):
        for other in reversed(range(len(new))):
            alike = _likeness(old[one], new[other])
            if alike >= _ALIKE:
                paired[one][other] = alike + best[one + 1][other + 1]
            best[one][other] = max(paired[one][other], best[one + 1][other], best[one][other + 1])
    one, other = 0, 0
    while best[one][other]:
        if paired[one][other] == best[one][other]:
            yield one, other
            one, other = one + 1, other + 1
        elif best[one + 1][other] == best[one][other]:
            one += 1
        else:
            other += 1


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return which part of the words of two lines they share, from 0 to 1."""
    shared = (one & other).total()
    return 2 * shared / (one.total() + other.total()) if shared else 0
