"""Charts: what drawings are made of that stretch to the room there is, and the text around them."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from asv_ledger.render.geometry import (
    CHARACTER,
    DEPTH,
    LABEL_DEPTH,
    NARROW_CHARACTER,
    Scale,
    Span,
    Values,
    choose_tags,
    draw_area,
    draw_gaps,
    draw_steps,
    find_room,
    find_runs,
    fit_scale,
    spread,
    stack,
)
from asv_ledger.render.wording import format_number, name_kind

ON_LINE = 30  # marks of changes, the largest

_LINES = 4  # styles of lines, then the first one again
_AREAS = 8  # colours of areas, likewise
_SIZES = 7  # labels that fit beside each other


class Line(NamedTuple):
    """A metric by commit or size; None where it has no value."""

    name: str
    values: Values


class Mark(NamedTuple):
    """A link at a commit that changed a metric by a delta, 0 where it changed other metrics."""

    place: int
    value: float
    delta: float
    title: str
    link: str


class Path(NamedTuple):
    """A path of a drawing, and its class."""

    kind: str
    d: str


class Label(NamedTuple):
    """A text beside or in a drawing, where it stands, its class, and a value to set off."""

    text: str
    style: str
    kind: str = ""
    value: str = ""


class Link(NamedTuple):
    """A mark where it stands, with its class."""

    kind: str
    href: str
    title: str
    style: str


class Chart(NamedTuple):
    """A drawing, its paths from the back to the front, and all text around it."""

    label: str  # for those who do not see it
    view: str
    paths: Sequence[Path]
    scale: Sequence[Label]
    scale_style: str
    links: Sequence[Link] = ()
    names: Sequence[Label] = ()  # inside the drawing
    ends: Sequence[Label] = ()
    tags: Sequence[Label] = ()
    dates: Sequence[str] = ()
    sizes: Sequence[str] = ()


def step_chart(lines: Sequence[Line], marks: Sequence[Mark], span: Span, label: str) -> Chart:
    """Return step lines over commits, named at their ends, with marks that lead to the changes.

    The largest changes are marked on the line. All others are marked below it, for where there
    are many of them, the line could not be seen.
    """
    scale = fit_scale(value for line in lines for value in line.values)
    drawn = [
        Path(f"{kind} {swatch('line', index)}", path)
        for index, line in reversed(list(enumerate(lines)))
        for kind, path in (
            ("gap", draw_gaps(line.values, scale)),
            ("line", draw_steps(line.values, scale)),
        )
        if path
    ]
    chart = _over_commits(scale, span, label, [_stems(span), *drawn])
    links = list(_links(marks, scale, len(span.dates)))
    return chart._replace(links=links, ends=_ends(lines, scale))


def stack_chart(lines: Sequence[Line], span: Span, label: str) -> Chart:
    """Return the lines as areas upon each other, the first at the bottom, named where they fit."""
    layers = stack([line.values for line in lines])
    scale = fit_scale(slab.top for slabs in layers for slab in slabs if slab is not None)
    drawn = [
        Path(f"area {swatch('area', index)}", draw_area(slabs, scale))
        for index, slabs in enumerate(layers)
    ]
    names = []
    for line, slabs in zip(lines, layers, strict=True):
        room, kind = find_room(slabs, scale, NARROW_CHARACTER * len(line.name)), "inside"
        if room is None:
            room, kind = find_room(slabs, scale, CHARACTER * len(line.name)), "inside wide"
        if room is not None:
            names.append(Label(line.name, _at(*room), kind))
    return _over_commits(scale, span, label, [*drawn, _stems(span)])._replace(names=names)


def scaling_chart(lines: Sequence[Line], sizes: Sequence[str], label: str) -> Chart:
    """Return lines over sizes, which are as far from each other whatever they are."""
    scale = fit_scale(value for line in lines for value in line.values)
    drawn = []
    for index, line in reversed(list(enumerate(lines))):
        runs = [
            [f"{place + 0.5} {scale.depth(value)}" for place, value in enumerate(run, start)]
            for start, run in find_runs(line.values)
        ]
        joined = "".join("M" + "L".join(run) for run in runs)
        dots = "".join(f"M{point}h0" for run in runs for point in run)
        style = swatch("line", index)
        drawn += [Path(f"line {style}", joined), Path(f"dots {style}", dots)]
    every = math.ceil(len(sizes) / _SIZES)
    shown = [size if place % every == 0 else "" for place, size in enumerate(sizes)]
    return _chart(scale, len(sizes), label, drawn)._replace(sizes=shown)


def swatch(kind: str, index: int) -> str:
    """Return the class of a line's or area's style, which begin anew where there are no more."""
    return f"{kind}-{index % (_LINES if kind == 'line' else _AREAS)}"


def _over_commits(scale: Scale, span: Span, label: str, drawn: Iterable[Path]) -> Chart:
    dates = dict.fromkeys(span.dates[place] for place in (0, len(span.dates) // 2, -1))
    tags = [Label(name, _across(left)) for left, name in choose_tags(span)]
    return _chart(scale, len(span.dates), label, drawn)._replace(tags=tags, dates=list(dates))


def _chart(scale: Scale, width: int, label: str, drawn: Iterable[Path]) -> Chart:
    grid = "".join(f"M0 {scale.depth(tick)}H{width}" for tick in scale.ticks)
    ticks = [Label(format_number(tick), _above(scale.height(tick))) for tick in scale.ticks]
    return Chart(
        label=label,
        view=f"0 0 {width} {DEPTH}",
        paths=[Path("grid", grid), *drawn],
        scale=ticks,
        # A tick stands where its style says, and so takes no width of its own.
        scale_style=f"width:{max(len(tick.text) for tick in ticks)}ch",
    )


def _links(marks: Sequence[Mark], scale: Scale, commits: int) -> Iterator[Link]:
    largest = sorted((mark for mark in marks if mark.delta), key=lambda mark: -abs(mark.delta))
    on_line = set(largest[:ON_LINE])
    for mark in marks:
        shape, value = ("mark", mark.value) if mark in on_line else ("tick", 0.0)
        style = _at(100 * mark.place / commits, scale.height(value))
        yield Link(f"{shape} {name_kind(mark.delta)}", mark.link, mark.title, style)


def _stems(span: Span) -> Path:
    """Return a line below each tag."""
    return Path("tag", "".join(f"M{place + 0.5:g} 0V{DEPTH}" for place, _ in span.tags))


def _ends(lines: Sequence[Line], scale: Scale) -> list[Label]:
    """Return the names and last values of lines, each where its line ends."""
    ending = [
        (line.name, present[-1])
        for line in lines
        if (present := [value for value in line.values if value is not None])
    ]
    heights = spread([scale.height(value) for _, value in ending], LABEL_DEPTH)
    return [
        Label(name, _above(height), value=format_number(value))
        for (name, value), height in zip(ending, heights, strict=True)
    ]


def _at(left: float, bottom: float) -> str:
    return f"left:{left:.4g}%;{_above(bottom)}"


def _above(bottom: float) -> str:
    return f"bottom:{bottom:.4g}%"


def _across(left: float) -> str:
    """Return where a label is that lies inside at both edges."""
    return f"left:{left:.4g}%;transform:translateX(-{left:.4g}%)"
