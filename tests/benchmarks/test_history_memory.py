from typing import Any

import pytest

import bridge_model
from benchmarks import workload
from benchmarks.history_memory import HistoryWindow, OneMoreMessage, WindowPeak


class HoarderPerMessage(bridge_model.Bridge):
    """A bridge that allocates 33 + 87 = 120 bytes more for every message."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.hoard: list[object] = [None] * 1_000
        self.messages = 0

    def receive(self, user: str, text: str, room: str | None = None) -> bool:
        self.keep_more()
        return super().receive(user, text, room)

    def reply(self, user: str, text: str) -> None:
        self.keep_more()
        super().reply(user, text)

    def keep_more(self) -> None:
        self.hoard[self.messages] = bytes(87)
        self.messages += 1


@pytest.fixture(scope="module")
def live() -> dict[int, float]:
    return HistoryWindow().setup_cache()


class TestHistoryWindow:
    def test_reads_every_window_of_the_published_table(self, live: dict[int, float]) -> None:
        history = HistoryWindow()
        assert tuple(live) == history.params
        for window in history.params:
            history.setup(live, window)
            assert history.track_live(live, window) == live[window]

    def test_shares_the_bytes_among_the_messages_of_both_sides(self) -> None:
        assert HistoryWindow().track_per_message({10: 16_000}, 10) == 800.0

    def test_small_windows_carry_more_of_the_fixed_costs(self, live: dict[int, float]) -> None:
        history = HistoryWindow()
        by_window = [history.track_per_message(live, window) for window in history.params]
        assert by_window == sorted(set(by_window), reverse=True)

    @pytest.mark.parametrize("window", HistoryWindow.params)
    def test_a_window_keeps_twice_as_many_messages(self, window: int) -> None:
        assert HistoryWindow().track_messages_kept({}, window) == 2 * window

    def test_messages_that_should_have_gone_show(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Unbounded(bridge_model.Bridge):
            def __init__(self, **options: Any) -> None:
                super().__init__(**options | {"history_window": 10_000})

        monkeypatch.setattr(bridge_model, "Bridge", Unbounded)
        assert HistoryWindow().track_messages_kept({}, 10) == 22


class TestOneMoreMessage:
    @pytest.mark.parametrize("payload", workload.PAYLOADS)
    def test_an_allocation_more_shows_to_the_byte(
        self, payload: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        message = OneMoreMessage()
        message.setup(payload)
        before = message.track_marginal(payload)
        monkeypatch.setattr(bridge_model, "Bridge", HoarderPerMessage)
        message.setup(payload)
        assert round(message.track_marginal(payload) - before, 6) == 120

    def test_a_message_holds_its_text_and_more(self) -> None:
        message = OneMoreMessage()
        message.setup("english")
        assert message.track_marginal("english") > workload.payload_bytes("english") / 20


class TestWindowPeak:
    def test_fills_the_windows_of_100_sessions(self, bridges: list[bridge_model.Bridge]) -> None:
        WindowPeak().setup(10)
        bridges.clear()
        WindowPeak().peakmem_fill(10)
        (bridge,) = bridges
        assert len(bridge) == 100
        assert all(len(bridge.session(user).history) == 20 for user in bridge)
