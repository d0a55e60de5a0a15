"""Charts: drawings that stretch to the room there is, and text around them that does not."""

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
from asv_ledger.render.markup import Element, element
from asv_ledger.render.wording import format_number

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


def step_chart(lines: Sequence[Line], marks: Sequence[Mark], span: Span, label: str) -> Element:
    """Return step lines over commits, named at their ends, with marks that lead to the changes.

    The largest changes are marked on the line. All others are marked below it, for where there
    are many of them, the line could not be seen.
    """
    scale = fit_scale(value for line in lines for value in line.values)
    drawn = [
        element("path", class_=f"{kind} line-{index % _LINES}", d=path)
        for index, line in reversed(list(enumerate(lines)))
        for kind, path in (
            ("gap", draw_gaps(line.values, scale)),
            ("line", draw_steps(line.values, scale)),
        )
        if path
    ]
    links = _marks(marks, scale, len(span.dates))
    plot = _plot(scale, len(span.dates), label, [_stems(span), *drawn], links)
    return _over_commits(scale, span, plot, element("div", *_ends(lines, scale), class_="ends"))


def stack_chart(lines: Sequence[Line], span: Span, label: str, legend: Element) -> Element:
    """Return the lines as areas upon each other, the first at the bottom, named where they fit.

    The legend stands where a step chart names its lines, so that commits lie below commits.
    """
    layers = stack([line.values for line in lines])
    scale = fit_scale(slab.top for slabs in layers for slab in slabs if slab is not None)
    drawn = [
        element("path", class_=f"area area-{index % _AREAS}", d=draw_area(slabs, scale))
        for index, slabs in enumerate(layers)
    ]
    names = []
    for line, slabs in zip(lines, layers, strict=True):
        room, kind = find_room(slabs, scale, NARROW_CHARACTER * len(line.name)), "inside"
        if room is None:
            room, kind = find_room(slabs, scale, CHARACTER * len(line.name)), "inside wide"
        if room is not None:
            names.append(element("span", line.name, class_=kind, style=_at(*room)))
    plot = _plot(scale, len(span.dates), label, [*drawn, _stems(span)], names)
    return _over_commits(scale, span, plot, legend)


def scaling_chart(lines: Sequence[Line], sizes: Sequence[str], label: str) -> Element:
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
        drawn.append(element("path", class_=f"line line-{index % _LINES}", d=joined))
        drawn.append(element("path", class_=f"dots line-{index % _LINES}", d=dots))
    every = math.ceil(len(sizes) / _SIZES)
    shown = (size if place % every == 0 else "" for place, size in enumerate(sizes))
    named = element("div", *(element("span", size) for size in shown), class_="sizes")
    plot = _plot(scale, len(sizes), label, drawn, [])
    return element("div", _scale(scale), plot, named, class_="frame")


def swatch(kind: str, index: int) -> Element:
    """Return a sample of a line's or area's style, for a legend."""
    count = _LINES if kind == "line" else _AREAS
    return element("span", class_=f"swatch {kind}-{index % count}")


def _over_commits(scale: Scale, span: Span, plot: Element, names: Element) -> Element:
    """Return a drawing over commits with all text around it."""
    tags = [
        element("span", name, title=name, style=_across(left)) for left, name in choose_tags(span)
    ]
    dates = dict.fromkeys(span.dates[place] for place in (0, len(span.dates) // 2, -1))
    return element(
        "div",
        element("div", *tags, class_="tags"),
        _scale(scale),
        plot,
        names,
        element("div", *(element("span", date) for date in dates), class_="dates"),
        class_="frame over-commits",
    )


def _marks(marks: Sequence[Mark], scale: Scale, commits: int) -> Iterator[Element]:
    largest = sorted((mark for mark in marks if mark.delta), key=lambda mark: -abs(mark.delta))
    on_line = set(largest[:ON_LINE])
    for mark in marks:
        kind = "grew" if mark.delta > 0 else "shrank" if mark.delta < 0 else "other"
        is_on_line = mark in on_line
        height = scale.height(mark.value if is_on_line else 0.0)
        yield element(
            "a",
            class_=f"mark {kind}" if is_on_line else f"tick {kind}",
            href=mark.link,
            title=mark.title,
            style=_at(100 * mark.place / commits, height),
        )


def _stems(span: Span) -> Element:
    """Return a line below each tag."""
    path = "".join(f"M{place + 0.5:g} 0V{DEPTH}" for place, _ in span.tags)
    return element("path", class_="tag", d=path)


def _plot(
    scale: Scale, width: int, label: str, drawn: Iterable[Element], above: Iterable[Element]
) -> Element:
    grid = "".join(f"M0 {scale.depth(tick)}H{width}" for tick in scale.ticks)
    drawing = element(
        "svg",
        element("path", class_="grid", d=grid),
        *drawn,
        viewBox=f"0 0 {width} {DEPTH}",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
    )
    return element("div", drawing, *above, class_="plot")


def _scale(scale: Scale) -> Element:
    told = [format_number(tick) for tick in scale.ticks]
    ticks = [
        element("span", number, style=f"bottom:{scale.height(tick):.4g}%")
        for number, tick in zip(told, scale.ticks, strict=True)
    ]
    # A tick stands where its style says, and so takes no width of its own.
    return element("div", *ticks, class_="scale", style=f"width:{max(map(len, told))}ch")


def _ends(lines: Sequence[Line], scale: Scale) -> list[Element]:
    """Return the names and last values of lines, each where its line ends."""
    ending = [
        (line.name, present[-1])
        for line in lines
        if (present := [value for value in line.values if value is not None])
    ]
    heights = spread([scale.height(value) for _, value in ending], LABEL_DEPTH)
    return [
        element(
            "span", f"{name} ", element("b", format_number(value)), style=f"bottom:{height:.4g}%"
        )
        for (name, value), height in zip(ending, heights, strict=True)
    ]


def _at(left: float, bottom: float) -> str:
    return f"left:{left:.4g}%;bottom:{bottom:.4g}%"


def _across(left: float) -> str:
    """Return where a label is that lies inside at both edges."""
    return f"left:{left:.4g}%;transform:translateX(-{left:.4g}%)"
