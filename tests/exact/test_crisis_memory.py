from typing import Any

import pytest

import bridge_model
from benchmarks import crisis_memory
from benchmarks.crisis_memory import CrisisStates, Recovery


class TestCrisisStates:
    def test_states_differ_and_each_has_seen_one_flagged_turn(self) -> None:
        CrisisStates().setup({}, 10_000)
        states = crisis_memory._states(100)
        assert len(set(states)) == 100
        assert all(state.level is bridge_model.CrisisLevel.WATCHFUL for state in states)

    def test_reads_what_the_instances_cost(self, metrics: dict[str, float]) -> None:
        live, per_instance, marginal = (
            metrics[f"crisis_memory.CrisisStates.track_{name}(10000)"]
            for name in ("live", "per_instance", "marginal")
        )
        assert per_instance == live / 10_000
        assert 0 < per_instance - marginal < 1

    def test_refuses_states_that_are_all_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Unmoved:
            def observe(self, flagged: bool, time: float) -> "Unmoved":  # noqa: ARG002
                return self

        monkeypatch.setattr(bridge_model, "CrisisState", Unmoved)
        with pytest.raises(AssertionError):
            CrisisStates().setup({}, 10_000)

    def test_creates_so_many_instances(self, monkeypatch: pytest.MonkeyPatch) -> None:
        created: list[int] = []
        monkeypatch.setattr(crisis_memory, "_states", created.append)
        CrisisStates().peakmem_create({}, 10_000)
        assert created == [10_000]


class TestRecovery:
    def test_leaves_nothing_behind(self, metrics: dict[str, float]) -> None:
        assert metrics["crisis_memory.Recovery.track_residue"] == 0.0

    def test_sees_what_is_kept_of_a_recovered_crisis(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Remembering(bridge_model.Bridge):
            def __init__(self, **options: Any) -> None:
                super().__init__(**options)
                self.recovered: list[object] = [None] * 100
                self.recoveries = 0

            def receive(self, user: str, text: str, room: str | None = None) -> bool:
                was_escalated = user in self and self.session(user).crisis.is_escalated
                due = super().receive(user, text, room)
                if was_escalated and not self.session(user).crisis.is_escalated:
                    self.recovered[self.recoveries] = bytes(87)
                    self.recoveries += 1
                return due

        monkeypatch.setattr(bridge_model, "Bridge", Remembering)
        recovery = Recovery()
        recovery.setup()
        assert recovery.track_residue() == 33 + 87

    def test_refuses_a_bridge_that_sees_no_crisis(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Blind(bridge_model.Bridge):
            def __init__(self, **options: Any) -> None:
                super().__init__(**options | {"indicators": ()})

        monkeypatch.setattr(bridge_model, "Bridge", Blind)
        with pytest.raises(AssertionError):
            Recovery().setup()

    def test_both_bridges_hold_texts_of_the_same_length(self) -> None:
        assert len(crisis_memory._FLAGGED) == len(crisis_memory._CALM)
