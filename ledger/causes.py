"""Causes: which lines grew between two commits, told from where each of them allocates."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from difflib import SequenceMatcher
from math import isclose
from typing import NamedTuple

_SIMILAR = 0.4  # of 1: lines that share less are two lines, not one that was changed
_LAST_DIGIT = 1e-6  # figures are told to the sixth digit after the point


class Site(NamedTuple):
    """A line that allocates, its code without indentation, and the size, in the figure's unit.

    ``file`` is None for what is allocated where no line was asked for. As a cause, ``size`` is by
    how much the line grew, and ``line`` None where it allocates nothing any more, or is gone.
    """

    file: str | None
    line: int | None
    code: str | None
    size: float


def find_causes(before: Iterable[Site], after: Iterable[Site]) -> list[Site]:
    """Return by how much each line grew, the largest first; they sum to what the figure did.

    A line is known by its code, so that one which only moved, in its file or to another, is no
    cause. One that was changed is compared with the most similar line of its file that is gone.
    """
    old, new = sorted(before, key=_by_place), sorted(after, key=_by_place)
    pairs = [
        *_pair(old, new, lambda site: (site.file, site.code)),
        *_pair(old, new, lambda site: site.code),
        *_pair_similar(old, new),
    ]
    causes = [now._replace(size=now.size - then.size) for then, now in pairs]
    causes.extend(new)
    causes.extend(gone._replace(line=None, size=-gone.size) for gone in old)
    causes = [cause for cause in causes if abs(cause.size) > _LAST_DIGIT]
    return sorted(causes, key=lambda cause: (-abs(cause.size), _by_place(cause)))


def is_sum(causes: Iterable[Site], delta: float) -> bool:
    """Return whether causes sum to a difference, but for the rounding of floats."""
    return isclose(sum(cause.size for cause in causes), delta, rel_tol=1e-9, abs_tol=_LAST_DIGIT)


def _by_place(site: Site) -> tuple[str, int]:
    return site.file or "", site.line or 0


def _pair(
    old: list[Site], new: list[Site], key: Callable[[Site], Hashable]
) -> Iterator[tuple[Site, Site]]:
    """Take the sites of one key out of both lists, in pairs: first those of one size."""
    candidates: defaultdict[Hashable, list[Site]] = defaultdict(list)
    for site in old:
        candidates[key(site)].append(site)
    for is_same_size in (True, False):
        for site in list(new):
            of_key = candidates[key(site)]
            match = next((one for one in of_key if one.size == site.size or not is_same_size), None)
            if match is not None:
                of_key.remove(match)
                old.remove(match)
                new.remove(site)
                yield match, site


def _pair_similar(old: list[Site], new: list[Site]) -> Iterator[tuple[Site, Site]]:
    """Take lines of one file out of both lists, in pairs, the most similar first."""
    similarities = sorted(
        (
            (_similarity(then, now), then, now)
            for then in old
            for now in new
            if then.file == now.file and None not in (then.code, now.code)
        ),
        key=lambda entry: -entry[0],
    )
    for similarity, then, now in similarities:
        if similarity >= _SIMILAR and then in old and now in new:
            old.remove(then)
            new.remove(now)
            yield then, now


def _similarity(one: Site, other: Site) -> float:
    return SequenceMatcher(None, str(one.code), str(other.code), autojunk=False).ratio()
