"""How far above the floor a session is: its texts in UTF-8 and 9 bytes a message.

9 bytes are what a role, a length and a timestamp in microseconds take.
"""

from collections.abc import Callable
from functools import partial

import pytest

from benchmarks import measure, workload
from benchmarks.crisis_memory import CrisisStates
from benchmarks.history_memory import OneMoreMessage
from benchmarks.session_memory import FoldedSession, OneMoreSession

MESSAGES = 2 * workload.EXCHANGES
every_payload = pytest.mark.parametrize("payload", workload.PAYLOADS)


def floor(payload: str) -> int:
    return workload.payload_bytes(payload) + 9 * MESSAGES


@every_payload
def test_a_session_is_at_most_150_bytes_above_it(payload: str) -> None:
    session = OneMoreSession()
    costs = session.setup_cache()
    session.setup(costs, payload)
    assert session.track_marginal(costs, payload) <= floor(payload) + 150


@every_payload
def test_a_message_is_its_text_and_5_bytes(payload: str) -> None:
    message = OneMoreMessage()
    message.setup(payload)
    text = workload.payload_bytes(payload) / MESSAGES
    assert message.track_marginal(payload) == pytest.approx(text + 5)


@every_payload
def test_a_folded_session_is_at_most_three_quarters_of_it(payload: str) -> None:
    session = FoldedSession()
    session.setup(payload)
    assert session.track_marginal(payload) <= 0.75 * floor(payload)


def test_a_crisis_state_is_48_bytes_with_its_place() -> None:
    states = CrisisStates()
    states.setup({}, 10_000)
    assert states.track_marginal({}, 10_000) == 48.0


@pytest.mark.slow
@pytest.mark.parametrize("population", [workload.steady_population, workload.rolling_population])
def test_a_fleet_parks_at_most_a_fifth_of_what_it_holds(
    population: Callable[[int], object],
) -> None:
    workload.settle()
    # 10,000 sessions are what is published, and take a minute; once is near enough for a fifth.
    live = measure._trace(partial(population, 4_000), measure._traced_bytes)
    growth = measure.resident(population, 4_000)
    assert max(growth) <= 1.2 * live
