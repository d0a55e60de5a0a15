"""History: commits, and which of them lead to which."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from asv_ledger.model.commits import Commit


class History(Mapping[str, Commit]):
    """Commits by hash, ancestors before descendants, as ``read_commits`` returns them.

    ``branches`` are those that asv publishes, each with the commits that asv takes for its own,
    the oldest first; the first of them is what has grown since a tag. ``tags`` are commits by the
    name of the tag. ``idle`` are commits that do not touch what is measured: none of them changes
    a metric.
    """

    def __init__(
        self,
        commits: Mapping[str, Commit],
        *,
        branches: Mapping[str, Sequence[str]] | None = None,
        tags: Mapping[str, str] | None = None,
        idle: Collection[str] = (),
    ) -> None:
        self._commits = commits
        self.branches = branches or {"HEAD": tuple(commits)}
        self.tags = tags or {}
        self.idle = frozenset(idle)

    @classmethod
    def of(cls, commits: Mapping[str, Commit]) -> "History":
        """Return the history of commits, which may be one already."""
        return commits if isinstance(commits, cls) else cls(commits)

    def __getitem__(self, name: str) -> Commit:
        return self._commits[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._commits)

    def __len__(self) -> int:
        return len(self._commits)

    @property
    def tip(self) -> str | None:
        """The newest commit of the first branch, None where it has none."""
        return next((names[-1] for names in self.branches.values() if names), None)

    def leads_to(self, ancestor: str, name: str) -> bool:
        """Return whether a commit is reached from another one, or is that one."""
        return bool(self._reached[name] >> self._places[ancestor] & 1)

    def latest(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the commits that lead to none of the others, each once, in the order given."""
        once = tuple(dict.fromkeys(names))
        return tuple(
            name
            for name in once
            if not any(other != name and self.leads_to(name, other) for other in once)
        )

    def between(self, ancestor: str, name: str) -> list[str]:
        """Return the commits that a commit adds to an ancestor, itself left out, oldest first."""
        added = self._reached[name] & ~self._reached[ancestor] & ~(1 << self._places[name])
        return [self._order[place] for place in _bits(added)]

    @cached_property
    def _order(self) -> list[str]:
        return list(self._commits)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self._commits)}

    @cached_property
    def _reached(self) -> dict[str, int]:
        """What each commit reaches, itself included, as a set of places: bits of a number."""
        reached: dict[str, int] = {}
        for place, (name, commit) in enumerate(self._commits.items()):
            found = 1 << place
            for parent in commit.parents:
                found |= reached.get(parent, 0)
            reached[name] = found
        return reached


def _bits(number: int) -> Iterator[int]:
    """Iterate over the places of the bits of a number that are 1, the lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
