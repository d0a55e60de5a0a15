"""What a cache costs in memory, to the byte."""

from asv_ledger.lenses import allocated, exact, live, marginal
from lru import Cache

# A number as a key and no value: what is measured is the cache, not what its user keeps in it.
# CPython keeps the small numbers anyway.
_FIRST = 1_000


def _noon() -> float:
    return 43_200.0


def _filled(entries: int, room: int = 10_000) -> Cache:
    cache = Cache(room, clock=_noon)
    for key in range(_FIRST, _FIRST + entries):
        cache.put(key, None)
    assert len(cache) == min(entries, room)
    return cache


class Entries:
    """What one more entry costs."""

    version = "1"

    @exact(unit="bytes/entry")
    def track_live(self) -> float:
        return marginal(_filled, 1_024, 2_048)

    @exact(unit="bytes/entry")
    def track_allocated(self) -> float:
        return marginal(_filled, 1_024, 2_048, allocated)


class Forgotten:
    """What a cache with room for 100 entries keeps of 9,900 others that it has forgotten."""

    version = "1"

    @exact(unit="bytes")
    def track_live(self) -> float:
        return live(lambda: _filled(10_000, room=100)) - live(lambda: _filled(100, room=100))
