"""How far above the floor a session is: its texts in UTF-8 and 9 bytes a message.

9 bytes are what a role, a length and a timestamp in microseconds take.
"""

from array import array
from collections.abc import Callable

import pytest

from asv_ledger.lenses import resident, traced
from benchmarks import workload

MESSAGES = 2 * workload.EXCHANGES
every_payload = pytest.mark.parametrize("payload", workload.PAYLOADS)


def floor(payload: str) -> int:
    return workload.payload_bytes(payload) + 9 * MESSAGES


@every_payload
def test_a_session_is_at_most_150_bytes_above_it(payload: str, metrics: dict[str, float]) -> None:
    session = metrics[f"session_memory.OneMoreSession.track_marginal({payload!r})"]
    assert session <= floor(payload) + 150


@every_payload
def test_a_message_is_its_text_and_5_bytes(payload: str, metrics: dict[str, float]) -> None:
    message = metrics[f"history_memory.OneMoreMessage.track_marginal({payload!r})"]
    assert message == pytest.approx(workload.payload_bytes(payload) / MESSAGES + 5)


@every_payload
def test_a_folded_session_is_at_most_three_quarters_of_it(
    payload: str, metrics: dict[str, float]
) -> None:
    session = metrics[f"session_memory.FoldedSession.track_marginal({payload!r})"]
    assert session <= 0.75 * floor(payload)


def test_a_crisis_state_is_48_bytes_with_its_place(metrics: dict[str, float]) -> None:
    assert metrics["crisis_memory.CrisisStates.track_marginal(10000)"] == 48.0


@pytest.mark.slow
@pytest.mark.parametrize("population", [workload.steady_population, workload.rolling_population])
def test_a_fleet_parks_at_most_a_fifth_of_what_it_holds(
    population: Callable[[int], object],
) -> None:
    # 10,000 sessions are what is published, and take a minute; once is near enough for a fifth.
    readings = array("q", [0, 0])
    with traced(lambda: population(1)) as read:
        readings[0] = read()
        kept = population(4_000)
        readings[1] = read()
    del kept
    growth = resident(population, 4_000)
    # Whether what the process freed before is reused decides on half a megabyte, more or less.
    assert max(growth) <= 1.2 * (readings[1] - readings[0]) + 2**19
