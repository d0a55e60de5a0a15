from functools import lru_cache, partial
from typing import Any, Protocol, TypeVar

import pytest

import bridge_model
from asv_ledger.lenses import live, marginal
from benchmarks import workload
from benchmarks.churn_memory import Churn, Garbage, ModuleState, Refusals, RoomChanges


class Benchmark(Protocol):
    """A benchmark without parameters."""

    def setup(self) -> None: ...


_Kind = TypeVar("_Kind", bound=Benchmark)


def set_up(kind: type[_Kind]) -> _Kind:
    benchmark = kind()
    benchmark.setup()
    return benchmark


class Leaking(bridge_model.Bridge):
    """A bridge that can keep what it should forget."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kept: list[str] = []


def test_a_closed_session_leaves_nothing_behind(metrics: dict[str, float]) -> None:
    assert metrics["churn_memory.Churn.track_leak_per_closed_session"] == 0.0


def test_an_exchange_at_a_full_window_leaves_nothing_behind(metrics: dict[str, float]) -> None:
    assert metrics["churn_memory.Churn.track_growth_at_full_window"] == 0.0


def test_sees_what_a_closed_session_leaves_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    class Remembering(Leaking):
        def close(self, user: str) -> None:
            super().close(user)
            self.kept.append(user)

    monkeypatch.setattr(bridge_model, "Bridge", Remembering)
    assert set_up(Churn).track_leak_per_closed_session() > len("user-000000")


def test_sees_what_an_exchange_leaves_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    class Remembering(Leaking):
        def receive(self, user: str, text: str, room: str | None = None) -> bool:
            self.kept.append(text)
            return super().receive(user, text, room)

    monkeypatch.setattr(bridge_model, "Bridge", Remembering)
    assert set_up(Churn).track_growth_at_full_window() > len("ok, noted 000000")


def test_refuses_a_bridge_that_closes_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    class Open(Leaking):
        def close(self, user: str) -> None:
            pass

    monkeypatch.setattr(bridge_model, "Bridge", Open)
    with pytest.raises(AssertionError):
        Churn().setup()


@pytest.mark.parametrize(("more", "is_measured"), [(0, True), (1, True), (100, False)])
def test_measures_a_window_of_any_length_that_is_full(
    more: int, is_measured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Longer(bridge_model.Bridge):
        def __init__(self, history_window: int = 20, **options: Any) -> None:
            super().__init__(history_window + more, **options)

    monkeypatch.setattr(bridge_model, "Bridge", Longer)
    if is_measured:
        assert set_up(Churn).track_growth_at_full_window() == 0.0
    else:
        with pytest.raises(AssertionError):
            Churn().setup()


STEADY = "churn_memory.SteadyState.track_live('{}')"


def test_a_folded_session_holds_less_than_an_open_one(metrics: dict[str, float]) -> None:
    assert metrics[STEADY.format("folded")] < 0.75 * metrics[STEADY.format("open")]


def test_a_steady_session_holds_less_than_one_that_said_twice_as_much(
    metrics: dict[str, float],
) -> None:
    twice = marginal(partial(workload.population, exchanges=20), 16, 32)
    assert 0.4 * twice < metrics[STEADY.format("open")] < twice


@pytest.mark.parametrize("room", ["a crowd", "rooms of their own"])
def test_those_who_left_at_once_leave_at_most_a_small_table_behind(room: str) -> None:
    def left(closed: int) -> Any:
        bridge = workload.open_bridge()
        for session in range(1_000):
            name = "lobby" if room == "a crowd" else f"room-{session:06d}"
            bridge.receive(workload.user(session), "hello", name)
        for session in range(closed):
            bridge.close(workload.user(session))
        return bridge

    empty = live(workload.open_bridge)
    assert live(partial(left, 0)) > 570_000
    assert live(partial(left, 1_000)) <= empty + 1_024


@pytest.mark.parametrize("rooms", [1, 300])
def test_a_bridge_that_folds_then_holds_as_much_as_if_only_those_who_stay_had_come(
    rooms: int,
) -> None:
    def stayed(came: int) -> Any:
        bridge = workload.open_bridge(max_sessions=1_000, fold_after=1.0)
        for session in range(came):
            bridge.receive(workload.user(session), "hello", f"room-{session % rooms:06d}")
        for session in reversed(range(100)):
            bridge.receive(workload.user(session), "hello again")
        for session in range(100, came):
            bridge.close(workload.user(session))
        bridge.fold()
        return bridge

    assert live(partial(stayed, 500)) == live(partial(stayed, 100)) > 50_000


def test_a_refused_call_leaves_nothing_behind(metrics: dict[str, float]) -> None:
    assert metrics["churn_memory.Refusals.track_leak_per_refused_call"] == 0.0


def test_sees_what_a_refused_call_leaves_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    class Remembering(Leaking):
        def reply(self, user: str, text: str) -> None:
            if user not in self:
                self.kept.append(text)
            super().reply(user, text)

    monkeypatch.setattr(bridge_model, "Bridge", Remembering)
    assert set_up(Refusals).track_leak_per_refused_call() > len("Yes, 000000 is free.") / 5


def test_refuses_a_bridge_that_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Patient(bridge_model.Bridge):
        def reply(self, user: str, text: str) -> None:
            if user in self:
                super().reply(user, text)

    monkeypatch.setattr(bridge_model, "Bridge", Patient)
    with pytest.raises(AssertionError, match="reply is not refused"):
        Refusals().setup()


def test_a_room_that_was_left_keeps_nothing(metrics: dict[str, float]) -> None:
    assert metrics["churn_memory.RoomChanges.track_growth_per_exchange"] == 0.0


def test_sees_what_a_room_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    class Remembering(Leaking):
        def move(self, user: str, room: str) -> None:
            self.kept.append(room)
            super().move(user, room)

    monkeypatch.setattr(bridge_model, "Bridge", Remembering)
    assert set_up(RoomChanges).track_growth_per_exchange() > len("room-000000")


def test_refuses_a_bridge_that_does_not_move(monkeypatch: pytest.MonkeyPatch) -> None:
    class Still(bridge_model.Bridge):
        def move(self, user: str, room: str) -> None:
            pass

    monkeypatch.setattr(bridge_model, "Bridge", Still)
    with pytest.raises(AssertionError):
        RoomChanges().setup()


def test_nothing_waits_for_the_collector(metrics: dict[str, float]) -> None:
    assert metrics["churn_memory.Garbage.track_uncollected_per_exchange"] == 0.0


def test_sees_what_waits_for_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    class Circular(bridge_model.Bridge):
        def close(self, user: str) -> None:
            super().close(user)
            circle: list[object] = [user]
            circle.append(circle)

    monkeypatch.setattr(bridge_model, "Bridge", Circular)
    assert set_up(Garbage).track_uncollected_per_exchange() > 56


def test_no_module_keeps_anything(metrics: dict[str, float]) -> None:
    assert metrics["churn_memory.ModuleState.track_growth_per_session"] == 0.0


@pytest.mark.parametrize(("bound", "grows"), [(None, True), (128, False)])
def test_sees_what_a_module_keeps_without_a_bound(
    bound: int | None, grows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_anew = workload.import_anew

    def import_with_cache() -> Any:
        package = import_anew()
        module = package.Bridge.receive.__globals__
        module["check_name"] = lru_cache(bound)(module["check_name"])
        return package

    monkeypatch.setattr(workload, "import_anew", import_with_cache)
    assert (set_up(ModuleState).track_growth_per_session() > len("room-000000")) is grows


def test_refuses_a_package_that_is_not_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workload, "import_anew", lambda: bridge_model)
    with pytest.raises(AssertionError):
        ModuleState().setup()
