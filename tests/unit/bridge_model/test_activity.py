"""The order of activity costs as much at the millionth call as at the first.

Each time is the shortest of several, and is compared with one that the same bridge took in the same
minute. The bounds are generous: the mistakes that they find take ten times as long or more.
"""

import sys
from collections.abc import Callable
from itertools import count
from time import perf_counter
from typing import Any

import pytest

from bridge_model import Bridge, BridgeFullError, CapacityPolicy
from tests.unit.bridge_model.support import Clock

SESSIONS = 22_000  # just more than one size of dict holds, so that the next size is half empty


def open_bridge(sessions: int = SESSIONS, **options: Any) -> Bridge:
    bridge = Bridge(history_window=1, max_sessions=sessions, clock=Clock(), **options)
    for number in range(sessions):
        bridge.receive(f"user {number}", "hello", f"room {number // 16}")
    return bridge


def least_time_of(call: Callable[[], object]) -> float:
    times = []
    for _ in range(20):
        begin = perf_counter()
        for _ in range(10):
            call()
        times.append(perf_counter() - begin)
    return min(times)


def bytes_of_tables(bridge: Bridge) -> int:
    return sum(map(sys.getsizeof, bridge._tables()))


def test_a_new_user_takes_no_longer_after_many_evictions() -> None:
    bridge, numbers = open_bridge(), count(SESSIONS)

    def come() -> None:
        number = next(numbers)
        bridge.receive(f"user {number}", "hello", f"room {number // 16}")

    come()
    first = least_time_of(come)
    for _ in range(10):
        for _ in range(7_000):
            come()
        assert least_time_of(come) < 2 * first
        assert bytes_of_tables(bridge) <= 88 * SESSIONS
    assert len(bridge) == SESSIONS


def test_a_message_takes_no_longer_after_the_newest_were_closed() -> None:
    bridge = open_bridge(60_000)
    before = least_time_of(lambda: bridge.reply("user 59999", "hello"))
    for number in range(18_000, 60_000):
        bridge.close(f"user {number}")
    assert least_time_of(lambda: bridge.reply("user 17999", "hello")) < 2 * before


@pytest.mark.parametrize("leave", [Bridge.close, lambda bridge, user: bridge.reply(user, "hi")])
def test_expiring_nobody_takes_no_longer_after_the_oldest_left(
    leave: Callable[[Bridge, str], None],
) -> None:
    bridge = open_bridge(idle_timeout=60.0)
    bridge.expire()
    before = least_time_of(bridge.expire)
    for number in range(1, 15_000):
        leave(bridge, f"user {number}")
    leave(bridge, "user 0")
    bridge.expire()
    assert least_time_of(bridge.expire) < 2 * before


def test_the_least_recently_active_is_evicted_whoever_left_before() -> None:
    """Users leave at either end and in between, come back, and are reversed into _quiet."""
    bridge = Bridge(max_sessions=6, clock=Clock())
    for user in "abcdef":
        bridge.receive(user, "hello")
    bridge.receive("g", "hello")  # evicts a, and reverses b c d e f into _quiet
    bridge.reply("b", "hello")
    bridge.close("d")
    bridge.receive("h", "hello")
    assert list(bridge) == ["c", "e", "f", "g", "b", "h"]
    for newcomer, evicted in zip("ijklmnop", "cefgbhij", strict=True):
        bridge.receive(newcomer, "hello")
        assert evicted not in bridge
    assert list(bridge) == [*"klmnop"]


def test_a_bridge_that_refuses_new_users_does_not_order_its_sessions() -> None:
    bridge = Bridge(max_sessions=2, clock=Clock(), capacity_policy=CapacityPolicy.REFUSE)
    bridge.receive("ada", "hello")
    bridge.receive("bo", "hello")
    sessions = bridge._sessions
    with pytest.raises(BridgeFullError):
        bridge.receive("chi", "hello")
    assert bridge._sessions is sessions


def test_the_table_of_quiet_users_shrinks_as_they_leave() -> None:
    bridge = open_bridge(idle_timeout=60.0)
    bridge.expire()
    for number in range(SESSIONS - 1):
        bridge.close(f"user {number}")
        assert bytes_of_tables(bridge) <= 2_048 + 64 * len(bridge)
