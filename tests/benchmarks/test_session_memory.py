from typing import Any

import pytest

import bridge_model
from benchmarks import workload
from benchmarks.session_memory import (
    Cost,
    ManySessions,
    OneMoreSession,
    SessionPeak,
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
def costs() -> dict[str, Cost]:
    return OneMoreSession().setup_cache()


class TestSessions:
    def test_reads_every_size_of_the_published_table(self) -> None:
        sessions = Sessions()
        live = sessions.setup_cache()
        assert tuple(live) == sessions.params
        for size in sessions.params:
            sessions.setup(live, size)
            assert sessions.track_live(live, size) == live[size]
            assert sessions.track_live_per_session(live, size) * size == pytest.approx(live[size])
        # A bridge of one session carries the fixed costs alone.
        assert live[1] > live[100] / 100

    def test_larger_bridges_hold_more(self) -> None:
        live = list(Sessions().setup_cache().values())
        assert live == sorted(set(live))


class TestOneMoreSession:
    def test_hands_out_what_it_measured(self) -> None:
        session = OneMoreSession()
        costs = {"english": Cost(marginal=7_000.0, allocated=7_500.0, fixed=800)}
        assert session.track_marginal(costs, "english") == 7_000.0
        assert session.track_allocated(costs, "english") == 7_500.0
        assert session.track_fixed(costs, "english") == 800

    def test_overhead_is_held_bytes_by_payload_byte(self) -> None:
        payload_bytes = workload.payload_bytes("english")
        costs = {"english": Cost(marginal=2.5 * payload_bytes, allocated=0.0, fixed=0)}
        assert OneMoreSession().track_overhead(costs, "english") == 2.5

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


class TestSessionPeak:
    @pytest.mark.parametrize("sessions", [0, 1, 5])
    def test_opens_so_many_sessions(
        self, sessions: int, bridges: list[bridge_model.Bridge]
    ) -> None:
        SessionPeak().setup(sessions)
        bridges.clear()
        SessionPeak().peakmem_open(sessions)
        (bridge,) = bridges
        assert len(bridge) == sessions
        assert all(len(bridge.session(user).history) == 20 for user in bridge)


class TestManySessions:
    def test_sees_what_only_a_large_bridge_pays(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Numbering(bridge_model.Bridge):
            def __init__(self, **options: Any) -> None:
                super().__init__(**options)
                self.numbers: list[bytes] = []

            def receive(self, user: str, text: str, room: str | None = None) -> bool:
                if len(self) >= 4_096:
                    self.numbers.append(bytes(87))
                return super().receive(user, text, room)

        sessions = ManySessions()
        sessions.setup()
        before = sessions.track_marginal()
        monkeypatch.setattr(bridge_model, "Bridge", Numbering)
        sessions.setup()
        assert 120 < sessions.track_marginal() - before < 140


class TestWorkingPeak:
    @pytest.mark.parametrize("work", WorkingPeak.params)
    def test_sees_what_was_given_back(self, work: str, monkeypatch: pytest.MonkeyPatch) -> None:
        class Wasteful(bridge_model.Bridge):
            def receive(self, user: str, text: str, room: str | None = None) -> bool:
                bytearray(500_000)
                return super().receive(user, text, room)

        peak = WorkingPeak()
        peak.setup(work)
        before = peak.track_most(work)
        monkeypatch.setattr(bridge_model, "Bridge", Wasteful)
        peak.setup(work)
        assert 490_000 - before < peak.track_most(work) - before < 500_100
