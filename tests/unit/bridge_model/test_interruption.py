"""A call that an exception interrupts at any line or bytecode happened completely or not at all.

FUZZ_MINUTES means what it does in test_fuzz.
"""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from bridge_model import Bridge, BridgeError, CapacityPolicy, History, Role, room
from bridge_model.limits import MICROSECONDS
from tests.unit.bridge_model.interruption import (
    Interrupter,
    assert_usable,
    copy_of,
    state_of,
)
from tests.unit.bridge_model.support import CALM_TEXT, FLAGGED_TEXT, Clock
from tests.unit.bridge_model.test_fuzz import MINUTES

LONG_TEXT = 20 * CALM_TEXT


def talked(**options: Any) -> Bridge:
    """Return a bridge of ada, in crisis, bo and chi, who were active in this order."""
    clock = Clock()
    bridge = Bridge(history_window=2, clock=clock, **options)
    for user, text, name in [
        ("ada", FLAGGED_TEXT, "library"),
        ("bo", LONG_TEXT, "lobby"),
        ("chi", LONG_TEXT, "lobby"),
    ]:
        for _ in range(3):
            bridge.receive(user, text, name)
        clock.time += 10.0
    return bridge


def crowd(number: int) -> Bridge:
    """Return a bridge with so many users in the lobby, bo and chi among them, and ada elsewhere."""
    bridge = talked()
    for other in range(number - 2):
        bridge.receive(f"user {other}", "hello")
    return bridge


def reversed_into_quiet(bridge: Bridge) -> Bridge:
    """Have a bridge reverse its sessions into _quiet, and let bo talk again."""
    bridge.expire()
    bridge.reply("bo", "hello")
    return bridge


def folded(bridge: Bridge) -> Bridge:
    bridge._clock.time += 1_000.0  # type: ignore[attr-defined]
    bridge.fold()
    return bridge


BRIDGES: dict[str, Callable[[], Bridge]] = {
    "unbounded": talked,
    "one below the limit": lambda: talked(max_sessions=4),
    "full": lambda: talked(max_sessions=3),
    "at most one": lambda: talked(max_sessions=1),
    "refusing": lambda: talked(max_sessions=3, capacity_policy=CapacityPolicy.REFUSE),
    "refusing, some expired": lambda: talked(
        max_sessions=3, idle_timeout=15.0, capacity_policy=CapacityPolicy.REFUSE
    ),
    "all expired": lambda: talked(idle_timeout=5.0),
    "reversed": lambda: reversed_into_quiet(talked(max_sessions=3, idle_timeout=25.0)),
    "to be folded": lambda: talked(fold_after=15.0),
    "folded": lambda: folded(talked(fold_after=15.0)),
    "folded and full": lambda: folded(reversed_into_quiet(talked(fold_after=15.0, max_sessions=3))),
    "a crowd": lambda: crowd(33),
    "nearly a crowd": lambda: crowd(32),
}

CALLS: dict[str, Callable[[Bridge], object]] = {
    "receive": lambda bridge: bridge.receive("ada", "hello"),
    "receive elsewhere": lambda bridge: bridge.receive("bo", FLAGGED_TEXT, "cellar"),
    "receive in a room that is left empty": lambda bridge: bridge.receive("ada", "hi", "lobby"),
    "receive from the newest": lambda bridge: bridge.receive("chi", FLAGGED_TEXT),
    "receive from someone new": lambda bridge: bridge.receive("dee", FLAGGED_TEXT),
    "receive from someone new elsewhere": lambda bridge: bridge.receive("dee", "hello", "cellar"),
    "reply": lambda bridge: bridge.reply("bo", "hello"),
    "move": lambda bridge: bridge.move("bo", "cellar"),
    "move to a room that others are in": lambda bridge: bridge.move("ada", "lobby"),
    "move to their own room": lambda bridge: bridge.move("bo", "lobby"),
    "close": lambda bridge: bridge.close("bo"),
    "close the last of a room": lambda bridge: bridge.close("ada"),
    "close someone unknown": lambda bridge: bridge.close("eve"),
    "fold": lambda bridge: bridge.fold(),
    "session": lambda bridge: list(bridge.session("bo").history) if "bo" in bridge else None,
    "room": lambda bridge: bridge.room("lobby"),
    "read": lambda bridge: (len(bridge), list(bridge), "bo" in bridge, 3 in bridge),
}


def attempt(call: Callable[[Bridge], object], bridge: Bridge) -> None:
    with suppress(BridgeError):
        call(bridge)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("build", BRIDGES.values(), ids=BRIDGES)
def test_a_call_interrupted_at_any_line_happened_completely_or_not_at_all(
    build: Callable[[], Bridge], call: Callable[[Bridge], object]
) -> None:
    begun, done = build(), build()
    attempt(call, done)
    before, after = state_of(begun), state_of(done)
    lines = Interrupter(bytecodes=False)
    seen = []
    for step in range(lines.steps(lambda: call(copy_of(begun)))):
        bridge = copy_of(begun)
        assert lines.interrupts(lambda: call(bridge), step)  # noqa: B023
        state = state_of(bridge)
        assert list(state.sessions) in (list(before.sessions), list(after.sessions))
        assert state in (before, after)
        seen.append(state)
    assert seen[0] == before
    assert seen[-1] == after


@pytest.mark.parametrize(
    ("build", "call"),
    [
        ("unbounded", "receive from someone new"),
        ("full", "receive from someone new elsewhere"),
        ("at most one", "receive from someone new"),
        ("reversed", "receive elsewhere"),
        ("reversed", "receive from someone new"),
        ("folded and full", "receive from someone new"),
        ("a crowd", "close"),
        ("a crowd", "move"),
        ("nearly a crowd", "receive in a room that is left empty"),
    ],
)
def test_a_call_interrupted_at_any_bytecode_happened_completely_or_not_at_all(
    build: str, call: str
) -> None:
    begun = BRIDGES[build]()
    done = copy_of(begun)
    CALLS[call](done)
    bytecodes = Interrupter(bytecodes=True)
    for step in range(bytecodes.steps(lambda: CALLS[call](copy_of(begun)))):
        bridge = copy_of(begun)
        assert bytecodes.interrupts(lambda: CALLS[call](bridge), step)  # noqa: B023
        assert state_of(bridge) in (state_of(begun), state_of(done))


@pytest.mark.parametrize("build", BRIDGES.values(), ids=BRIDGES)
def test_a_bridge_is_usable_after_an_interruption(build: Callable[[], Bridge]) -> None:
    begun, lines = build(), Interrupter(bytecodes=False)
    for call in CALLS.values():
        steps = lines.steps(lambda: call(copy_of(begun)))  # noqa: B023
        for step in range(max(steps - 12, 0), steps, 3):  # noted, and not finished
            bridge = copy_of(begun)
            assert lines.interrupts(lambda: call(bridge), step)  # noqa: B023
            assert_usable(bridge)


@pytest.mark.parametrize("build", BRIDGES.values(), ids=BRIDGES)
def test_the_next_call_of_any_kind_finishes_what_was_interrupted(
    build: Callable[[], Bridge],
) -> None:
    readings: list[Callable[[Bridge], object]] = [
        len,
        list,
        lambda bridge: "bo" in bridge,
        lambda bridge: bridge.room("cellar").members,
        lambda bridge: attempt(lambda bridge: bridge.session("bo"), bridge),
        lambda bridge: attempt(lambda bridge: bridge.move("bo", "lobby"), bridge),
    ]
    begun, lines = build(), Interrupter(bytecodes=False)
    for call in (CALLS["receive elsewhere"], CALLS["receive from someone new"], CALLS["close"]):
        done = copy_of(begun)
        attempt(call, done)
        for step in range(lines.steps(lambda: call(copy_of(begun)))):  # noqa: B023
            bridge = copy_of(begun)
            assert lines.interrupts(lambda: call(bridge), step)  # noqa: B023
            if bridge._unfinished is not None:
                has_happened = state_of(copy_of(bridge)) == state_of(done)
                like = done if has_happened else begun
                for read in readings:
                    assert read(copy_of(bridge)) == read(copy_of(like))


def test_the_next_call_finishes_what_was_interrupted_twice() -> None:
    lines = Interrupter(bytecodes=False)
    begun, call = BRIDGES["folded and full"](), CALLS["receive from someone new"]
    for step in range(lines.steps(lambda: call(copy_of(begun)))):
        bridge = copy_of(begun)
        assert lines.interrupts(lambda: call(bridge), step)  # noqa: B023
        if bridge._unfinished is not None:
            done = state_of(copy_of(bridge))
            for again in range(0, lines.steps(lambda: len(copy_of(bridge))), 2):  # noqa: B023
                other = copy_of(bridge)
                assert lines.interrupts(lambda: len(other), again)  # noqa: B023
                assert state_of(other) == done


@pytest.mark.parametrize("bytecodes", [False, True])
def test_an_interrupted_expiry_closed_the_longest_idle_sessions_alone(bytecodes: bool) -> None:
    begun = talked(idle_timeout=15.0)
    begun.receive("dee", "hello")
    before = state_of(begun).sessions
    interrupter, closed = Interrupter(bytecodes), []
    for step in range(interrupter.steps(lambda: copy_of(begun).expire())):
        bridge = copy_of(begun)
        assert interrupter.interrupts(bridge.expire, step)
        left = list(state_of(bridge).sessions)
        closed.append(len(before) - len(left))
        assert left == list(before)[closed[-1] :]
        assert bridge.expire() == tuple(before)[closed[-1] : 2]
    assert closed == sorted(closed)
    assert set(closed) == {0, 1, 2}


def test_the_next_fold_folds_what_an_interrupted_one_did_not() -> None:
    begun = talked(fold_after=5.0, max_sessions=3)
    begun._clock.time += 5.0  # type: ignore[attr-defined]
    lines, folded_later = Interrupter(bytecodes=False), []
    for step in range(lines.steps(lambda: copy_of(begun).fold())):
        bridge = copy_of(begun)
        assert lines.interrupts(bridge.fold, step)
        assert state_of(bridge) == state_of(begun)
        folded_later.append(bridge.fold())
    assert folded_later == sorted(folded_later, reverse=True)
    assert set(folded_later) == {0, 1, 2}


@pytest.mark.parametrize("build", ["unbounded", "full", "a crowd"])
def test_an_interrupted_close_leaves_nothing_behind(build: str) -> None:
    """The next call finishes it: no name stays in a room, and no room stays a crowd."""
    begun, lines = BRIDGES[build](), Interrupter(bytecodes=False)
    closed = copy_of(begun)
    closed.close("bo")
    for step in range(lines.steps(lambda: copy_of(begun).close("bo"))):
        bridge = copy_of(begun)
        assert lines.interrupts(lambda: bridge.close("bo"), step)  # noqa: B023
        if len(bridge) == len(closed):
            assert repr(bridge._presence._members) == repr(closed._presence._members)


@pytest.mark.parametrize("length", [0, 1, 4])
def test_an_interrupted_message_is_in_a_history_or_is_not(length: int) -> None:
    def history() -> History:
        history = History(2)
        for number in range(length):
            history.append(Role.USER, f"message {number}", float(number), "lobby")
        return history

    def append(history: History) -> None:
        history.append(Role.ASSISTANT, "hello", 5_000.0, "library")

    before, after, bytecodes = history(), history(), Interrupter(bytecodes=True)
    for step in range(bytecodes.steps(lambda: append(after))):
        interrupted = before.copy()
        assert bytecodes.interrupts(lambda: append(interrupted), step)  # noqa: B023
        assert interrupted in (before, after)


USERS = [f"user {number}" for number in range(7)]
ROOMS = ["lobby", "library", "cellar"]
ERRORS: list[Callable[[], BaseException]] = [KeyboardInterrupt, MemoryError, TimeoutError]


def any_bridge() -> Bridge:
    return Bridge(
        history_window=random.randint(1, 2),
        max_sessions=random.choice([None, 1, 4]),
        idle_timeout=random.choice([None, 20.0]),
        clock=Clock(),
        capacity_policy=random.choice(list(CapacityPolicy)),
        fold_after=random.choice([None, 10.0]),
    )


def any_call() -> Callable[[Bridge], object]:
    user, name, other_name = random.choice(USERS), *random.choices(ROOMS, k=2)
    text = random.choice([FLAGGED_TEXT, CALM_TEXT, LONG_TEXT])
    calls: list[Callable[[Bridge], Any]] = [
        lambda bridge: bridge.receive(user, text),
        lambda bridge: bridge.receive(user, text, name),
        lambda bridge: bridge.reply(user, text),
        lambda bridge: bridge.move(user, name),
        lambda bridge: bridge.close(user),
        lambda bridge: bridge.expire(),
        lambda bridge: bridge.fold(),
        lambda bridge: (bridge.room(name), bridge.room(other_name), list(bridge), len(bridge)),
    ]
    return random.choices(calls, [4, 4, 2, 3, 2, 1, 1, 1])[0]


def interrupt_any_call(bridge: Bridge, counts: Counter[str]) -> None:
    """Make a call, mostly interrupted at some line or bytecode, and check what the bridge holds."""
    bridge._clock.time += random.choice([0.0, 0.0, 1.0, 5.0, -5.0])  # type: ignore[attr-defined]
    call, before, done = any_call(), state_of(bridge), copy_of(bridge)
    interrupter = Interrupter(random.random() < 0.5, random.choice(ERRORS), everywhere=True)
    steps = interrupter.steps(lambda: call(done))
    after = state_of(done)
    counts["calls"] += 1
    if interrupter.interrupts(lambda: call(bridge), random.randrange(4 * steps // 3)):
        counts["interruptions"] += 1
        state = state_of(bridge)
        if state not in (before, after):  # an interrupted expire has closed some
            left, closed = list(state.sessions), len(before.sessions) - len(state.sessions)
            assert left == list(before.sessions)[closed:]
            assert left[len(left) - len(after.sessions) :] == list(after.sessions)
    else:
        assert state_of(bridge) == after


def test_any_calls_in_any_order_interrupted_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LARGEST_TUPLE", 2)
    monkeypatch.setattr(room, "_SMALL_TABLE", 0)
    seed = random.randrange(2**32)
    random.seed(seed)
    print(f"seed {seed}")
    end, counts = time.monotonic() + 60 * MINUTES, Counter[str]()
    while time.monotonic() < end:
        bridge = any_bridge()
        for _ in range(100):
            interrupt_any_call(bridge, counts)
        assert_usable(bridge)
    print(f"{counts['calls']:,} calls, {counts['interruptions']:,} interrupted")
    assert counts["interruptions"] > counts["calls"] / 2


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers that send signals")
def test_a_bridge_survives_timeouts() -> None:
    """A real timer interrupts calls after some microseconds, as a server with timeouts does."""
    bridge = Bridge(max_sessions=40, clock=Clock(), fold_after=5.0)
    is_calling, timeouts, number = False, 0, 0

    def ring(*_: object) -> None:
        if is_calling:
            raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    try:
        while timeouts < 48:
            number += 1
            user = f"user {number % 60}"
            signal.setitimer(signal.ITIMER_REAL, random.randint(1, 40) / MICROSECONDS)
            try:
                is_calling = True
                bridge.receive(user, "hello", f"room {number % 3}")
                bridge.move(user, "lobby")
                bridge.close(user)
                is_calling = False
            except TimeoutError:
                is_calling = False
                timeouts += 1
                state_of(bridge)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert_usable(bridge)
    for newcomer in range(3_000):
        bridge.receive(f"newcomer {newcomer}", "hello", f"room {newcomer % 7}")
    assert list(state_of(bridge).sessions) == [
        f"newcomer {newcomer}" for newcomer in range(2_960, 3_000)
    ]
