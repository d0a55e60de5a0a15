import pytest

import bridge_model
from benchmarks import workload
from benchmarks.session_memory import Cost, OneMoreSession, SessionPeak


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
