from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.causes import Site, find_causes, is_sum

A, B = "model/a.py", "model/b.py"

sites = st.lists(
    st.builds(
        Site,
        file=st.sampled_from([A, B, None]),
        line=st.integers(1, 9),
        code=st.sampled_from(["x = f(1)", "x = f(2)", "return [y]", "z = {}", None]),
        size=st.integers(1, 100),
    ),
    max_size=8,
)


def test_a_line_that_allocates_more_is_the_cause() -> None:
    before = [Site(A, 10, "x = f()", 8), Site(A, 20, "y = g()", 56)]
    after = [Site(A, 10, "x = f()", 8), Site(A, 20, "y = g()", 57)]
    assert find_causes(before, after) == [Site(A, 20, "y = g()", 1)]


def test_a_line_that_only_moved_is_no_cause() -> None:
    before = [Site(A, 10, "x = f()", 8), Site(A, 20, "y = g()", 56), Site(None, None, None, 3)]
    after = [Site(A, 90, "x = f()", 8), Site(B, 5, "y = g()", 56), Site(None, None, None, 3)]
    assert find_causes(before, after) == []


def test_a_line_that_moved_and_grew_is_told_where_it_is_now() -> None:
    before = [Site(A, 10, "x = f()", 8)]
    assert find_causes(before, [Site(B, 70, "x = f()", 10)]) == [Site(B, 70, "x = f()", 2)]


def test_a_new_line_is_a_cause_with_all_of_its_bytes() -> None:
    before = [Site(A, 10, "x = f()", 8)]
    after = [Site(A, 11, "x = f()", 8), Site(A, 10, "self._all = {user: [room]}", 64)]
    assert find_causes(before, after) == [Site(A, 10, "self._all = {user: [room]}", 64)]


def test_a_line_that_is_gone_has_no_number_any_more() -> None:
    before = [Site(A, 10, "x = f()", 8), Site(A, 11, "self._all = {user: [room]}", 64)]
    after = [Site(A, 10, "x = f()", 8)]
    assert find_causes(before, after) == [Site(A, None, "self._all = {user: [room]}", -64)]


def test_a_changed_line_is_compared_with_what_it_was() -> None:
    before = [Site(A, 10, "return b''.join(parts)", 936), Site(A, 20, "y = list(z)", 56)]
    after = [Site(A, 12, "return b''.join(parts) + PAD", 937), Site(A, 20, "y = tuple(z)", 40)]
    assert find_causes(before, after) == [
        Site(A, 20, "y = tuple(z)", -16),
        Site(A, 12, "return b''.join(parts) + PAD", 1),
    ]


def test_equal_lines_are_told_apart_by_their_size_and_then_by_their_order() -> None:
    code = "self._x = x"
    before = [Site(A, 10, code, 8), Site(A, 20, code, 56)]
    assert find_causes(before, [Site(A, 11, code, 56), Site(A, 21, code, 9)]) == [
        Site(A, 21, code, 1)
    ]
    assert find_causes(before, [Site(A, 1, code, 16), *before]) == [Site(A, 1, code, 16)]
    for grown in (
        [Site(A, 10, code, 9), Site(A, 20, code, 58)],
        [Site(A, 20, code, 58), Site(A, 10, code, 9)],
    ):
        assert find_causes(before, grown) == [Site(A, 20, code, 2), Site(A, 10, code, 1)]


def test_the_largest_cause_comes_first() -> None:
    after = [Site(A, 1, "x = 1", 2), Site(A, 2, "yy()", 30), Site(None, None, None, 5)]
    assert [cause.size for cause in find_causes([], after)] == [30, 5, 2]


@given(sites, sites)
def test_causes_sum_to_the_difference(before: list[Site], after: list[Site]) -> None:
    difference = sum(site.size for site in after) - sum(site.size for site in before)
    causes = find_causes(before, after)
    assert is_sum(causes, difference)
    assert all(cause.size for cause in causes)


@given(sites)
def test_order_and_line_numbers_alone_cause_nothing(before: list[Site]) -> None:
    numbers = count(100)
    after = [site._replace(line=next(numbers)) for site in reversed(before)]
    assert find_causes(before, after) == []


@pytest.mark.parametrize(
    ("sizes", "delta", "expected"),
    [
        ([0.1, 0.2], 0.3, True),
        ([], 0.0, True),
        ([1.0], 1.00001, False),
        ([], 1.0, False),
        ([1e9, 0.05], 1e9 + 0.05, True),
    ],
)
def test_a_sum_may_differ_by_rounding_alone(
    sizes: list[float], delta: float, expected: bool
) -> None:
    assert is_sum([Site(A, 1, "x", size) for size in sizes], delta) is expected
