from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asv_ledger.model.attribution import Site, find_sites, is_sum
from asv_ledger.model.diffs import Diff, FileDiff

A, B = "model/a.py", "model/b.py"

UNKNOWN = Diff()

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
# Lines of the model's files that are replaced by some of another text, one for two, or by none.
diffs = st.dictionaries(
    st.sampled_from([A, B]),
    st.builds(
        lambda name, line, body: FileDiff.parse(name, f"@@ -{line}{body}"),
        st.sampled_from([A, B]),
        st.integers(1, 9),
        st.sampled_from(
            [",0 +4 @@\n+x", " +3 @@\n-x = f(1)\n+x = f(2)", ",2 +5 @@\n-x = f(1)\n-y\n+x = f(2)"]
        ),
    ),
    max_size=1,
).map(Diff)


EDITED = Diff({A: FileDiff.parse(A, "@@ -20 +20 @@\n-y =  g()\n+y = g()\n")})


@pytest.mark.parametrize("diff", [UNKNOWN, Diff({A: FileDiff(A)}), EDITED])
def test_a_line_that_allocates_more_is_the_site(diff: Diff) -> None:
    before = [Site(A, 10, "x = f()", 8), Site(A, 20, "y = g()", 56)]
    after = [Site(A, 10, "x = f()", 8), Site(A, 20, "y = g()", 57)]
    assert find_sites(before, after, diff) == [Site(A, 20, "y = g()", 1)]


def test_a_line_that_only_moved_is_no_site() -> None:
    before = [Site(A, 10, "x = f()", 8), Site(A, 20, "y = g()", 56), Site(None, None, None, 3)]
    after = [Site(A, 90, "x = f()", 8), Site(B, 5, "y = g()", 56), Site(None, None, None, 3)]
    assert find_sites(before, after, UNKNOWN) == []
    moved = FileDiff.parse(
        A, "@@ -10 +9,0 @@\n-x = f()\n@@ -20 +18,0 @@\n-y = g()\n@@ -91,0 +90 @@\n+x = f()\n"
    )
    assert find_sites(before, after, Diff({A: moved})) == []


def test_a_line_that_moved_and_grew_is_told_where_it_is_now() -> None:
    before = [Site(A, 10, "x = f()", 8)]
    assert find_sites(before, [Site(B, 70, "x = f()", 10)], UNKNOWN) == [Site(B, 70, "x = f()", 2)]


def test_an_unchanged_line_is_followed_to_its_number_and_to_its_file() -> None:
    diff = Diff({A: FileDiff.parse(B, "@@ -1,0 +2,5 @@\n+1\n+2\n+3\n+4\n+5\n")})
    before = [Site(A, 10, "x = f()", 8), Site(A, 20, "x = f()", 56)]
    after = [Site(B, 15, "x = f()", 56), Site(B, 25, "x = f()", 9)]
    assert find_sites(before, after, diff) == [
        Site(B, 15, "x = f()", 48),
        Site(B, 25, "x = f()", -47),
    ]


def test_what_an_unchanged_line_no_longer_allocates_another_of_its_code_did_not_take_over() -> None:
    before, after = [Site(A, 10, "x = f()", 8)], [Site(A, 20, "x = f()", 8)]
    assert find_sites(before, after, Diff({A: FileDiff(A)})) == [
        Site(A, None, "x = f()", -8),
        Site(A, 20, "x = f()", 8),
    ]


def test_a_new_line_is_a_site_with_all_of_its_bytes() -> None:
    before = [Site(A, 10, "x = f()", 8)]
    after = [Site(A, 11, "x = f()", 8), Site(A, 10, "self._all = {user: [room]}", 64)]
    added = Diff({A: FileDiff.parse(A, "@@ -9,0 +10 @@\n+self._all = {user: [room]}\n")})
    for diff in (UNKNOWN, added):
        assert find_sites(before, after, diff) == [Site(A, 10, "self._all = {user: [room]}", 64)]


def test_a_line_that_is_gone_has_no_number_any_more() -> None:
    before = [Site(A, 10, "x = f()", 8), Site(A, 11, "self._all = {user: [room]}", 64)]
    after = [Site(A, 10, "x = f()", 8)]
    gone = Diff({A: FileDiff.parse(A, "@@ -11 +10,0 @@\n-self._all = {user: [room]}\n")})
    for diff in (UNKNOWN, gone):
        assert find_sites(before, after, diff) == [Site(A, None, "self._all = {user: [room]}", -64)]


def test_an_edited_line_is_compared_with_what_it_was() -> None:
    before = [Site(A, 10, "return b''.join(parts)", 936), Site(A, 20, "y = list(z)", 56)]
    after = [Site(A, 12, "return b''.join(parts) + PAD", 937), Site(A, 22, "y = tuple(z)", 40)]
    diff = FileDiff.parse(
        A,
        "@@ -10 +10,3 @@\n-return b''.join(parts)\n+if x:\n+    y()\n"
        "+return b''.join(parts) + PAD\n"
        "@@ -20 +22 @@\n-y = list(z)\n+y = tuple(z)\n",
    )
    assert find_sites(before, after, Diff({A: diff})) == [
        Site(A, 22, "y = tuple(z)", -16),
        Site(A, 12, "return b''.join(parts) + PAD", 1),
    ]


def test_a_line_that_is_added_is_not_compared_with_one_that_is_gone_elsewhere() -> None:
    kept, opened = "self._kept = 2 * self._window", "session = Session(user, History(self._window))"
    diff = FileDiff.parse(A, f"@@ -66,0 +67 @@\n+{kept}\n@@ -166 +166,0 @@\n-{opened}\n")
    before, after = [Site(A, 166, opened, 144)], [Site(A, 67, kept, 32)]
    for known in (Diff({A: diff}), UNKNOWN):
        assert find_sites(before, after, known) == [
            Site(A, None, opened, -144),
            Site(A, 67, kept, 32),
        ]


def test_a_line_that_moved_is_not_taken_for_the_one_edited_in_its_place() -> None:
    code, call = "session = Session(user, room)", "session = self._make(user, room)"
    diff = FileDiff.parse(A, f"@@ -10 +10 @@\n-{code}\n+{call}\n@@ -29,0 +30 @@\n+{code}\n")
    before, after = [Site(A, 10, code, 56)], [Site(A, 10, call, 8), Site(A, 30, code, 56)]
    assert find_sites(before, after, Diff({A: diff})) == [Site(A, 10, call, 8)]


def test_lines_that_python_counts_and_git_does_not_are_told_by_their_code() -> None:
    before, after = [Site(A, 10, "x = f()", 8)], [Site(A, 10, "y = g()", 9)]
    assert find_sites(before, after, Diff({A: FileDiff(A)})) == [
        Site(A, 10, "y = g()", 9),
        Site(A, None, "x = f()", -8),
    ]


def test_a_line_of_a_file_that_is_not_known_is_first_the_one_of_its_number() -> None:
    before = [Site(A, 10, "x = f()", 8), Site(A, 20, "x = f()", 56)]
    after = [Site(A, 10, "x = f()", 56), Site(A, 20, "x = f()", 8)]
    assert find_sites(before, after, UNKNOWN) == [
        Site(A, 10, "x = f()", 48),
        Site(A, 20, "x = f()", -48),
    ]


def test_equal_lines_are_told_apart_by_their_size_and_then_by_their_order() -> None:
    code = "self._x = x"
    before = [Site(A, 10, code, 8), Site(A, 20, code, 56)]
    assert find_sites(before, [Site(A, 11, code, 56), Site(A, 21, code, 9)], UNKNOWN) == [
        Site(A, 21, code, 1)
    ]
    assert find_sites(before, [Site(A, 1, code, 16), *before], UNKNOWN) == [Site(A, 1, code, 16)]
    for grown in (
        [Site(A, 11, code, 9), Site(A, 21, code, 58)],
        [Site(A, 21, code, 58), Site(A, 11, code, 9)],
    ):
        assert find_sites(before, grown, UNKNOWN) == [Site(A, 21, code, 2), Site(A, 11, code, 1)]


def test_the_largest_site_comes_first() -> None:
    after = [Site(A, 1, "x = 1", 2), Site(A, 2, "yy()", 30), Site(None, None, None, 5)]
    assert [site.size for site in find_sites([], after, UNKNOWN)] == [30, 5, 2]


@given(sites, sites, diffs)
def test_sites_sum_to_the_difference(before: list[Site], after: list[Site], diff: Diff) -> None:
    difference = sum(site.size for site in after) - sum(site.size for site in before)
    sites = find_sites(before, after, diff)
    assert is_sum(sites, difference)
    assert all(site.size for site in sites)


@given(sites)
def test_order_and_line_numbers_alone_site_nothing(before: list[Site]) -> None:
    numbers = count(100)
    after = [site._replace(line=next(numbers)) for site in reversed(before)]
    assert find_sites(before, after, UNKNOWN) == []


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
