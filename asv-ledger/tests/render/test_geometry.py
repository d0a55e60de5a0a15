from collections.abc import Sequence
from itertools import pairwise

import pytest

from asv_ledger.render.geometry import (
    Room,
    Scale,
    Slab,
    Span,
    Values,
    choose_tags,
    draw_area,
    draw_gaps,
    draw_steps,
    find_room,
    fit_scale,
    spread,
    stack,
)

HUNDRED = Scale((0.0, 100.0))


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([8_744.5, 1_024.75], (0, 2_000, 4_000, 6_000, 8_000, 10_000)),
        ([None, 1_000.0], (0, 200, 400, 600, 800, 1_000)),
        ([12.0], (0, 2.5, 5, 7.5, 10, 12.5)),
        ([0.003], (0, 0.001, 0.002, 0.003)),
        ([-8.0, 24.0], (-10, 0, 10, 20, 30)),
        ([-8.0], (-8, -6, -4, -2, 0)),
        ([0.0, None], (0, 1)),
        ([], (0, 1)),
    ],
)
def test_a_scale_has_zero_and_round_ticks_and_room_for_all(
    values: list[float | None], ticks: tuple[float, ...]
) -> None:
    assert fit_scale(values).ticks == pytest.approx(ticks)


def test_a_scale_tells_heights_from_the_bottom_and_depths_from_the_top() -> None:
    scale = Scale((-100.0, 0.0, 100.0))
    assert [scale.height(value) for value in (-100, 0, 50)] == [0, 50, 75]
    assert [scale.depth(value) for value in (-100, 0, 50, 33.333)] == [
        "1000",
        "500",
        "250",
        "333.3",
    ]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ([80.0, 80.0, 30.0], "M0 200H2V700H3"),
        ([None, 80.0, None, 30.0, 40.0], "M1 200H2M3 700H4V600H5"),
        ([10.0], "M0 900H1"),
        ([None], ""),
    ],
)
def test_a_step_line_is_as_long_as_its_commits(values: Values, path: str) -> None:
    assert draw_steps(values, HUNDRED) == path


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ([80.0, None, None, 30.0, None, 30.0], "M1 200L3 700M4 700L5 700"),
        ([None, 80.0, 30.0, None], ""),
    ],
)
def test_a_gap_is_crossed_from_the_last_to_the_next_value(values: Values, path: str) -> None:
    assert draw_gaps(values, HUNDRED) == path


def test_lines_are_stacked_and_what_adds_nothing_is_missing() -> None:
    lines = [[10.0, None, 30.0, -5.0], [1.0, None, 0.0, 4.0], [5.0, 6.0, 7.0, None]]
    assert stack(lines) == [
        [Slab(0, 10), None, Slab(0, 30), None],
        [Slab(10, 11), None, None, Slab(0, 4)],
        [Slab(11, 16), Slab(0, 6), Slab(30, 37), None],
    ]


@pytest.mark.parametrize(
    ("slabs", "path"),
    [
        ([Slab(0, 50), Slab(0, 50)], "M0 500H2V1000H0Z"),
        ([Slab(10, 50), Slab(20, 60), Slab(20, 70)], "M0 500H1V400H2V300H3V800H1V900H0Z"),
        ([None, Slab(0, 50), None, Slab(0, 20)], "M1 500H2V1000H1ZM3 800H4V1000H3Z"),
        ([None], ""),
    ],
)
def test_an_area_goes_along_its_tops_and_back_along_its_bottoms(
    slabs: list[Slab | None], path: str
) -> None:
    assert draw_area(slabs, HUNDRED) == path


@pytest.mark.parametrize(
    ("slabs", "room"),
    [
        ([Slab(0, 10)] * 5 + [Slab(20, 80)] * 5, Room(60.0, 50.0)),
        ([Slab(0, 10), None] * 5, None),
        ([Slab(0, 7)] * 10, None),
        ([Slab(0, 50)], None),
    ],
)
def test_a_label_stands_in_the_deepest_part_of_an_area_that_is_as_wide(
    slabs: Sequence[Slab | None], room: Room | None
) -> None:
    assert find_room(slabs, HUNDRED, 20.0 if len(slabs) > 1 else 120.0) == room


@pytest.mark.parametrize(
    ("positions", "spread_out"),
    [
        ([10.0, 50.0], [10.0, 50.0]),
        ([12.0, 10.0], [15.0, 10.0]),
        ([99.0, 98.0, 20.0], [100.0, 95.0, 20.0]),
        ([], []),
    ],
)
def test_labels_are_moved_apart_and_not_out_at_the_top(
    positions: list[float], spread_out: list[float]
) -> None:
    assert spread(positions, 5.0) == spread_out


def test_the_newest_tags_are_named_as_far_as_they_fit() -> None:
    tags = [(place, f"v{place}") for place in range(0, 100, 2)]
    chosen = choose_tags(Span(["2026-01-01"] * 100, tags))
    assert chosen[-1] == (98.5, "v98")
    assert [name for _, name in chosen][-3:] == ["v70", "v84", "v98"]
    for (left, name), (right, other) in pairwise(chosen):
        end = left + 2.9 * len(name) * (1 - left / 100)
        assert end < right - 2.9 * len(other) * right / 100


def test_a_long_tag_takes_no_more_than_it_is_shown_of() -> None:
    assert choose_tags(Span(["2026-01-01"] * 10, [(0, "v" * 99), (9, "w" * 99)])) == [
        (5.0, "v" * 99),
        (95.0, "w" * 99),
    ]
