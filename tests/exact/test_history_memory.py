from typing import Any

import pytest

import bridge_model
from benchmarks import workload
from benchmarks.history_memory import HistoryWindow, OneMoreMessage


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


def name(metric: str, window: int) -> str:
    return f"history_memory.HistoryWindow.track_{metric}({window})"


class TestHistoryWindow:
    def test_reads_every_window_of_the_published_table(self, metrics: dict[str, float]) -> None:
        for window in HistoryWindow.params:
            live, per_message = (metrics[name(one, window)] for one in ("live", "per_message"))
            assert live == per_message * 2 * window

    def test_small_windows_carry_more_of_the_fixed_costs(self, metrics: dict[str, float]) -> None:
        by_window = [metrics[name("per_message", window)] for window in HistoryWindow.params]
        assert by_window == sorted(set(by_window), reverse=True)

    @pytest.mark.parametrize("window", HistoryWindow.params)
    def test_a_window_keeps_twice_as_many_messages(
        self, window: int, metrics: dict[str, float]
    ) -> None:
        assert metrics[name("messages_kept", window)] == 2 * window


class TestOneMoreMessage:
    @pytest.mark.parametrize("payload", workload.PAYLOADS)
    def test_an_allocation_more_shows_to_the_byte(
        self, payload: str, metrics: dict[str, float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        message = OneMoreMessage()
        before = metrics[f"history_memory.OneMoreMessage.track_marginal({payload!r})"]
        monkeypatch.setattr(bridge_model, "Bridge", HoarderPerMessage)
        message.setup(payload)
        assert round(message.track_marginal(payload) - before, 6) == 120

    def test_a_message_holds_its_text_and_more(self, metrics: dict[str, float]) -> None:
        message = metrics["history_memory.OneMoreMessage.track_marginal('english')"]
        assert message > workload.payload_bytes("english") / 20
