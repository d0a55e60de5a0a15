"""A cache with room for so many values, each for so long."""

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any

from lru.entry import Entry


class Cache:
    """Keeps the newest values by key; those used least recently go first."""

    def __init__(
        self, room: int, seconds: float = 60.0, clock: Callable[[], float] = monotonic
    ) -> None:
        self._room = room
        self._seconds = seconds
        self._clock = clock
        self._entries: dict[Hashable, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value; forget the one used least recently where there is no more room."""
        self._entries.pop(key, None)
        if len(self._entries) >= self._room:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = Entry(value, self._clock() + self._seconds)

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the value of a key, the default where there is none or it is too old."""
        entry = self._entries.pop(key, None)
        if entry is None or entry.expires <= self._clock():
            return default
        self._entries[key] = entry
        return entry.value
