from typing import Any

import pytest

import bridge_model
from benchmarks import workload
from benchmarks.session_memory import (
    Cost,
    ManySessions,
    OneMoreSession,
    Sessions,
    WorkingPeak,
)


class HoarderPerSession(bridge_model.Bridge):
    """A bridge that allocates 33 + 87 = 120 bytes more for every session."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.hoard: list[object] = [None] * 100

    def receive(self, user: str, text: str, room: str | None = None) -> bool:
        if user not in self:
            self.hoard[len(self)] = bytes(87)
        return super().receive(user, text, room)


@pytest.fixture(scope="module")
def costs(metrics: dict[str, float]) -> dict[str, Cost]:
    name = "session_memory.OneMoreSession.track_{}({!r})"
    return {
        payload: Cost(*(metrics[name.format(field, payload)] for field in Cost._fields))
        for payload in OneMoreSession.params
    }


class TestSessions:
    @pytest.fixture
    def live(self, metrics: dict[str, float]) -> dict[int, float]:
        name = "session_memory.Sessions.track_live({})"
        return {size: metrics[name.format(size)] for size in Sessions.params}

    def test_reads_every_size_of_the_published_table(
        self, live: dict[int, float], metrics: dict[str, float]
    ) -> None:
        for size in Sessions.params:
            per_session = metrics[f"session_memory.Sessions.track_live_per_session({size})"]
            assert per_session * size == pytest.approx(live[size])
        # A bridge of one session carries the fixed costs alone.
        assert live[1] > live[100] / 100

    def test_larger_bridges_hold_more(self, live: dict[int, float]) -> None:
        assert list(live.values()) == sorted(set(live.values()))


class TestOneMoreSession:
    def test_a_session_holds_its_texts_and_more(self, costs: dict[str, Cost]) -> None:
        for payload, cost in costs.items():
            assert workload.payload_bytes(payload) < cost.marginal < cost.allocated

    def test_what_an_empty_bridge_costs_does_not_depend_on_the_payload(
        self, costs: dict[str, Cost]
    ) -> None:
        assert costs["english"].fixed == costs["multilingual"].fixed > 0

    def test_scripts_cost_more_than_ascii(self, costs: dict[str, Cost]) -> None:
        assert costs["multilingual"].marginal > costs["english"].marginal

    def test_an_allocation_more_shows_to_the_byte(
        self, costs: dict[str, Cost], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bridge_model, "Bridge", HoarderPerSession)
        hoarded = OneMoreSession().setup_cache()
        for payload, cost in costs.items():
            assert hoarded[payload].marginal - cost.marginal == 120
            assert hoarded[payload].allocated - cost.allocated == 128
            assert hoarded[payload].fixed > cost.fixed


class TestManySessions:
    def test_sees_what_only_a_large_bridge_pays(
        self, metrics: dict[str, float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Numbering(bridge_model.Bridge):
            def __init__(self, **options: Any) -> None:
                super().__init__(**options)
                self.numbers: list[bytes] = []

            def receive(self, user: str, text: str, room: str | None = None) -> bool:
                if len(self) >= 4_096:
                    self.numbers.append(bytes(87))
                return super().receive(user, text, room)

        sessions = ManySessions()
        before = metrics["session_memory.ManySessions.track_marginal"]
        monkeypatch.setattr(bridge_model, "Bridge", Numbering)
        sessions.setup()
        assert 120 < sessions.track_marginal() - before < 140


class TestWorkingPeak:
    @pytest.mark.parametrize("work", WorkingPeak.params)
    def test_sees_what_was_given_back(
        self, work: str, metrics: dict[str, float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Wasteful(bridge_model.Bridge):
            def receive(self, user: str, text: str, room: str | None = None) -> bool:
                bytearray(500_000)
                return super().receive(user, text, room)

        peak = WorkingPeak()
        before = metrics[f"session_memory.WorkingPeak.track_most({work!r})"]
        monkeypatch.setattr(bridge_model, "Bridge", Wasteful)
        peak.setup(work)
        assert 490_000 - before < peak.track_most(work) - before < 500_100
