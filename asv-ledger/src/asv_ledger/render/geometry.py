"""Geometry: where the lines, areas and labels of charts lie.

A commit takes one step of a drawing's width and a drawing is as deep whatever its unit is, for
browsers draw neither the smallest nor the largest numbers. Labels stand at percentages.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

DEPTH = 1_000  # of every drawing
CHARACTER = 1.2  # percent of a wide drawing that a character of a label takes
NARROW_CHARACTER = 2.9  # percent of one on a phone
LABEL_DEPTH = 7.0  # percent

_TICKS = 5
_TAG_WIDTH = 40.0  # percent, of the longest tag that is not cut short

Values = Sequence[float | None]
_Value = TypeVar("_Value")


class Span(NamedTuple):
    """Commits as a horizontal axis: their dates, oldest first, and tags by place."""

    dates: Sequence[str]
    tags: Sequence[tuple[int, str]]


class Scale(NamedTuple):
    """A vertical axis: its round ticks, from 0 or below."""

    ticks: Sequence[float]

    def height(self, value: float) -> float:
        """Return where a value lies, in percent from the bottom."""
        return 100 * (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])

    def depth(self, value: float) -> str:
        """Return where a value lies in a drawing, from the top."""
        return f"{round(DEPTH - DEPTH / 100 * self.height(value), 1):g}"


class Slab(NamedTuple):
    """What a metric takes of a sum at one commit."""

    bottom: float
    top: float


class Room(NamedTuple):
    """Where a label fits into an area: the middle, in percent from the left and the bottom."""

    left: float
    bottom: float


def fit_scale(values: Iterable[float | None]) -> Scale:
    """Return an axis with 0, round ticks and room for all values."""
    present = [value for value in values if value is not None]
    low, high = min(0.0, 0.0, *present), max(0.0, 0.0, *present)
    if low == high:
        return Scale((0.0, 1.0))
    rough = (high - low) / _TICKS
    magnitude = 10.0 ** math.floor(math.log10(rough))
    factor = next(one for one in (1, 2, 2.5, 5, 10) if one * magnitude >= rough * (1 - 1e-9))
    step = factor * magnitude
    ticks = range(math.floor(low / step), math.ceil(high / step) + 1)
    return Scale(tuple(step * tick for tick in ticks))


def draw_steps(values: Values, scale: Scale) -> str:
    """Return the path of a step line, which ends where values are missing and begins anew."""
    parts = []
    for start, run in find_runs(values):
        parts.append(f"M{start} {scale.depth(run[0])}")
        for place, (before, after) in enumerate(pairwise(run), start + 1):
            if after != before:
                parts.append(f"H{place}V{scale.depth(after)}")
        parts.append(f"H{start + len(run)}")
    return "".join(parts)


def draw_gaps(values: Values, scale: Scale) -> str:
    """Return the path across missing values, slanting where it is not known which commit did it."""
    return "".join(
        f"M{start + len(before)} {scale.depth(before[-1])}L{end} {scale.depth(after[0])}"
        for (start, before), (end, after) in pairwise(find_runs(values))
    )


def stack(lines: Sequence[Values]) -> list[list[Slab | None]]:
    """Return the lines one upon the other, None where one adds nothing to the sum.

    What is below 0 adds nothing either: it would lie upon others.
    """
    sums = [0.0] * len(lines[0])
    stacked = []
    for values in lines:
        slabs: list[Slab | None] = []
        for place, value in enumerate(values):
            bottom, sums[place] = sums[place], sums[place] + max(value or 0.0, 0.0)
            slabs.append(Slab(bottom, sums[place]) if sums[place] > bottom else None)
        stacked.append(slabs)
    return stacked


def draw_area(slabs: Sequence[Slab | None], scale: Scale) -> str:
    """Return the path around one layer of a stack."""
    parts = []
    for start, run in find_runs(slabs):
        end = start + len(run)
        parts.append(f"M{start} {scale.depth(run[0].top)}")
        for place, (before, after) in enumerate(pairwise(run), start + 1):
            if after.top != before.top:
                parts.append(f"H{place}V{scale.depth(after.top)}")
        parts.append(f"H{end}V{scale.depth(run[-1].bottom)}")
        for place, (after, before) in enumerate(pairwise(reversed(run)), 1):
            if after.bottom != before.bottom:
                parts.append(f"H{end - place}V{scale.depth(before.bottom)}")
        parts.append(f"H{start}Z")
    return "".join(parts)


def find_room(slabs: Sequence[Slab | None], scale: Scale, width: float) -> Room | None:
    """Return where a label of a width in percent fits best into a layer, None where nowhere."""
    commits = len(slabs)
    taken = max(1, math.ceil(width / 100 * commits))
    best, deepest = None, LABEL_DEPTH
    for start in range(0, commits - taken + 1, max(1, taken // 4)):
        under = [slab for slab in slabs[start : start + taken] if slab is not None]
        if len(under) < taken:
            continue
        bottom = scale.height(max(slab.bottom for slab in under))
        top = scale.height(min(slab.top for slab in under))
        if top - bottom > deepest:
            deepest = top - bottom
            best = Room(100 * (start + taken / 2) / commits, (bottom + top) / 2)
    return best


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Return positions of labels in percent, moved so that each has a gap to the next."""
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    moved = list(positions)
    for lower, upper in pairwise(order):
        moved[upper] = max(moved[upper], moved[lower] + gap)
    ceiling = 100.0
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - gap
    return moved


def choose_tags(span: Span) -> list[tuple[float, str]]:
    """Return tags and where they are in percent, as many as fit beside each other on a phone.

    The newest are chosen. A label lies wholly inside the drawing: at its left edge it begins at
    its tag, at the right edge it ends there.
    """
    chosen: list[tuple[float, str]] = []
    limit = 100.0
    for place, name in sorted(span.tags, reverse=True):
        left = 100 * (place + 0.5) / len(span.dates)
        width = min(NARROW_CHARACTER * len(name), _TAG_WIDTH)
        start = left * (1 - width / 100)
        if start + width <= limit:
            chosen.append((left, name))
            limit = start - NARROW_CHARACTER
    return chosen[::-1]


def find_runs(values: Sequence[_Value | None]) -> Iterator[tuple[int, list[_Value]]]:
    """Iterate over the stretches without a missing value, with the places where they start."""
    run: list[_Value] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append(value)
        elif run:
            yield place - len(run), run
            run = []
    if run:
        yield len(values) - len(run), run
