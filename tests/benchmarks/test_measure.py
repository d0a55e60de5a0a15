import copy
import gc
import os
import pickle
import subprocess
import sys
import time
import tracemalloc
from array import array
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from io import BytesIO, TextIOWrapper
from itertools import count
from math import isnan
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import measure, workload
from benchmarks.measure import Build, Bytes, Inexact, InexactError, Site

LENSES: list[Callable[[Build], Any]] = [
    measure.live,
    measure.allocated,
    lambda build: sites(build, [__file__]),
]
every_lens = pytest.mark.parametrize("lens", LENSES, ids=["live", "allocated", "sites"])
few = settings(max_examples=25, deadline=None)


def sites(build: Build, roots: list[str]) -> Mapping[Site | None, float]:
    with measure.by_site(roots):
        reading = measure.live(build)
    assert isinstance(reading, Bytes)
    return reading.sites


def nones(length: int) -> list[None]:
    return [None] * length


def nones_and_bytes(length: int) -> object:
    kept: list[object] = [None, None]
    kept[0] = nones(length)
    kept[1] = bytes(length)
    return kept


def grow_for_a_while(length: int) -> None:
    bytearray(length)


def import_much(_: int) -> None:
    module = vars(import_module("benchmarks.measure"))
    if "kept" not in module:
        module["kept"] = bytearray(50_000_000)


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
        assert measure.live(partial(nones, length)) == 56 + 8 * length

    @few
    @given(length=st.integers(1, 10_000))
    def test_bytes_are_a_header_and_their_length(self, length: int) -> None:
        assert measure.live(partial(bytes, length)) == 33 + length

    def test_what_was_there_before_costs_nothing(self) -> None:
        before = nones(1_000)
        assert measure.live(lambda: before) == 0
        assert measure.live(lambda: None) == 0

    def test_what_is_dropped_costs_nothing(self) -> None:
        def in_a_cycle() -> None:
            cycle: list[object] = nones(1_000)  # type: ignore[assignment]
            cycle[0] = cycle

        assert measure.live(in_a_cycle) == 0


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
        assert measure.live(partial(bytes, size - 33)) == size
        assert measure.allocated(partial(bytes, size - 33)) == set_aside

    def test_every_block_is_rounded_up_by_itself(self) -> None:
        assert measure.allocated(partial(nones, 100)) == 64 + 816

    @few
    @given(length=st.integers(1, 10_000))
    def test_no_block_is_set_aside_smaller_or_a_step_and_a_header_larger(self, length: int) -> None:
        allocated = measure.allocated(partial(bytes, length))
        assert allocated % 16 == 0
        assert 33 + length <= allocated < 33 + length + 16 + 8


class TestSites:
    @few
    @given(length=st.integers(1, 10_000))
    def test_the_sum_is_what_live_returns(self, length: int) -> None:
        build = partial(nones_and_bytes, length)
        assert sum(sites(build, [__file__]).values()) == measure.live(build)

    def test_a_block_belongs_to_the_line_that_allocated_it(self) -> None:
        assert sites(partial(nones_and_bytes, 100), [__file__]) == {
            Site(__file__, nones_and_bytes.__code__.co_firstlineno + 1): 56 + 8 * 2,
            Site(__file__, nones.__code__.co_firstlineno + 1): 56 + 8 * 100,
            Site(__file__, nones_and_bytes.__code__.co_firstlineno + 3): 33 + 100,
        }

    def test_what_other_code_allocates_belongs_to_the_line_that_called_it(self) -> None:
        original = nones(100)

        def build() -> object:
            return copy.copy(original)

        line = build.__code__.co_firstlineno + 1
        assert sites(build, [__file__]) == {Site(__file__, line): 56 + 8 * 100}
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

        assert measure.marginal(strings, low, low + more) == sys.getsizeof("") + 7

    def test_takes_the_lens_it_is_given(self) -> None:
        assert measure.marginal(bytes, 1, 17, measure.live) == 1.0
        assert measure.marginal(bytes, 1, 65, measure.allocated) == (112 - 48) / 64
        assert measure.marginal(bytes, 1, 2, measure.allocated) == 0.0

    def test_raises_what_the_lens_raises(self) -> None:
        lengths = count(1)
        with pytest.raises(InexactError):
            measure.marginal(lambda _: nones(next(lengths)), 1, 2)


class TestTraced:
    def test_readings_differ_by_what_came_and_went_between_them(self) -> None:
        before = nones(1_000)
        kept: list[object] = [before]
        readings = array("q", [0, 0, 0])
        with measure.traced() as read:
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
        with measure.traced() as read:
            readings[0] = read()
            cycle: list[object] = nones(1_000)  # type: ignore[assignment]
            cycle[0] = cycle
            del cycle
            readings[1] = read()
        assert readings[1] == readings[0]

    def test_an_error_leaves_nothing_switched_on(self) -> None:
        with pytest.raises(ValueError, match=r"^no more$"), measure.traced():
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
        with pytest.raises(RuntimeError, match="already tracing"), measure.traced():
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
        "bytes; make the build deterministic, and use its classes some 32 times before "
        "(their first instances are larger)"
    )

    @pytest.mark.parametrize(
        ("lens", "first", "second"), [(measure.live, 72, 80), (measure.allocated, 80, 96)]
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

        site = Site(__file__, nones.__code__.co_firstlineno + 1)
        first, second = {site: 72}, {site: 80}
        with pytest.raises(InexactError) as caught:
            sites(build, [__file__])
        assert str(caught.value) == (
            f"two readings of one build differ: {first} and {second} {self.ADVICE}"
        )


class TestResident:
    def test_a_process_grows_by_what_it_keeps(self) -> None:
        growth = measure.resident(bytearray, 50_000_000)
        assert growth.rss == pytest.approx(50_000_000, rel=0.05)
        assert growth.uss == pytest.approx(50_000_000, rel=0.05)

    def test_a_process_does_not_grow_by_what_it_drops(self) -> None:
        growth = measure.resident(grow_for_a_while, 50_000_000)
        assert growth.rss < 1_000_000

    def test_what_only_the_first_use_costs_is_no_growth(self) -> None:
        growth = measure.resident(import_much, 1_000)
        assert growth.rss < 1_000_000

    def test_what_is_measured_is_what_would_be_imported_here(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Under asv, the installed commit comes before the project that holds the benchmarks."""
        (tmp_path / "bridge_model.py").write_text("raise SystemExit('the commit under test')")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.chdir(measure._PROJECT)
        with pytest.raises(subprocess.CalledProcessError):
            measure.resident(workload.population, 1)
        assert capfd.readouterr().err == "the commit under test\n"

    def test_a_failing_build_fails_and_says_why(self, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(
            subprocess.CalledProcessError, match=r"returned non-zero exit status 1\.$"
        ):
            measure.resident(chr, -1)
        said = capfd.readouterr().err
        assert said.endswith("ValueError: chr() arg not in range(0x110000)\n")


class TestUncollected:
    def test_what_is_held_or_freed_at_once_waits_for_nothing(self) -> None:
        def build(count: int) -> object:
            for _ in range(count):
                nones(1_000)
            return nones(1_000 * count)

        assert measure.marginal(build, 2, 4, measure.uncollected) == 0

    @few
    @given(length=st.integers(100, 10_000))
    def test_a_cycle_waits_for_the_collector(self, length: int) -> None:
        def cycles(count: int) -> None:
            for _ in range(count):
                cycle: list[object] = nones(length)  # type: ignore[assignment]
                cycle[0] = cycle

        reading = measure.marginal(cycles, 1, 3, measure.uncollected)
        assert reading == 56 + 8 * length

    def test_its_sites_are_those_that_made_the_cycle(self) -> None:
        def build() -> None:
            cycle: list[object] = nones(1_000)  # type: ignore[assignment]
            cycle[0] = cycle

        with measure.by_site([__file__]):
            reading = measure.uncollected(build)
        assert isinstance(reading, Bytes)
        assert sum(reading.sites.values()) == reading
        assert max(reading.sites.values()) == 8_056

    def test_the_collector_runs_again_afterwards(self) -> None:
        measure.uncollected(list)
        assert gc.isenabled()
        with pytest.raises(InexactError):
            measure.uncollected(one_larger_each_time())
        assert gc.isenabled()


class TestMost:
    @few
    @given(length=st.integers(1_000, 10_000))
    def test_is_what_is_held_at_once(self, length: int) -> None:
        def build() -> None:
            nones(length)
            nones(2 * length)

        assert measure.most(build) - 16 * length == pytest.approx(56, abs=200)

    def test_is_a_number_without_sites(self) -> None:
        with measure.by_site([__file__]):
            reading = measure.most(partial(nones, 1_000))
        assert not isinstance(reading, Bytes)
        assert measure.most(partial(nones, 1_000)) == reading

    def test_what_differs_is_refused(self) -> None:
        with pytest.raises(InexactError):
            measure.most(one_larger_each_time())


class Told(NamedTuple):
    """What a system tells of a process's memory, as psutil does there."""

    rss: int
    vms: int = 0
    uss: int = 0


class ToldElsewhere(NamedTuple):
    """What FreeBSD tells, for one."""

    rss: int
    vms: int = 0


class Process:
    """A process that grows by each reading."""

    def __init__(self, readings: list[object]) -> None:
        self.readings = readings

    def memory_full_info(self) -> object:
        return self.readings.pop(0)


class TestPlatforms:
    """What differs between systems, simulated."""

    @pytest.mark.parametrize(
        ("readings", "printed"),
        [
            ([Told(1_000, uss=900), Told(5_000, uss=4_500)], "4000 3600\n"),
            ([ToldElsewhere(1_000), ToldElsewhere(5_000)], "4000 nan\n"),
        ],
        ids=["Linux, macOS, Windows", "elsewhere"],
    )
    def test_a_process_says_by_how_much_it_grew(
        self,
        readings: list[object],
        printed: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        psutil = ModuleType("psutil")
        setattr(psutil, "Process", lambda: Process(readings))  # noqa: B010
        monkeypatch.setitem(sys.modules, "psutil", psutil)
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(pickle.dumps((bytes, 10)))))
        measure._grow()
        assert capsys.readouterr().out == printed

    @pytest.mark.parametrize("said", [b"4000 3600\n", b"4000 3600\r\n"], ids=["POSIX", "Windows"])
    def test_lines_may_end_in_either_way(
        self, said: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: Mock(stdout=said))
        assert measure.resident(bytes, 1) == measure.Growth(4_000, 3_600)

    def test_what_the_system_does_not_tell_does_not_apply(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: Mock(stdout=b"4000 nan\n"))
        growth = measure.resident(bytes, 1)
        assert growth.rss == 4_000
        assert isnan(growth.uss)  # for asv: not applicable

    @pytest.mark.parametrize("separator", [":", ";"], ids=["POSIX", "Windows"])
    def test_a_fresh_process_looks_for_modules_where_this_one_does(
        self, separator: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started = []

        def run(*_: object, env: dict[str, str], **__: object) -> Mock:
            started.append(env["PYTHONPATH"])
            return Mock(stdout=b"0 0\n")

        monkeypatch.setattr(os, "pathsep", separator)
        monkeypatch.setattr(sys, "path", ["first", "second"])
        monkeypatch.setattr(subprocess, "run", run)
        measure.resident(bytes, 1)
        assert started == [separator.join(["first", "second", measure._PROJECT])]


class TestIntervals:
    @given(*[st.integers(-1_000, 1_000)] * 4, st.integers(1, 100))
    def test_holds_what_its_parts_can_make(self, a: int, b: int, c: int, d: int, n: int) -> None:
        one, other = Inexact(min(a, b), max(a, b)), Inexact(min(c, d), max(c, d))
        assert _ends(one + other) == (one.low + other.low, one.high + other.high)
        assert _ends(one - other) == (one.low - other.high, one.high - other.low)
        assert _ends(n + one) == _ends(one + n) == (one.low + n, one.high + n)
        assert _ends(n - one) == (n - one.high, n - one.low)
        assert _ends(one / n) == (one.low / n, one.high / n)
        assert one == (one.low + one.high) / 2

    def test_is_pickled_whole(self) -> None:
        assert _ends(pickle.loads(pickle.dumps(Inexact(1, 4)))) == (1, 4)

    def test_readings_by_site_have_intervals_too(self) -> None:
        sizes = iter([10, 10, 20, *[30] * 6])

        @measure.with_intervals
        def read() -> Bytes:
            with measure.by_site([__file__]):
                reading = measure.live(lambda: [bytes(next(sizes)), bytes(100)])
            assert isinstance(reading, Bytes)
            return reading

        reading = read()
        ends = {_ends(size) for size in reading.sites.values() if isinstance(size, Inexact)}
        assert [high - low for low, high in ends] == [20]
        inexact = measure.find_inexact(reading)
        assert inexact is not None
        assert inexact.high - inexact.low == 20


def _ends(reading: object) -> tuple[float, float]:
    assert isinstance(reading, Inexact)
    return reading.low, reading.high
