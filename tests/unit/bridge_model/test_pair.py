"""Random traffic through a pair of bridges: the one under test and the naive one."""

from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge_model import Bridge, BridgeError, CapacityPolicy
from tests.unit.bridge_model.naive import NaiveBridge
from tests.unit.bridge_model.support import CALM_TEXT, FLAGGED_TEXT, Clock

Call = Callable[[Bridge], object]

# Few, so that calls meet; odd, so that only a bridge that stores every character can tell.
USERS = ["ada", "bo", "Ж", "\0"]
ROOMS = ["lobby", "library", "r", "\U0001f339" * 64]

users = st.sampled_from(USERS)
rooms = st.sampled_from(ROOMS)
texts = (
    st.sampled_from([FLAGGED_TEXT, FLAGGED_TEXT, CALM_TEXT])
    | st.text(max_size=40)
    | st.just("on and on " * 60)
)
steps = st.sampled_from(
    [0.0, 1e-6, 0.3, 150.0, 300.0, 2_147.483647, 2_147.483648, 1e9]
) | st.floats(0, 10_000)


def receive(user: str, text: str, room: str | None) -> Call:
    return lambda bridge: bridge.receive(user, text, room)


def reply(user: str, text: str) -> Call:
    return lambda bridge: bridge.reply(user, text)


def move(user: str, room: str) -> Call:
    return lambda bridge: bridge.move(user, room)


def close(user: str) -> Call:
    return lambda bridge: bridge.close(user)


def expire() -> Call:
    return lambda bridge: bridge.expire()


calls = st.one_of(
    st.builds(receive, users, texts, st.none() | rooms),
    st.builds(receive, users, texts, st.none()),
    st.builds(reply, users, texts),
    st.builds(move, users, rooms),
    st.builds(close, users),
    st.builds(expire),
)


def outcome(call: Call, bridge: Bridge) -> object:
    try:
        return call(bridge)
    except BridgeError as error:
        return type(error), str(error)


def readings(bridge: Bridge) -> Iterator[object]:
    """Read every history in every possible way."""
    for user in sorted(bridge):
        history = bridge.session(user).history
        assert len(history) == len(list(history))
        yield history.as_chat()
        yield [history[index] for index in range(-len(history), len(history))]
        yield history[1::2]


@settings(deadline=None, max_examples=300)
@given(
    st.fixed_dictionaries(
        {
            "history_window": st.integers(1, 3),
            "max_sessions": st.sampled_from([None, 2]),
            "idle_timeout": st.sampled_from([None, 200.0]),
            "capacity_policy": st.sampled_from(CapacityPolicy),
        }
    ),
    st.sampled_from([None, 0.001, 200.0]),
    st.lists(st.tuples(steps, calls), max_size=40),
)
def test_the_bridge_behaves_like_the_naive_one(
    options: dict[str, Any], fold_after: float | None, traffic: list[tuple[float, Call]]
) -> None:
    clock = Clock()
    bridge = Bridge(clock=clock, fold_after=fold_after, **options)
    naive = NaiveBridge(clock=clock, **options)
    times = accumulate((step for step, _ in traffic), initial=1_700_000_000.0)
    for clock.time, (_, call) in zip(times, traffic, strict=False):
        assert outcome(call, bridge) == outcome(call, naive)
        bridge.fold()
        assert sorted(bridge) == sorted(naive)
        assert [bridge.session(user).crisis for user in sorted(bridge)] == [
            naive.session(user).crisis for user in sorted(bridge)
        ]
    assert list(readings(bridge)) == list(readings(naive))
    assert [bridge.room(name) for name in ROOMS] == [naive.room(name) for name in ROOMS]
