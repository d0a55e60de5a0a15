from collections.abc import Callable

import pytest

from benchmarks import workload
from bridge_model import Bridge
from tests.slow.soak.replay import replay, take_snapshots
from tests.slow.soak.traffic import IN_NEED, WINDOW, Clock, Traffic


def ask(bridge: Bridge, user: str) -> None:
    bridge.receive(user, "hello")
    bridge.reply(user, "I am here")


def insist(bridge: Bridge, user: str) -> None:
    bridge.receive(user, "hello?")


def wander(bridge: Bridge, user: str) -> None:
    bridge.move(user, "garden")
    bridge.reply(user, "are you still there?")
    bridge.move(user, "cellar")


def say(clock: Clock, bridge: Bridge, flagged: int, then: Callable[[Bridge, str], None]) -> None:
    """Let users say so many flagged texts, and then go on for one turn more each."""
    for later in range(2 * WINDOW + 2):
        user = workload.user(later)
        for _ in range(flagged):
            clock.time += 1.25
            bridge.receive(user, IN_NEED)
        bridge.receive(user, "good morning", "library")
        for _ in range(later):
            clock.time += 1.25
            then(bridge, user)
    clock.time += 200.0
    bridge.fold()


@pytest.mark.parametrize("then", [ask, insist, wander])
@pytest.mark.parametrize("flagged", range(6))
def test_a_fresh_bridge_gets_into_the_same_state(
    flagged: int, then: Callable[[Bridge, str], None]
) -> None:
    traffic = Traffic(1_000)
    bridge, fresh = traffic.open_bridge(), traffic.open_bridge()
    say(traffic.clock, bridge, flagged, then)
    now = traffic.clock.time
    replay(fresh, traffic.clock, take_snapshots(bridge))
    assert traffic.clock.time == now
    assert take_snapshots(fresh) == take_snapshots(bridge)
    assert fresh._sessions == bridge._sessions
    assert fresh._presence._members == bridge._presence._members
