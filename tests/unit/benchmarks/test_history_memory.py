from typing import Any

import pytest

import bridge_model
from benchmarks.history_memory import HistoryWindow, WindowPeak


class TestHistoryWindow:
    def test_shares_the_bytes_among_the_messages_of_both_sides(self) -> None:
        assert HistoryWindow().track_per_message({10: 16_000}, 10) == 800.0

    def test_messages_that_should_have_gone_show(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Unbounded(bridge_model.Bridge):
            def __init__(self, **options: Any) -> None:
                super().__init__(**options | {"history_window": 10_000})

        monkeypatch.setattr(bridge_model, "Bridge", Unbounded)
        assert HistoryWindow().track_messages_kept({}, 10) == 22


class TestWindowPeak:
    def test_fills_the_windows_of_100_sessions(self, bridges: list[bridge_model.Bridge]) -> None:
        WindowPeak().setup(10)
        bridges.clear()
        WindowPeak().peakmem_fill(10)
        (bridge,) = bridges
        assert len(bridge) == 100
        assert all(len(bridge.session(user).history) == 20 for user in bridge)
