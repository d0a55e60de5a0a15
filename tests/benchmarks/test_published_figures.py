"""The history begins at the published figures, which were read on CPython 3.12."""

import json
from typing import Any

import pytest

from tests.benchmarks import interpreters

FIGURES = """
import json
from benchmarks.crisis_memory import CrisisStates
from benchmarks.history_memory import HistoryWindow
from benchmarks.session_memory import Sessions

sessions, windows, states = Sessions(), HistoryWindow(), CrisisStates()
live_sessions, live_windows = sessions.setup_cache(), windows.setup_cache()
print(json.dumps({
    "session": sessions.track_live_per_session(live_sessions, 100),
    "windows": {w: windows.track_per_message(live_windows, w) for w in windows.params},
    "state": states.track_per_instance(states.setup_cache(), 10_000),
}))
"""


@pytest.fixture(scope="module")
def figures() -> Any:
    return json.loads(interpreters.run(interpreters.require("3.12"), FIGURES))


def test_bytes_per_session_at_100_sessions(figures: Any) -> None:
    assert_near(figures["session"], 7_758, 0.05)


@pytest.mark.parametrize(
    ("window", "published"), [(10, 880), (20, 739), (50, 730), (100, 721), (200, 753)]
)
def test_bytes_per_message_by_window(figures: Any, window: int, published: float) -> None:
    assert_near(figures["windows"][str(window)], published, 0.10)


def test_bytes_per_crisis_state(figures: Any) -> None:
    assert_near(figures["state"], 168.5, 0.02)


def assert_near(ours: float, published: float, tolerance: float) -> None:
    deviation = ours / published - 1
    assert abs(deviation) <= tolerance, (
        f"ours {ours:,.2f} B, published {published:,} B: {deviation:+.2%}"
    )
