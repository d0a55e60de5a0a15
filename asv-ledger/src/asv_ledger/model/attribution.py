"""Causes: which lines grew between two commits, told from where each of them allocates."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from math import isclose
from typing import NamedTuple

from asv_ledger.model.diffs import Diff, Place

_LAST_DIGIT = 1e-6  # metrics are told to the sixth digit after the point


class Site(NamedTuple):
    """A line that allocates, its code without indentation, and the size, in the metric's unit.

    ``file`` is None for what is allocated where no line was asked for. As a site, ``size`` is by
    how much the line grew, and ``line`` None where it allocates nothing any more, or is gone.
    """

    file: str | None
    line: int | None
    code: str | None
    size: float


_Pair = tuple[Site, Site]  # then and now


def find_sites(before: Iterable[Site], after: Iterable[Site], diff: Diff) -> list[Site]:
    """Return by how much each line grew, the largest first; they sum to what the metric did.

    A line is the one of before that git's diff says it is, as it was or edited. One that was
    removed there and added elsewhere with the same code only moved, and is no site. All others
    are new, or gone.
    """
    old, new = sorted(before, key=_by_place), sorted(after, key=_by_place)
    sites = []
    for pair in (_pair_unchanged, _pair_moved, _pair_edited):
        for then, now in pair(old, new, diff):
            old.remove(then)
            new.remove(now)
            sites.append(now._replace(size=now.size - then.size))
    sites.extend(new)
    sites.extend(gone._replace(line=None, size=-gone.size) for gone in old)
    sites = [site for site in sites if abs(site.size) > _LAST_DIGIT]
    return sorted(sites, key=lambda site: (-abs(site.size), _by_place(site)))


def is_sum(sites: Iterable[Site], delta: float) -> bool:
    """Return whether sites sum to a difference, but for the rounding of floats."""
    return isclose(sum(site.size for site in sites), delta, rel_tol=1e-9, abs_tol=_LAST_DIGIT)


def _by_place(site: Site) -> tuple[str, int]:
    return site.file or "", site.line or 0


def _pair_unchanged(old: list[Site], new: list[Site], diff: Diff) -> list[_Pair]:
    pairs = _pair_at(old, new, diff.find_unchanged)
    # Where Python counts other lines than git, as after a lone carriage return, no line is known.
    return [(then, now) for then, now in pairs if then.code == now.code]


def _pair_edited(old: list[Site], new: list[Site], diff: Diff) -> list[_Pair]:
    return list(_pair_at(old, new, diff.find_edited))


def _pair_at(
    old: list[Site], new: list[Site], find: Callable[[str | None, int | None], Place | None]
) -> Iterator[_Pair]:
    """Iterate over the lines with what is now at the place that is found of each."""
    at_place = {(site.file, site.line): site for site in new}
    for then in old:
        place = find(then.file, then.line)
        now = None if place is None else at_place.pop(place, None)
        if now is not None:
            yield then, now


def _pair_moved(old: list[Site], new: list[Site], diff: Diff) -> list[_Pair]:
    """Return the lines of one code that were removed and added, in pairs.

    Those of files of which the diff knows nothing are among them.
    """
    removed = [site for site in old if diff.find_unchanged(site.file, site.line) is None]
    added = [site for site in new if diff.is_added(site.file, site.line)]
    return [
        *_pair_by(lambda site: (site.file, site.line, site.code), removed, added),
        *_pair_by(lambda site: (site.file, site.code), removed, added),
        *_pair_by(lambda site: site.code, removed, added),
    ]


def _pair_by(key: Callable[[Site], Hashable], old: list[Site], new: list[Site]) -> Iterator[_Pair]:
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
