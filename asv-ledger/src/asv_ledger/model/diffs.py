"""Diffs: which line of a commit is which line of an earlier one, as git's diff pairs them."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

from asv_ledger.sources.git import run_git

_ALIKE = 0.5  # of their words: lines that share fewer are two lines, not one that was edited
_MOST_PAIRS = 40_000  # of lines: where more than that are replaced at once, none was edited
_WORD = re.compile(r"\w+")
_RANGES = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_REGULAR = ("100644", "100755")  # git's modes of files that are no links

# All that a user's configuration, or attributes, could make git tell otherwise.
_DIFF = ("diff-tree", "-r", "--relative", "--find-renames=50%", "-l1000")
_AS_NAMES = ("--raw", "-z", "--no-abbrev")
_AS_LINES = (
    "--patch",
    "--unified=0",
    "--inter-hunk-context=0",
    "--diff-filter=MR",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--text",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
)


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


def read_diff(
    repository: Path, before: str, after: str, names: Collection[str], benchmarks: Path
) -> Diff:
    """Return what became of files between two commits, as git tells it; renames are followed.

    ``names`` are the ends of the paths of the files asked for. Nothing is known of the folder of
    benchmarks: where commits are measured, its files are those of the day. Raises HistoryError.
    """
    folder = f"{benchmarks.name}/"
    own = {path.relative_to(benchmarks.parent).as_posix() for path in benchmarks.rglob("*")}
    old, new = (own | _list_files(repository, commit) for commit in (before, after))
    changes = {change.path: change for change in _changes(repository, before, after)}
    files = {}
    for name in names:
        path, *others = _find(name, old) or [""]
        change = changes.get(path, _FileChange(path, path))
        later = _name(change.later_path, names, new)
        is_own = path.startswith(folder) or change.later_path.startswith(folder)
        if others or later is None or is_own:
            continue
        patch = ""
        if change.blob != change.later_blob:
            both = before, after, "--", change.path, change.later_path
            patch = _read(repository, "--literal-pathspecs", *_DIFF, *_AS_LINES, *both)
        files[name] = FileDiff.parse(later, patch)
    return Diff(files)


class _FileChange(NamedTuple):
    """A file of two commits: its path at each, the latter empty where it is no file any more.

    The blobs are those of its text, which is the same where they are.
    """

    path: str
    later_path: str
    blob: str = ""
    later_blob: str = ""


def _changes(repository: Path, before: str, after: str) -> Iterator[_FileChange]:
    """Iterate over the files that were changed or renamed, not over those that came or went."""
    fields = iter(_read(repository, *_DIFF, *_AS_NAMES, before, after).split("\0"))
    for described in filter(None, fields):
        mode, later_mode, blob, later_blob, status = described.removeprefix(":").split()
        path = next(fields)
        later_path = next(fields) if status[0] == "R" else path
        if mode not in _REGULAR or later_mode not in _REGULAR:
            later_path = ""
        if status[0] in "MRT":
            yield _FileChange(path, later_path, blob, later_blob)


def _read(repository: Path, *arguments: str) -> str:
    return run_git(repository, *arguments).decode(errors="replace")


def _list_files(repository: Path, commit: str) -> set[str]:
    return {*_read(repository, "ls-tree", "-r", "-z", "--name-only", commit).split("\0")} - {""}


def _find(name: str, paths: Iterable[str]) -> list[str]:
    """Return the paths that a name may stand for."""
    return [path for path in paths if _is_end(name, path)]


def _name(path: str, names: Iterable[str], paths: Collection[str]) -> str | None:
    """Return the name of a path, itself where it has none; None where that may be another's."""
    fitting = [name for name in names if _is_end(name, path)] or [path]
    is_known = path in paths and len(fitting) == 1 == len(_find(fitting[0], paths))
    return fitting[0] if is_known else None


def _is_end(name: str, path: str) -> bool:
    return path == name or path.endswith(f"/{name}")


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
