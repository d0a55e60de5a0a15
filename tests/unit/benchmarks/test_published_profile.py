"""The history begins at the published profile, which was read on CPython 3.12.

The first commit with a bridge keeps its state as the profiled one did: its results show it.
"""

from pathlib import Path

import pytest
from asv.results import Results

RESULTS = Path(__file__).parents[3] / "results"
PLAIN_BRIDGE = "d38333d1"


@pytest.fixture(scope="module")
def first() -> Results:
    (path,) = RESULTS.glob(f"*/{PLAIN_BRIDGE}-*py3.12-*.json")
    return Results.load(str(path))


def read(results: Results, benchmark: str, parameter: int) -> float:
    """Return what was measured of a benchmark of one parameter."""
    (parameters,) = results.get_result_params(benchmark)
    values: list[float] = results.get_result_value(benchmark, [parameters])
    return float(values[parameters.index(str(parameter))])


def test_bytes_per_session_at_100_sessions(first: Results) -> None:
    ours = read(first, "session_memory.Sessions.track_live_per_session", 100)
    assert_near(ours, 7_758, 0.05)


@pytest.mark.parametrize(
    ("window", "published"), [(10, 880), (20, 739), (50, 730), (100, 721), (200, 753)]
)
def test_bytes_per_message_by_window(first: Results, window: int, published: float) -> None:
    ours = read(first, "history_memory.HistoryWindow.track_per_message", window)
    assert_near(ours, published, 0.10)


def test_bytes_per_crisis_state(first: Results) -> None:
    ours = read(first, "crisis_memory.CrisisStates.track_per_instance", 10_000)
    assert_near(ours, 168.5, 0.02)


def assert_near(ours: float, published: float, tolerance: float) -> None:
    deviation = ours / published - 1
    assert abs(deviation) <= tolerance, (
        f"ours {ours:,.2f} B, published {published:,} B: {deviation:+.2%}"
    )
