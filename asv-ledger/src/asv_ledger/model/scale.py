"""Scale: what one thing costs, told for many of them."""

from dataclasses import dataclass

_MEGABYTE = 1e6
_GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class Scale:
    """How many things a change is told for, and what they are called.

    It is of the metrics of one unit, in bytes, such as "bytes/entry".
    """

    unit: str
    count: int
    name: str

    def megabytes(self, size: float) -> float:
        """Return the megabytes of so many things of a size in bytes."""
        return size * self.count / _MEGABYTE

    def per_gigabyte(self, size: float) -> float:
        """Return how many things of a size in bytes go into a gigabyte."""
        return _GIGABYTE / size
