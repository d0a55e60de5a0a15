import copy
import gc
import sys
import time
import tracemalloc
from array import array
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asv_ledger import lenses
from asv_ledger.lenses import AllocationSite, Build, Bytes, InexactError

LENSES: list[Callable[[Build], Any]] = [
    lenses.live,
    lenses.allocated,
    lambda build: sites(build, [__file__]),
]
every_lens = pytest.mark.parametrize("lens", LENSES, ids=["live", "allocated", "sites"])
few = settings(max_examples=25, deadline=None)


def sites(build: Build, roots: list[str]) -> Mapping[AllocationSite | None, float]:
    with lenses.by_site(roots):
        reading = lenses.live(build)
    assert isinstance(reading, Bytes)
    return reading.sites


def nones(length: int) -> list[None]:
    return [None] * length


def nones_and_bytes(length: int) -> object:
    kept: list[object] = [None, None]
    kept[0] = nones(length)
    kept[1] = bytes(length)
    return kept


def raise_at(call: int) -> Build:
    calls = count(1)

    def build() -> None:
        if next(calls) == call:
            raise ValueError("no more")

    return build


def one_larger_each_time() -> Build:
    lengths = count(1)
    return lambda: nones(next(lengths))


class TestLive:
    @few
    @given(length=st.integers(1, 10_000))
    def test_a_list_is_its_header_and_its_items(self, length: int) -> None:
        assert lenses.live(partial(nones, length)) == 56 + 8 * length

    @few
    @given(length=st.integers(1, 10_000))
    def test_bytes_are_a_header_and_their_length(self, length: int) -> None:
        assert lenses.live(partial(bytes, length)) == 33 + length

    def test_what_was_there_before_costs_nothing(self) -> None:
        before = nones(1_000)
        assert lenses.live(lambda: before) == 0
        assert lenses.live(lambda: None) == 0

    def test_what_is_dropped_costs_nothing(self) -> None:
        def in_a_cycle() -> None:
            cycle: list[object] = nones(1_000)  # type: ignore[assignment]
            cycle[0] = cycle

        assert lenses.live(in_a_cycle) == 0


class TestAllocated:
    @pytest.mark.parametrize(
        ("size", "set_aside"),
        [
            (34, 48),
            (48, 48),
            (49, 64),
            (512, 512),
            (513, 528),
            (520, 528),
            (521, 544),
            (100_000, 100_016),
        ],
    )
    def test_a_block_is_rounded_up_to_its_size_class(self, size: int, set_aside: int) -> None:
        assert lenses.live(partial(bytes, size - 33)) == size
        assert lenses.allocated(partial(bytes, size - 33)) == set_aside

    def test_every_block_is_rounded_up_by_itself(self) -> None:
        assert lenses.allocated(partial(nones, 100)) == 64 + 816

    @few
    @given(length=st.integers(1, 10_000))
    def test_no_block_is_set_aside_smaller_or_a_step_and_a_header_larger(self, length: int) -> None:
        allocated = lenses.allocated(partial(bytes, length))
        assert allocated % 16 == 0
        assert 33 + length <= allocated < 33 + length + 16 + 8


class TestSites:
    @few
    @given(length=st.integers(1, 10_000))
    def test_the_sum_is_what_live_returns(self, length: int) -> None:
        build = partial(nones_and_bytes, length)
        assert sum(sites(build, [__file__]).values()) == lenses.live(build)

    def test_a_block_belongs_to_the_line_that_allocated_it(self) -> None:
        assert sites(partial(nones_and_bytes, 100), [__file__]) == {
            AllocationSite(__file__, nones_and_bytes.__code__.co_firstlineno + 1): 56 + 8 * 2,
            AllocationSite(__file__, nones.__code__.co_firstlineno + 1): 56 + 8 * 100,
            AllocationSite(__file__, nones_and_bytes.__code__.co_firstlineno + 3): 33 + 100,
        }

    def test_what_other_code_allocates_belongs_to_the_line_that_called_it(self) -> None:
        original = nones(100)

        def build() -> object:
            return copy.copy(original)

        line = build.__code__.co_firstlineno + 1
        assert sites(build, [__file__]) == {AllocationSite(__file__, line): 56 + 8 * 100}
        (innermost,) = sites(build, [__file__, copy.__file__])
        assert innermost is not None
        assert innermost.file == copy.__file__

    def test_what_lies_outside_the_roots_is_not_left_out(self) -> None:
        assert sites(partial(bytes, 100), [copy.__file__]) == {None: 33 + 100}
        assert sites(partial(nones, 100), []) == {None: 56 + 8 * 100}

    def test_what_costs_nothing_has_no_site(self) -> None:
        assert sites(lambda: None, [__file__]) == {}


class TestMarginal:
    @few
    @given(low=st.integers(0, 100), more=st.integers(1, 100))
    def test_what_is_paid_once_cancels(self, low: int, more: int) -> None:
        def strings(length: int) -> list[object]:
            kept: list[object] = [None] * 200
            for number in range(length):
                kept[number] = f"{number:07d}"
            return kept

        assert lenses.marginal(strings, low, low + more) == sys.getsizeof("") + 7

    def test_takes_the_lens_it_is_given(self) -> None:
        assert lenses.marginal(bytes, 1, 17, lenses.live) == 1.0
        assert lenses.marginal(bytes, 1, 65, lenses.allocated) == (112 - 48) / 64
        assert lenses.marginal(bytes, 1, 2, lenses.allocated) == 0.0

    def test_raises_what_the_lens_raises(self) -> None:
        lengths = count(1)
        with pytest.raises(InexactError):
            lenses.marginal(lambda _: nones(next(lengths)), 1, 2)


class TestTraced:
    def test_readings_differ_by_what_came_and_went_between_them(self) -> None:
        before = nones(1_000)
        kept: list[object] = [before]
        readings = array("q", [0, 0, 0])
        with lenses.traced() as read:
            readings[0] = read()
            kept[0] = nones(100)
            readings[1] = read()
            kept[0] = bytes(100)
            readings[2] = read()
        list_of_100, bytes_of_100 = 56 + 8 * 100, 33 + 100
        assert readings[1] - readings[0] == list_of_100
        assert readings[2] - readings[1] == bytes_of_100 - list_of_100

    def test_what_is_dropped_costs_nothing(self) -> None:
        readings = array("q", [0, 0])
        with lenses.traced() as read:
            readings[0] = read()
            cycle: list[object] = nones(1_000)  # type: ignore[assignment]
            cycle[0] = cycle
            del cycle
            readings[1] = read()
        assert readings[1] == readings[0]

    def test_an_error_leaves_nothing_switched_on(self) -> None:
        with pytest.raises(ValueError, match=r"^no more$"), lenses.traced():
            raise_at(1)()
        assert not tracemalloc.is_tracing()
        assert gc.get_freeze_count() == 0


class TestState:
    @pytest.fixture
    def tracing(self) -> Iterator[None]:
        tracemalloc.start()
        yield
        tracemalloc.stop()

    @every_lens
    @pytest.mark.usefixtures("tracing")
    def test_refuses_while_something_else_traces_and_leaves_it_on(
        self, lens: Callable[[Build], Any]
    ) -> None:
        with pytest.raises(RuntimeError) as caught:
            lens(list)
        assert str(caught.value) == (
            "tracemalloc is already tracing: stop it before an exact reading"
        )
        assert tracemalloc.is_tracing()

    @pytest.mark.usefixtures("tracing")
    def test_traces_nothing_while_something_else_does(self) -> None:
        with pytest.raises(RuntimeError, match="already tracing"), lenses.traced():
            pass
        assert tracemalloc.is_tracing()

    @every_lens
    @pytest.mark.parametrize("call", [1, 2, 3])
    def test_a_build_that_raises_leaves_nothing_switched_on(
        self, lens: Callable[[Build], Any], call: int
    ) -> None:
        with pytest.raises(ValueError, match=r"^no more$"):
            lens(raise_at(call))
        assert not tracemalloc.is_tracing()
        assert gc.get_freeze_count() == 0

    @every_lens
    def test_a_reading_leaves_nothing_switched_on(self, lens: Callable[[Build], Any]) -> None:
        lens(list)
        assert not tracemalloc.is_tracing()
        assert gc.get_freeze_count() == 0


class TestCallbacks:
    def test_what_is_called_at_collections_stays_out_of_the_figures(self) -> None:
        seen = {"first": 0.0, "sum": 0.0}

        def remember(*_: object) -> None:
            seen["first"] = time.perf_counter()
            seen["sum"] += seen["first"]

        def build() -> object:
            return [[str(number)] for number in range(10_000, 14_000)]

        undisturbed = [lens(build) for lens in LENSES]
        gc.callbacks.append(remember)
        try:
            assert [lens(build) for lens in LENSES] == undisturbed
            assert gc.callbacks[-1] is remember
        finally:
            gc.callbacks.remove(remember)
        assert seen["sum"] > 0


class TestInexact:
    ADVICE = (
        "bytes; make the build deterministic: no clock, no chance, no set of texts, and no address "
        "decides what it keeps"
    )

    @pytest.mark.parametrize(
        ("lens", "first", "second"), [(lenses.live, 72, 80), (lenses.allocated, 80, 96)]
    )
    def test_says_both_readings(
        self, lens: Callable[[Build], int], first: int, second: int
    ) -> None:
        with pytest.raises(InexactError) as caught:
            lens(one_larger_each_time())
        assert str(caught.value) == (
            f"two readings of one build differ: {first} and {second} {self.ADVICE}"
        )
        assert not tracemalloc.is_tracing()
        assert gc.get_freeze_count() == 0

    def test_says_only_the_sites_that_differ(self) -> None:
        lengths = count(1)

        def build() -> object:
            steady = bytes(100)
            return steady, nones(next(lengths))

        site = AllocationSite(__file__, nones.__code__.co_firstlineno + 1)
        first, second = {site: 72}, {site: 80}
        with pytest.raises(InexactError) as caught:
            sites(build, [__file__])
        assert str(caught.value) == (
            f"two readings of one build differ: {first} and {second} {self.ADVICE}"
        )


class TestUncollected:
    def test_what_is_held_or_freed_at_once_waits_for_nothing(self) -> None:
        def build(count: int) -> object:
            for _ in range(count):
                nones(1_000)
            return nones(1_000 * count)

        assert lenses.marginal(build, 2, 4, lenses.uncollected) == 0

    @few
    @given(length=st.integers(100, 10_000))
    def test_a_cycle_waits_for_the_collector(self, length: int) -> None:
        def cycles(count: int) -> None:
            for _ in range(count):
                cycle: list[object] = nones(length)  # type: ignore[assignment]
                cycle[0] = cycle

        reading = lenses.marginal(cycles, 1, 3, lenses.uncollected)
        assert reading == 56 + 8 * length

    def test_its_sites_are_those_that_made_the_cycle(self) -> None:
        def build() -> None:
            cycle: list[object] = nones(1_000)  # type: ignore[assignment]
            cycle[0] = cycle

        with lenses.by_site([__file__]):
            reading = lenses.uncollected(build)
        assert isinstance(reading, Bytes)
        assert sum(reading.sites.values()) == reading
        assert max(reading.sites.values()) == 8_056

    def test_the_collector_runs_again_afterwards(self) -> None:
        lenses.uncollected(list)
        assert gc.isenabled()
        with pytest.raises(InexactError):
            lenses.uncollected(one_larger_each_time())
        assert gc.isenabled()


class TestPeak:
    @few
    @given(length=st.integers(1_000, 10_000))
    def test_is_what_is_held_at_once(self, length: int) -> None:
        def build() -> None:
            nones(length)
            nones(2 * length)

        assert lenses.peak(build) - 16 * length == pytest.approx(56, abs=200)

    def test_is_a_number_without_sites(self) -> None:
        with lenses.by_site([__file__]):
            reading = lenses.peak(partial(nones, 1_000))
        assert not isinstance(reading, Bytes)
        assert lenses.peak(partial(nones, 1_000)) == reading

    def test_what_differs_is_refused(self) -> None:
        with pytest.raises(InexactError):
            lenses.peak(one_larger_each_time())
