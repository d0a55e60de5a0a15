"""What a cache keeps of a value."""

from typing import Any


class Entry:
    """A value and, in seconds of a monotonic clock, when it is too old."""

    __slots__ = ("expires", "value")

    def __init__(self, value: Any, expires: float) -> None:
        self.value = value
        self.expires = expires
