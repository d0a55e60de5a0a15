"""Commits: what is known of one, and which of them has the newest tag."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; ``date`` is when its author made it. The subject is anybody's text: escape it.

    The date is in the author's zone, or in UTC where that is none. A time that no date can hold is
    the first or the last that one can, and where there is no time it is the first second of 1970.
    """

    hash: str
    parents: tuple[str, ...]
    date: datetime
    subject: str


def find_last_tag(tags: Mapping[str, str], commits: Mapping[str, Commit]) -> tuple[str, str]:
    """Return the newest tag of a history and its commit, or else what to call the first commit."""
    names = {commit: tag for tag, commit in tags.items()}
    for commit in reversed(list(commits)):
        if commit in names:
            return names[commit], commit
    return "the first measured commit", next(iter(commits))
