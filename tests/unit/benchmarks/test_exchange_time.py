from collections import Counter
from typing import Any

import pytest

import bridge_model
from benchmarks import workload
from benchmarks.exchange_time import Exchange


class Counting(bridge_model.Bridge):
    """A bridge that counts what it is asked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.asked: Counter[str] = Counter()

    def receive(self, user: str, text: str, room: str | None = None) -> bool:
        self.asked["receive"] += 1
        return super().receive(user, text, room)

    def reply(self, user: str, text: str) -> None:
        self.asked["reply"] += 1
        super().reply(user, text)

    def session(self, user: str) -> bridge_model.Session:
        self.asked["session"] += 1
        return super().session(user)


@pytest.fixture(params=workload.PAYLOADS)
def payload(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def exchange(payload: str, monkeypatch: pytest.MonkeyPatch) -> Exchange:
    monkeypatch.setattr(bridge_model, "Bridge", Counting)
    exchange = Exchange()
    exchange.setup(payload)
    exchange.bridge.asked.clear()
    return exchange


def test_500_exchanges_go_through_a_full_window(exchange: Exchange, payload: str) -> None:
    exchange.time_receive_and_reply(payload)
    assert exchange.bridge.asked == {"receive": 500, "reply": 500}
    assert list(exchange.bridge) == [workload.user(0)]
    history = exchange.bridge.session(workload.user(0)).history
    assert [message.content for message in history] == 20 * [
        workload.chat_line(payload, 0, False),
        workload.chat_line(payload, 0, True),
    ]


def test_a_full_window_is_read_50_times(
    exchange: Exchange, payload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    iterate = bridge_model.History.__iter__

    def count(history: bridge_model.History) -> Any:
        read.append(len(history))
        return iterate(history)

    monkeypatch.setattr(bridge_model.History, "__iter__", count)
    exchange.time_read_window(payload)
    assert exchange.bridge.asked == {"session": 50}
    assert read == [40] * 50
