"""Any calls with any values, in any order, on a bridge and on a naive one beside it.

FUZZ_MINUTES in the environment says for how long; the default is three seconds, a minute with CI.
"""

import os
import time
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from bridge_model import (
    Bridge,
    BridgeError,
    CapacityPolicy,
    CrisisLevel,
    CrisisState,
    History,
    Message,
    Role,
)
from support.running import IS_CI
from tests.unit.bridge_model.naive import NaiveBridge
from tests.unit.bridge_model.support import (
    FLAGGED_TEXT,
    LONE_SURROGATE,
    Clock,
    Liar,
    Rude,
    RudeFloat,
    RudeInt,
    RudeText,
)

MINUTES = float(os.environ.get("FUZZ_MINUTES") or IS_CI or 0.05)


class Odd(NamedTuple):
    """Stands for an odd value, because Hypothesis would show and compare the value itself."""

    name: str


ODD = {
    Odd("liar"): Liar(),
    Odd("rude"): Rude(),
    Odd("rude text"): RudeText("ada"),
    Odd("rude nothing"): RudeText(""),
    Odd("rude int"): RudeInt(3),
    Odd("rude float"): RudeFloat(3.5),
    Odd("too long to be shown"): 10**5_000,
}

texts = (
    st.text(st.characters(), max_size=80)
    | st.builds(str.ljust, st.text(max_size=5), st.integers(60, 66) | st.integers(3_990, 4_001))
    | st.sampled_from(["\0", "\u0301", "\u202e\u05d0", "\u0130\u00df", "\U0010ffff", ""])
    | st.sampled_from([FLAGGED_TEXT, LONE_SURROGATE])
)
names = st.text(min_size=1, max_size=5) | texts
numbers = st.integers() | st.floats() | st.sampled_from([10**400, 2**62, 1e-7])
odd = st.sampled_from(list(ODD))
values = (
    odd
    | texts
    | numbers
    | st.none()
    | st.booleans()
    | st.binary(max_size=5)
    | st.lists(texts | numbers, max_size=2)
    | st.lists(numbers, max_size=3).map(tuple)
    | st.sampled_from([*Role, *CrisisLevel, *CapacityPolicy, Role, Message])
)
steps = st.sampled_from([0.0, 0.0, 0.0, 1e-6, 1.0, 150.0, 300.0, 2_147.483648, 1e9])


def value_of(drawn: Any) -> Any:
    return ODD[drawn] if type(drawn) is Odd else drawn


def characters_of(value: Any) -> str | None:
    return str.__str__(value) if issubclass(type(value), str) else None


class Refused(NamedTuple):
    """An error that a call may raise, as it can be compared."""

    kind: type[Exception]
    message: str


def outcome(call: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a call returns or how it was refused; any other exception is a bug."""
    try:
        return call(*arguments)
    except BridgeError as error:
        return Refused(type(error), str(error))


def outcome_of_index(messages: Any, index: Any) -> Any:
    """Return the item at an index, or the error that the sequence raises as a list does."""
    try:
        return messages[index]
    except (IndexError, TypeError, ValueError) as error:
        return Refused(type(error), str(error))


class AnyCalls(RuleBasedStateMachine):
    """Calls on a bridge and on a naive one; all texts of a user begin with the tag of that user."""

    bridge_class: ClassVar[type[Bridge]] = Bridge
    users = Bundle("users")
    rooms = Bundle("rooms")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock(1_000_000.0)
        self.tags: dict[str, str] = {}
        self.open({})

    @initialize(
        options=st.fixed_dictionaries(
            {
                "history_window": st.integers(1, 3),
                "max_sessions": st.sampled_from([None, 1, 3]),
                "idle_timeout": st.sampled_from([None, 200.0]),
                "fold_after": st.sampled_from([None, 1e-6, 200.0]),
                "capacity_policy": st.sampled_from(CapacityPolicy),
            },
            optional={"indicators": st.lists(st.text(min_size=1, max_size=3), max_size=2)},
        )
    )
    def open(self, options: dict[str, Any]) -> None:
        self.bridge = self.bridge_class(clock=self.clock, **options)
        self.naive = NaiveBridge(clock=self.clock, **options)

    @initialize(target=users, user=names)
    def begin_with_a_user(self, user: str) -> str:
        return user

    @initialize(target=rooms, room=names)
    def begin_with_a_room(self, room: str) -> str:
        return room

    @rule(target=users, user=names | odd)
    def meet(self, user: object) -> object:
        return user

    @rule(target=rooms, room=names | odd)
    def build(self, room: object) -> object:
        return room

    @rule(step=steps, user=users, text=texts, room=st.none() | rooms)
    def receive(self, step: float, user: object, text: object, room: object) -> None:
        self.clock.time += step
        self.call("receive", user, self.tagged(user, text), room)

    @rule(step=steps, user=users, text=texts)
    def reply(self, step: float, user: object, text: object) -> None:
        self.clock.time += step
        self.call("reply", user, self.tagged(user, text))

    @rule(step=steps, user=users, text=texts, turns=st.integers(2, 4))
    def talk(self, step: float, user: object, text: object, turns: int) -> None:
        for _ in range(turns):
            self.receive(step, user, text, None)
            self.reply(step, user, text)

    @rule(user=users, room=rooms)
    def move(self, user: object, room: object) -> None:
        self.call("move", user, room)

    @rule(user=users)
    def close(self, user: object) -> None:
        self.call("close", user)

    @rule(step=steps)
    def expire(self, step: float) -> None:
        self.clock.time += step
        self.call("expire")

    @rule(step=steps)
    def fold(self, step: float) -> None:
        self.clock.time += step
        assert 0 <= self.bridge.fold() <= len(self.bridge)

    @rule(user=users, value=values, text=texts)
    def give_any_value(self, user: object, value: object, text: str) -> None:
        for method in ("close", "session", "room", "__contains__"):
            self.call(method, value)
        self.call("receive", value, self.tagged(value, text))
        self.call("receive", user, self.tagged(user, value))
        self.call("receive", user, self.tagged(user, text), value)
        self.call("reply", value, self.tagged(value, text))
        self.call("reply", user, self.tagged(user, value))
        self.call("move", user, value)
        self.call("move", value, user)

    @rule(user=users, time=values, text=texts)
    def set_the_clock_to_any_value(self, user: object, time: object, text: str) -> None:
        before = self.clock.time
        self.clock.time = value_of(time)
        self.call("receive", user, self.tagged(user, text))
        self.call("expire")
        outcome(self.bridge.fold)
        self.clock.time = before

    @rule(user=users, index=st.integers(-8, 8) | st.slices(8) | numbers | texts)
    def read_the_history(self, user: object, index: Any) -> None:
        session = outcome(self.bridge.session, value_of(user))
        if not isinstance(session, Refused):
            messages = list(session.history)
            assert outcome_of_index(session.history, index) == outcome_of_index(messages, index)
            assert session.history.as_chat() == [
                {"role": str(message.role), "content": message.content} for message in messages
            ]

    @rule(user=users, role=values, text=values, time=values, room=values)
    def add_any_value_to_a_history(
        self, user: object, role: object, text: object, time: object, room: object
    ) -> None:
        session = outcome(self.bridge.session, value_of(user))
        if not isinstance(session, Refused):
            before, messages = self.state(), list(session.history)
            added = outcome(session.history.append, *map(value_of, (role, text, time, room)))
            assert isinstance(added, Refused) == (list(session.history) == messages)
            assert self.state() == before

    @rule(user=users, flagged=st.booleans() | values, time=values)
    def let_a_crisis_state_observe_any_value(
        self, user: object, flagged: object, time: object
    ) -> None:
        session = outcome(self.bridge.session, value_of(user))
        if not isinstance(session, Refused):
            outcome(session.crisis.observe, value_of(flagged), value_of(time))

    @rule(first=values, second=values, third=values)
    def make_others_of_any_value(self, first: object, second: object, third: object) -> None:
        arguments = [value_of(drawn) for drawn in (first, second, third)]
        outcome(CrisisState, *arguments)
        outcome(History, arguments[0])
        outcome(Role, arguments[0])
        for option in (
            "history_window",
            "max_sessions",
            "idle_timeout",
            "clock",
            "capacity_policy",
            "indicators",
            "fold_after",
        ):
            outcome(lambda option=option: Bridge(**{option: arguments[0]}))

    def tagged(self, user: object, text: object) -> object:
        name, said = characters_of(value_of(user)), characters_of(value_of(text))
        if name is None or said is None:
            return text
        tag = self.tags.setdefault(name, f"[{len(self.tags)}]")
        return RudeText(tag + said) if type(text) is Odd else tag + said

    def call(self, method: str, *drawn: object) -> None:
        arguments = list(map(value_of, drawn))
        before = self.state()
        done = outcome(getattr(self.bridge, method), *arguments)
        assert done == outcome(getattr(self.naive, method), *arguments)
        if isinstance(done, Refused):
            assert self.state() == before
        elif arguments:
            self.check(arguments[0])

    def check(self, user: object) -> None:
        """Compare a user's session with the naive one; no message is anybody else's."""
        session = outcome(self.bridge.session, user)
        assert session == outcome(self.naive.session, user)
        if not isinstance(session, Refused):
            tag = self.tags[session.user]
            assert all(message.content.startswith(tag) for message in session.history)

    def state(self) -> object:
        """Return all that the bridge stores."""
        members = {room: list(names) for room, names in self.bridge._presence._members.items()}
        return list(self.bridge._least_recent_first()), members, self.bridge._latest

    def teardown(self) -> None:
        assert len(self.bridge) == len(self.naive)
        assert set(self.bridge) == set(self.naive)
        for user in self.bridge:
            self.check(user)
        for room in {*self.naive._rooms.rooms, *self.bridge._presence._members}:
            assert self.bridge.room(room) == self.naive.room(room)


def try_orders(kind: type[AnyCalls], number: int, **options: Any) -> None:
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=number,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow],
            derandomize=False,  # Hypothesis is deterministic if CI is set, and would repeat itself
            **options,
        ),
    )


def test_no_call_raises_anything_but_a_bridge_error() -> None:
    end, tried = time.monotonic() + 60 * MINUTES, 0
    while time.monotonic() < end:
        try_orders(AnyCalls, 50)
        tried += 50
    print(f"{tried:,} orders of calls tried")


class Mixing(Bridge):
    def reply(self, user: str, text: str) -> None:
        super().reply(next(iter(self), user), text)


class Hasty(Bridge):
    def receive(self, user: str, text: str, room: str | None = None) -> bool:
        if user in self and room is not None:
            self.move(user, room)
        return super().receive(user, text, room)


class Failing(Bridge):
    def close(self, user: str) -> None:
        if dict(self._least_recent_first())[user]:
            super().close(user)


@pytest.mark.parametrize(
    ("kind", "error"), [(Mixing, AssertionError), (Hasty, AssertionError), (Failing, KeyError)]
)
def test_a_bug_in_a_bridge_is_found(
    kind: type[Bridge], error: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    class Calls(AnyCalls):
        bridge_class = kind

    with pytest.raises(error):
        try_orders(Calls, 1_000, phases=[Phase.generate], report_multiple_bugs=False)
    capsys.readouterr()
