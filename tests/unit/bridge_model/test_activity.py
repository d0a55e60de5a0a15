"""What the order of activity costs: as much at the millionth call as at the first.

Each time is the least of several, and compared with one of the same minute on the same bridge. The
bounds are generous: what they are to find takes ten times as long and more.
"""

import sys
from collections.abc import Callable
from itertools import count
from time import perf_counter
from typing import Any

import pytest

from bridge_model import Bridge, BridgeFullError, CapacityPolicy
from tests.unit.bridge_model.support import Clock

SESSIONS = 22_000  # just more than fit a table of some size: one that lets many leave


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


def test_a_message_takes_no_longer_where_the_newest_were_closed() -> None:
    bridge = open_bridge(60_000)
    before = least_time_of(lambda: bridge.reply("user 59999", "hello"))
    for number in range(18_000, 60_000):
        bridge.close(f"user {number}")
    assert least_time_of(lambda: bridge.reply("user 17999", "hello")) < 2 * before


@pytest.mark.parametrize("leave", [Bridge.close, lambda bridge, user: bridge.reply(user, "hi")])
def test_to_expire_nobody_takes_no_longer_where_the_oldest_left(
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


def test_whoever_has_to_go_is_found_after_anybody_left() -> None:
    """At either end and between, those who come back, and those who were turned over."""
    bridge = Bridge(max_sessions=6, clock=Clock())
    for user in "abcdef":
        bridge.receive(user, "hello")
    bridge.receive("g", "hello")  # in the place of a: b c d e f are turned over
    bridge.reply("b", "hello")
    bridge.close("d")
    bridge.receive("h", "hello")
    assert list(bridge) == ["c", "e", "f", "g", "b", "h"]
    for newcomer, gone in zip("ijklmnop", "cefgbhij", strict=True):
        bridge.receive(newcomer, "hello")
        assert gone not in bridge
    assert list(bridge) == [*"klmnop"]


def test_a_bridge_that_refuses_everybody_orders_nobody() -> None:
    bridge = Bridge(max_sessions=2, clock=Clock(), capacity_policy=CapacityPolicy.REFUSE)
    bridge.receive("ada", "hello")
    bridge.receive("bo", "hello")
    sessions = bridge._sessions
    with pytest.raises(BridgeFullError):
        bridge.receive("chi", "hello")
    assert bridge._sessions is sessions


def test_the_longest_quiet_take_no_more_than_their_number_does() -> None:
    bridge = open_bridge(idle_timeout=60.0)
    bridge.expire()
    for number in range(SESSIONS - 1):
        bridge.close(f"user {number}")
        assert bytes_of_tables(bridge) <= 2_048 + 64 * len(bridge)
