"""Random traffic on a bridge, which is compared with a model of lists and dicts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bridge_model import (
    Bridge,
    BridgeError,
    BridgeFullError,
    CapacityPolicy,
    CrisisLevel,
    CrisisState,
    Role,
    SessionNotFoundError,
)
from tests.unit.bridge_model.support import (
    BAD_NAMES,
    BAD_TEXTS,
    BAD_TIMES,
    CALM_TEXT,
    FLAGGED_TEXT,
    Clock,
    expected_crisis,
    snapshot,
)

pytestmark = pytest.mark.slow

USERS = ["ada", "bo", "chi"]
ROOMS = ["lobby", "library", "cellar"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

users = st.sampled_from(USERS)
rooms = st.sampled_from(ROOMS)
# Quarters of a second are exact in a float, so that a limit is met exactly or not at all.
# The clock mostly stands still: three flagged turns within 300 s would otherwise be rare.
steps = st.sampled_from([*[0.0] * 6, 0.25, 150.0, 150.25, 300.0, 5_000.0])

BAD_CALLS: list[Callable[[Bridge, str], object]] = [
    *[lambda bridge, _, bad=bad: bridge.receive(bad, FLAGGED_TEXT) for bad in BAD_NAMES],
    *[lambda bridge, _, bad=bad: bridge.reply(bad, "hello") for bad in BAD_NAMES],
    *[lambda bridge, _, bad=bad: bridge.close(bad) for bad in BAD_NAMES],
    *[lambda bridge, user, bad=bad: bridge.move(user, bad) for bad in BAD_NAMES],
    *[
        lambda bridge, user, bad=bad: bridge.receive(user, FLAGGED_TEXT, bad)
        for bad in BAD_NAMES
        if bad is not None
    ],
    *[lambda bridge, user, bad=bad: bridge.receive(user, bad, "cellar") for bad in BAD_TEXTS],
    *[lambda bridge, user, bad=bad: bridge.reply(user, bad) for bad in BAD_TEXTS],
]


class BrokenClockError(Exception):
    pass


@dataclass
class Conversation:
    """What the model remembers of a user: every message, where the bridge holds a window."""

    room: str
    said: list[tuple[Role, str, datetime, str]] = field(default_factory=list)
    turns: list[tuple[bool, float]] = field(default_factory=list)
    last_active: float = 0.0


class Traffic(RuleBasedStateMachine):
    """Calls in any order on one bridge; a subclass sets the bounds of the bridge."""

    bridge_class: ClassVar[type[Bridge]] = Bridge
    window: ClassVar[int] = 2
    max_sessions: ClassVar[int | None] = None
    idle_timeout: ClassVar[float | None] = None
    policy: ClassVar[CapacityPolicy] = CapacityPolicy.CLOSE_LEAST_RECENTLY_ACTIVE

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock(10_000.0)
        self.bridge = self.bridge_class(
            self.window,
            self.max_sessions,
            self.idle_timeout,
            self.clock,
            capacity_policy=self.policy,
        )
        self.conversations: dict[str, Conversation] = {}
        self.least_recent_first: list[str] = []
        self.latest = 0.0
        self.number = 0

    def now(self) -> float:
        return max(self.latest, float(self.clock.time))

    def is_idle(self, user: str) -> bool:
        idle = self.now() - self.conversations[user].last_active
        return self.idle_timeout is not None and idle > self.idle_timeout

    def is_refused(self, user: str) -> bool:
        return (
            self.policy is CapacityPolicy.REFUSE
            and user not in self.conversations
            and len(self.conversations) == self.max_sessions
            and not self.is_idle(self.least_recent_first[0])
        )

    def forget(self, user: str) -> None:
        del self.conversations[user]
        self.least_recent_first.remove(user)

    def remember(self, user: str, role: Role, text: str) -> None:
        now = self.now()
        conversation = self.conversations[user]
        timestamp = EPOCH + timedelta(seconds=now)
        conversation.said.append((role, text, timestamp, conversation.room))
        conversation.last_active = now
        self.latest = now
        self.least_recent_first.remove(user)
        self.least_recent_first.append(user)

    def numbered(self, text: str) -> str:
        """Return the text with a number that no other message has."""
        self.number += 1
        return f"{text} {self.number}"

    @rule(step=steps, user=users, flagged=st.booleans(), room=st.none() | rooms)
    def receive(self, step: float, user: str, flagged: bool, room: str | None) -> None:
        self.clock.time += step
        text = self.numbered(FLAGGED_TEXT if flagged else CALM_TEXT)
        if self.is_refused(user):
            before = snapshot(self.bridge, ROOMS)
            with pytest.raises(BridgeFullError):
                self.bridge.receive(user, text, room)
            assert snapshot(self.bridge, ROOMS) == before
            return
        if user not in self.conversations:
            if len(self.conversations) == self.max_sessions:
                self.forget(self.least_recent_first[0])
            self.conversations[user] = Conversation("lobby")
            self.least_recent_first.append(user)
        conversation = self.conversations[user]
        conversation.room = room or conversation.room
        was_escalated = expected_crisis(conversation.turns).is_escalated
        conversation.turns.append((flagged, self.now()))
        is_escalated = expected_crisis(conversation.turns).is_escalated
        self.remember(user, Role.USER, text)
        assert self.bridge.receive(user, text, room) is (is_escalated and not was_escalated)

    @rule(user=users)
    def reply(self, user: str) -> None:
        text = self.numbered("I am here")
        if user in self.conversations:
            self.remember(user, Role.ASSISTANT, text)
            self.bridge.reply(user, text)
        else:
            with pytest.raises(SessionNotFoundError):
                self.bridge.reply(user, text)

    @rule(user=users, room=rooms)
    def move(self, user: str, room: str) -> None:
        if user in self.conversations:
            self.conversations[user].room = room
            self.bridge.move(user, room)
        else:
            with pytest.raises(SessionNotFoundError):
                self.bridge.move(user, room)

    @rule(user=users)
    def close(self, user: str) -> None:
        if user in self.conversations:
            self.forget(user)
            self.bridge.close(user)
        else:
            with pytest.raises(SessionNotFoundError):
                self.bridge.close(user)

    @rule(step=steps)
    def expire(self, step: float) -> None:
        self.clock.time += step
        idle = [user for user in self.least_recent_first if self.is_idle(user)]
        for user in idle:
            self.forget(user)
        assert self.bridge.expire() == tuple(idle)

    @rule(step=steps)
    def step_the_clock_back(self, step: float) -> None:
        self.clock.time = max(0.0, self.clock.time - step)

    @rule(call=st.sampled_from(BAD_CALLS), user=users)
    def give_bad_input(self, call: Callable[[Bridge, str], object], user: str) -> None:
        before = snapshot(self.bridge, ROOMS)
        with pytest.raises(BridgeError):
            call(self.bridge, user)
        assert snapshot(self.bridge, ROOMS) == before

    @rule(time=st.sampled_from([*BAD_TIMES, BrokenClockError()]), user=users)
    def break_the_clock(self, time: Any, user: str) -> None:
        before = snapshot(self.bridge, ROOMS)
        right_time = self.clock.time
        self.clock.time = time
        with pytest.raises((BridgeError, BrokenClockError)):
            self.bridge.receive(user, FLAGGED_TEXT, "cellar")
        with pytest.raises((BridgeError, BrokenClockError)):
            self.bridge.reply(user, "hello")
        if self.idle_timeout is not None:
            with pytest.raises((BridgeError, BrokenClockError)):
                self.bridge.expire()
        self.clock.time = right_time
        assert snapshot(self.bridge, ROOMS) == before

    @rule(user=users)
    def change_what_was_returned(self, user: str) -> None:
        if user not in self.conversations:
            return
        before = snapshot(self.bridge, ROOMS)
        session = self.bridge.session(user)
        session.room = "elsewhere"
        session.crisis = CrisisState(CrisisLevel.ESCALATED)
        session.history.append(Role.USER, "never said", 0.0, "elsewhere")
        assert snapshot(self.bridge, ROOMS) == before

    @invariant()
    def the_open_sessions_are_those_of_the_model(self) -> None:
        assert len(self.bridge) == len(self.conversations)
        assert sorted(self.bridge) == sorted(self.conversations)
        for user in USERS:
            assert (user in self.bridge) == (user in self.conversations)
        if self.max_sessions is not None:
            assert len(self.bridge) <= self.max_sessions

    @invariant()
    def every_session_is_that_of_its_own_model(self) -> None:
        for user, conversation in self.conversations.items():
            session = self.bridge.session(user)
            history = [
                (message.role, message.content, message.timestamp, message.room)
                for message in session.history
            ]
            assert history == conversation.said[-2 * self.window :]
            assert session.user == user
            assert session.room == conversation.room
            assert session.crisis == expected_crisis(conversation.turns)

    @invariant()
    def every_room_holds_those_who_are_there(self) -> None:
        for name in ROOMS:
            room = self.bridge.room(name)
            assert room.name == name
            assert room.members == {
                user
                for user, conversation in self.conversations.items()
                if conversation.room == name
            }

    @invariant()
    def timestamps_are_in_utc_and_never_go_backwards(self) -> None:
        for user in self.conversations:
            timestamps = [message.timestamp for message in self.bridge.session(user).history]
            assert timestamps == sorted(timestamps)
            assert all(timestamp.tzinfo is UTC for timestamp in timestamps)


class UnboundedTraffic(Traffic):
    pass


class IdleTraffic(Traffic):
    idle_timeout = 150.0


class ClosingTraffic(Traffic):
    max_sessions = 2


class RefusingTraffic(Traffic):
    max_sessions = 2
    policy = CapacityPolicy.REFUSE


class ClosingIdleTraffic(ClosingTraffic):
    idle_timeout = 150.0


class RefusingIdleTraffic(RefusingTraffic):
    idle_timeout = 150.0


@pytest.mark.parametrize(
    "traffic",
    [
        UnboundedTraffic,
        IdleTraffic,
        ClosingTraffic,
        RefusingTraffic,
        ClosingIdleTraffic,
        RefusingIdleTraffic,
    ],
)
def test_a_bridge_behaves_like_its_model(traffic: type[Traffic]) -> None:
    run_state_machine_as_test(
        traffic, settings=settings(max_examples=200, stateful_step_count=50, deadline=None)
    )
