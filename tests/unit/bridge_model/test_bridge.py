import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bridge_model.bridge import Bridge, CapacityPolicy
from bridge_model.crisis import DEFAULT_INDICATORS, CrisisLevel, CrisisState
from bridge_model.errors import (
    BridgeError,
    BridgeFullError,
    InvalidTypeError,
    InvalidValueError,
    SessionNotFoundError,
    TooLongError,
)
from bridge_model.message import Message, Role
from bridge_model.room import Room
from bridge_model.session import Session
from tests.unit.bridge_model.naive import NaiveBridge
from tests.unit.bridge_model.support import (
    BAD_NAMES,
    BAD_TEXTS,
    BAD_TIMES,
    CALM_TEXT,
    FLAGGED_TEXT,
    LONE_SURROGATE,
    Clock,
    Liar,
    Rude,
    RudeText,
    snapshot,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ROOMS = ["lobby", "library", "cellar"]

LONG_NAME = f"'{'a' * 55} ...; allowed: 1 to 64"
NOT_ENCODABLE = "'lone \\ud800'; allowed: characters that UTF-8 can encode"
NAME_TYPE = "a str of 1 to 64 characters"
TEXT_TYPE = "a str of 1 to 4000 characters"


class Label(str):
    def __str__(self) -> str:
        return "not the characters"


class BrokenClockError(Exception):
    pass


def at(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def contents(session: Session) -> list[str]:
    return [message.content for message in session.history]


class BridgeBehaviour:
    """What every bridge does; a subclass names the one under test."""

    bridge_class: type[Bridge]

    def busy_bridge(self, clock: Clock, **settings: Any) -> Bridge:
        """Return a bridge of three users, each in another room: escalated, watchful and calm."""
        bridge = self.bridge_class(history_window=2, clock=clock, **settings)
        for _ in range(3):
            bridge.receive("ada", FLAGGED_TEXT)
        bridge.reply("ada", "I am here")
        bridge.receive("bo", FLAGGED_TEXT, room="library")
        bridge.receive("chi", CALM_TEXT)
        bridge.move("chi", "cellar")
        return bridge

    def test_a_new_bridge_is_empty(self) -> None:
        bridge = self.bridge_class()
        assert len(bridge) == 0
        assert list(bridge) == []
        assert bridge.room("lobby") == Room("lobby", frozenset())

    def test_the_first_message_opens_a_session_in_the_lobby(self) -> None:
        bridge = self.bridge_class(clock=Clock(12.25))
        assert bridge.receive("ada", "hello") is False
        session = bridge.session("ada")
        assert session.user == "ada"
        assert session.room == "lobby"
        assert list(session.history) == [Message(Role.USER, "hello", at(12.25), "lobby")]
        assert session.crisis == CrisisState()
        assert bridge.room("lobby") == Room("lobby", frozenset({"ada"}))

    def test_the_first_message_may_name_another_room(self) -> None:
        bridge = self.bridge_class(clock=Clock())
        bridge.receive("ada", "hello", room="library")
        assert bridge.session("ada").room == "library"
        assert bridge.room("library").members == frozenset({"ada"})
        assert bridge.room("lobby").members == frozenset()

    def test_a_conversation_is_kept_in_order_with_the_rooms_it_was_held_in(self) -> None:
        clock = Clock(1.0)
        bridge = self.bridge_class(clock=clock)
        bridge.receive("ada", "hello")
        clock.time = 2.0
        bridge.reply("ada", "hi Ada")
        bridge.move("ada", "library")
        clock.time = 3.0
        bridge.reply("ada", "quiet here")
        clock.time = 4.0
        bridge.receive("ada", "to the cellar", room="cellar")
        clock.time = 5.0
        bridge.receive("ada", "dark")
        assert list(bridge.session("ada").history) == [
            Message(Role.USER, "hello", at(1), "lobby"),
            Message(Role.ASSISTANT, "hi Ada", at(2), "lobby"),
            Message(Role.ASSISTANT, "quiet here", at(3), "library"),
            Message(Role.USER, "to the cellar", at(4), "cellar"),
            Message(Role.USER, "dark", at(5), "cellar"),
        ]
        assert bridge.session("ada").history.as_chat()[:2] == [
            {"role": "user", "content": "hello"},
            {"role": "assistant", "content": "hi Ada"},
        ]

    def test_a_user_is_in_one_room_at_a_time(self) -> None:
        bridge = self.bridge_class(clock=Clock())
        bridge.receive("ada", "hello")
        bridge.receive("bo", "hello")
        bridge.move("ada", "library")
        bridge.receive("bo", "me too", room="library")
        bridge.move("ada", "cellar")
        assert [bridge.room(name) for name in ROOMS] == [
            Room("lobby", frozenset()),
            Room("library", frozenset({"bo"})),
            Room("cellar", frozenset({"ada"})),
        ]

    def test_a_move_to_the_same_room_changes_nothing(self) -> None:
        bridge = self.busy_bridge(Clock())
        before = snapshot(bridge, ROOMS)
        bridge.move("bo", "library")
        assert snapshot(bridge, ROOMS) == before

    def test_a_window_keeps_the_last_exchanges(self) -> None:
        bridge = self.bridge_class(history_window=2, clock=Clock())
        for number in range(4):
            bridge.receive("ada", f"question {number}")
            bridge.reply("ada", f"answer {number}")
        assert contents(bridge.session("ada")) == [
            "question 2",
            "answer 2",
            "question 3",
            "answer 3",
        ]

    def test_the_default_window_is_twenty_exchanges(self) -> None:
        bridge = self.bridge_class(clock=Clock())
        for number in range(41):
            bridge.receive("ada", str(number))
        assert contents(bridge.session("ada")) == [str(number) for number in range(1, 41)]

    def test_length_iteration_and_membership_are_those_of_the_open_sessions(self) -> None:
        bridge = self.busy_bridge(Clock())
        bridge.close("bo")
        assert len(bridge) == 2
        assert sorted(bridge) == ["ada", "chi"]
        assert "ada" in bridge
        assert "bo" not in bridge
        assert 3 not in bridge
        assert [] not in bridge
        assert RudeText("ada") in bridge
        assert RudeText("bo") not in bridge
        assert Rude() not in bridge
        assert Liar() not in bridge

    def test_a_closed_session_is_forgotten(self) -> None:
        bridge = self.busy_bridge(Clock())
        bridge.close("ada")
        assert "ada" not in bridge
        assert bridge.room("lobby") == Room("lobby", frozenset())
        bridge.receive("ada", "again")
        assert contents(bridge.session("ada")) == ["again"]
        assert bridge.session("ada").crisis == CrisisState()

    def test_closing_one_session_leaves_the_others(self) -> None:
        bridge = self.busy_bridge(Clock())
        bo, chi = bridge.session("bo"), bridge.session("chi")
        bridge.close("ada")
        assert bridge.session("bo") == bo
        assert bridge.session("chi") == chi

    def test_what_a_caller_does_to_a_session_does_not_reach_the_bridge(self) -> None:
        bridge = self.busy_bridge(Clock())
        before = snapshot(bridge, ROOMS)
        session = bridge.session("ada")
        session.user = "bo"
        session.room = "library"
        session.crisis = CrisisState()
        session.history.append(Role.USER, "never said", 5.0, "library")
        session.history.as_chat()[0]["content"] = "changed"
        assert snapshot(bridge, ROOMS) == before
        assert bridge.session("ada") != session

    def test_later_traffic_does_not_reach_a_session_that_was_returned(self) -> None:
        bridge = self.bridge_class(clock=Clock())
        bridge.receive("ada", "hello")
        session = bridge.session("ada")
        for _ in range(3):
            bridge.receive("ada", FLAGGED_TEXT, room="library")
        assert session.room == "lobby"
        assert contents(session) == ["hello"]
        assert session.crisis == CrisisState()

    def test_strings_are_stored_without_their_subclass(self) -> None:
        bridge = self.bridge_class(clock=Clock())
        bridge.receive(Label("ada"), Label("hello"), Label("library"))
        bridge.reply(Label("ada"), Label("hi"))
        bridge.receive(Label("bo"), "hello")
        bridge.move(Label("bo"), Label("cellar"))
        assert [(type(user), user) for user in sorted(bridge)] == [(str, "ada"), (str, "bo")]
        ada, bo = bridge.session(Label("ada")), bridge.session("bo")
        assert [(type(name), name) for name in (ada.user, ada.room, bo.user, bo.room)] == [
            (str, "ada"),
            (str, "library"),
            (str, "bo"),
            (str, "cellar"),
        ]
        for message, content in zip(ada.history, ["hello", "hi"], strict=True):
            assert (type(message.content), message.content) == (str, content)
            assert (type(message.room), message.room) == (str, "library")
        room = bridge.room(Label("library"))
        assert (type(room.name), room.name) == (str, "library")
        assert [(type(user), user) for user in room.members] == [(str, "ada")]

    @pytest.mark.parametrize("max_sessions", [None, 3])
    def test_the_name_of_a_user_is_stored_once(self, max_sessions: int | None) -> None:
        bridge = self.bridge_class(max_sessions=max_sessions, clock=Clock())
        for room in (None, "library", "lobby", "library", None):
            bridge.receive("".join(["a", "da"]), "hello", room)
            bridge.reply("".join(["a", "da"]), "hi")
            (user,) = bridge
            (member,) = bridge.room(bridge.session("ada").room).members
            assert user is member

    def test_the_default_clock_is_the_time_of_day(self) -> None:
        bridge = self.bridge_class()
        before = datetime.fromtimestamp(time.time(), UTC)
        bridge.receive("ada", "hello")
        after = datetime.fromtimestamp(time.time(), UTC)
        assert before <= bridge.session("ada").history[0].timestamp <= after

    def test_timestamps_are_in_utc_with_microseconds(self) -> None:
        bridge = self.bridge_class(clock=Clock(1_700_000_000.123456))
        bridge.receive("ada", "hello")
        timestamp = bridge.session("ada").history[0].timestamp
        assert timestamp == datetime(2023, 11, 14, 22, 13, 20, 123456, UTC)
        assert timestamp.tzinfo is UTC

    @pytest.mark.parametrize("seconds", [0, 253_402_300_799])
    def test_the_first_and_the_last_second_are_stored(self, seconds: int) -> None:
        bridge = self.bridge_class(clock=Clock(seconds))
        bridge.receive("ada", "hello")
        assert bridge.session("ada").history[0].timestamp == at(seconds)

    def test_if_the_clock_steps_back_time_stands_still_for_everyone(self) -> None:
        clock = Clock(100.0)
        bridge = self.bridge_class(clock=clock)
        bridge.receive("ada", "hello")
        clock.time = 40.0
        bridge.reply("ada", "hi")
        bridge.receive("bo", "hello")
        bridge.close("ada")
        bridge.receive("ada", "again")
        clock.time = 101.0
        bridge.receive("bo", "on we go")
        assert [message.timestamp for message in bridge.session("ada").history] == [at(100)]
        assert [message.timestamp for message in bridge.session("bo").history] == [at(100), at(101)]

    def test_the_resources_are_due_once_per_escalation(self) -> None:
        bridge = self.bridge_class(clock=Clock())
        assert [bridge.receive("ada", FLAGGED_TEXT) for _ in range(6)] == [
            False,
            False,
            True,
            False,
            False,
            False,
        ]
        assert bridge.session("ada").crisis == CrisisState(CrisisLevel.ESCALATED)

    def test_three_calm_turns_recover_and_leave_nothing_behind(self) -> None:
        bridge = self.bridge_class(clock=Clock())
        for _ in range(3):
            bridge.receive("ada", FLAGGED_TEXT)
        states = []
        for _ in range(3):
            assert bridge.receive("ada", CALM_TEXT) is False
            states.append(bridge.session("ada").crisis)
        assert states == [
            CrisisState(CrisisLevel.ESCALATED, calm_turns=1),
            CrisisState(CrisisLevel.ESCALATED, calm_turns=2),
            CrisisState(),
        ]

    def test_after_a_recovery_the_resources_may_be_due_again(self) -> None:
        bridge = self.bridge_class(clock=Clock())
        texts = [*[FLAGGED_TEXT] * 3, *[CALM_TEXT] * 3, *[FLAGGED_TEXT] * 3]
        due = [bridge.receive("ada", text) for text in texts]
        assert due == [False, False, True, False, False, False, False, False, True]

    @pytest.mark.parametrize(("last", "due"), [(400.0, True), (400.25, False)])
    def test_exactly_300_seconds_count_and_more_do_not(self, last: float, due: bool) -> None:
        clock = Clock(100.0)
        bridge = self.bridge_class(clock=clock)
        bridge.receive("ada", FLAGGED_TEXT)
        bridge.receive("ada", FLAGGED_TEXT)
        clock.time = last
        assert bridge.receive("ada", FLAGGED_TEXT) is due
        assert bridge.session("ada").crisis.is_escalated is due

    def test_a_watchful_state_fades_after_300_seconds(self) -> None:
        clock = Clock(100.0)
        bridge = self.bridge_class(clock=clock)
        bridge.receive("ada", FLAGGED_TEXT)
        clock.time = 400.0
        bridge.receive("ada", CALM_TEXT)
        assert bridge.session("ada").crisis == CrisisState(CrisisLevel.WATCHFUL, (100.0,))
        clock.time = 400.25
        bridge.receive("ada", CALM_TEXT)
        assert bridge.session("ada").crisis == CrisisState()

    def test_a_reply_is_not_a_turn_of_the_user(self) -> None:
        bridge = self.bridge_class(clock=Clock(100.0))
        bridge.receive("ada", FLAGGED_TEXT)
        bridge.receive("ada", FLAGGED_TEXT)
        bridge.reply("ada", f"you said: {FLAGGED_TEXT}")
        state = CrisisState(CrisisLevel.WATCHFUL, (100.0, 100.0))
        assert bridge.session("ada").crisis == state
        bridge.receive("ada", FLAGGED_TEXT)
        bridge.reply("ada", CALM_TEXT)
        assert bridge.session("ada").crisis == CrisisState(CrisisLevel.ESCALATED)

    def test_the_turns_of_one_user_do_not_count_for_another(self) -> None:
        bridge = self.bridge_class(clock=Clock(100.0))
        assert [bridge.receive(user, FLAGGED_TEXT) for user in ("ada", "bo", "ada", "bo")] == [
            False
        ] * 4
        assert bridge.receive("chi", FLAGGED_TEXT) is False
        assert bridge.receive("ada", FLAGGED_TEXT) is True
        assert not bridge.session("bo").crisis.is_escalated
        assert not bridge.session("chi").crisis.is_escalated

    def test_a_turn_counts_longer_than_the_window_keeps_its_message(self) -> None:
        bridge = self.bridge_class(history_window=1, clock=Clock())
        bridge.receive("ada", FLAGGED_TEXT)
        for _ in range(4):
            bridge.reply("ada", CALM_TEXT)
        bridge.receive("ada", FLAGGED_TEXT)
        assert bridge.receive("ada", FLAGGED_TEXT) is True

    @pytest.mark.parametrize("indicator", DEFAULT_INDICATORS)
    def test_the_default_indicators_flag_in_any_case(self, indicator: str) -> None:
        bridge = self.bridge_class(clock=Clock(100.0))
        bridge.receive("ada", f"... {indicator.upper()} ...")
        assert bridge.session("ada").crisis == CrisisState(CrisisLevel.WATCHFUL, (100.0,))

    def test_the_indicators_can_be_replaced(self) -> None:
        bridge = self.bridge_class(clock=Clock(100.0), indicators=iter([Label("Große NOT")]))
        bridge.receive("ada", FLAGGED_TEXT)
        assert bridge.session("ada").crisis == CrisisState()
        bridge.receive("ada", "in GROSSE not")
        assert bridge.session("ada").crisis == CrisisState(CrisisLevel.WATCHFUL, (100.0,))

    def test_without_indicators_nothing_is_flagged(self) -> None:
        bridge = self.bridge_class(clock=Clock(), indicators=[])
        bridge.receive("ada", FLAGGED_TEXT)
        assert bridge.session("ada").crisis == CrisisState()

    def test_a_session_expires_after_more_than_the_idle_timeout(self) -> None:
        clock = Clock(100.0)
        bridge = self.bridge_class(idle_timeout=60, clock=clock)
        bridge.receive("ada", "hello", room="library")
        clock.time = 160.0
        assert bridge.expire() == ()
        assert "ada" in bridge
        clock.time = 160.25
        assert bridge.expire() == ("ada",)
        assert "ada" not in bridge
        assert bridge.room("library") == Room("library", frozenset())
        assert bridge.expire() == ()

    def test_fractions_of_a_microsecond_are_no_idle_time(self) -> None:
        clock = Clock(0.0000004)
        bridge = self.bridge_class(idle_timeout=300, clock=clock)
        bridge.receive("ada", "hello")
        clock.time = 300.0000004
        assert bridge.expire() == ()
        clock.time = 300.000001
        assert bridge.expire() == ("ada",)

    def test_the_longest_idle_expires_first_and_a_reply_is_activity(self) -> None:
        clock = Clock()
        bridge = self.bridge_class(idle_timeout=60.0, clock=clock)
        for seconds, user in enumerate(["ada", "bo", "chi", "dee"]):
            clock.time = float(seconds)
            bridge.receive(user, "hello")
        clock.time = 10.0
        bridge.reply("ada", "hi")
        clock.time = 50.0
        bridge.receive("bo", "still here")
        clock.time = 70.25
        assert bridge.expire() == ("chi", "dee", "ada")
        assert list(bridge) == ["bo"]

    def test_moving_and_reading_are_no_activity(self) -> None:
        clock = Clock(100.0)
        bridge = self.bridge_class(idle_timeout=60, clock=clock)
        bridge.receive("ada", "hello")
        bridge.receive("bo", "hello")
        clock.time = 160.0
        bridge.move("ada", "library")
        bridge.session("ada")
        clock.time = 161.0
        assert bridge.expire() == ("ada", "bo")

    def test_while_time_stands_still_nobody_grows_idle(self) -> None:
        clock = Clock(100.0)
        bridge = self.bridge_class(idle_timeout=60, clock=clock)
        bridge.receive("ada", "hello")
        clock.time = 0.0
        assert bridge.expire() == ()

    def test_without_an_idle_timeout_nobody_expires(self) -> None:
        clock = Clock(100.0)
        bridge = self.busy_bridge(clock)
        clock.time = 1e9
        assert bridge.expire() == ()
        assert len(bridge) == 3

    def test_a_full_bridge_closes_the_least_recently_active_session(self) -> None:
        bridge = self.bridge_class(max_sessions=2, clock=Clock())
        bridge.receive("ada", "hello", room="library")
        bridge.receive("bo", "hello")
        bridge.receive("chi", "hello")
        assert sorted(bridge) == ["bo", "chi"]
        assert bridge.room("library") == Room("library", frozenset())
        bridge.reply("bo", "hi")
        bridge.move("chi", "cellar")
        bridge.receive("dee", "hello")
        assert sorted(bridge) == ["bo", "dee"]

    @pytest.mark.parametrize("policy", list(CapacityPolicy))
    def test_a_full_bridge_still_serves_its_users(self, policy: CapacityPolicy) -> None:
        bridge = self.bridge_class(max_sessions=2, clock=Clock(), capacity_policy=policy)
        bridge.receive("ada", "hello")
        bridge.receive("bo", "hello")
        bridge.receive("ada", "me again")
        assert sorted(bridge) == ["ada", "bo"]
        assert contents(bridge.session("ada")) == ["hello", "me again"]

    def test_a_full_bridge_may_refuse(self) -> None:
        clock = Clock()
        bridge = self.busy_bridge(clock, max_sessions=3, capacity_policy=CapacityPolicy.REFUSE)
        before = snapshot(bridge, ROOMS)
        with pytest.raises(BridgeFullError) as raised:
            bridge.receive("dee", "hello", room="library")
        assert str(raised.value) == "number of sessions is 3; allowed: at most 3"
        assert raised.value.actual == 3
        assert raised.value.allowed == "at most 3"
        assert snapshot(bridge, ROOMS) == before
        bridge.close("bo")
        bridge.receive("dee", "hello")
        assert sorted(bridge) == ["ada", "chi", "dee"]

    def test_a_refused_message_does_not_advance_the_time(self) -> None:
        clock = Clock(100.0)
        bridge = self.bridge_class(
            max_sessions=1, clock=clock, capacity_policy=CapacityPolicy.REFUSE
        )
        bridge.receive("ada", "hello")
        clock.time = 900.0
        with pytest.raises(BridgeFullError):
            bridge.receive("bo", "hello")
        clock.time = 200.0
        bridge.reply("ada", "hi")
        assert bridge.session("ada").history[-1].timestamp == at(200)

    def test_a_refusing_bridge_evicts_an_idle_session_for_a_new_user(self) -> None:
        clock = Clock(100.0)
        bridge = self.bridge_class(
            max_sessions=2,
            idle_timeout=60,
            clock=clock,
            capacity_policy=CapacityPolicy.REFUSE,
        )
        bridge.receive("ada", "hello", room="library")
        bridge.receive("bo", "hello")
        clock.time = 160.0
        with pytest.raises(BridgeFullError):
            bridge.receive("chi", "hello")
        clock.time = 160.25
        bridge.receive("chi", "hello")
        assert sorted(bridge) == ["bo", "chi"]
        assert bridge.room("library") == Room("library", frozenset())

    @pytest.mark.parametrize(
        ("settings", "kind", "message"),
        [
            (
                {"history_window": 0},
                InvalidValueError,
                "history_window is 0; allowed: a whole number from 1 to 10000",
            ),
            (
                {"history_window": 10_001},
                InvalidValueError,
                "history_window is 10001; allowed: a whole number from 1 to 10000",
            ),
            (
                {"history_window": True},
                InvalidTypeError,
                "history_window is True; allowed: a whole number from 1 to 10000",
            ),
            (
                {"history_window": None},
                InvalidTypeError,
                "history_window is None; allowed: a whole number from 1 to 10000",
            ),
            (
                {"max_sessions": 0},
                InvalidValueError,
                "max_sessions is 0; allowed: a whole number from 1",
            ),
            (
                {"max_sessions": 2.0},
                InvalidTypeError,
                "max_sessions is 2.0; allowed: a whole number from 1",
            ),
            (
                {"idle_timeout": 0},
                InvalidValueError,
                "idle_timeout is 0; allowed: seconds above 0, at most 253402300799",
            ),
            (
                {"idle_timeout": "60"},
                InvalidTypeError,
                "idle_timeout is '60'; allowed: seconds above 0, at most 253402300799",
            ),
            (
                {"clock": 12.5},
                InvalidTypeError,
                "clock is 12.5; allowed: a callable returning seconds",
            ),
            (
                {"capacity_policy": "refuse"},
                InvalidTypeError,
                "capacity_policy is 'refuse'; allowed: "
                "CapacityPolicy.CLOSE_LEAST_RECENTLY_ACTIVE, CapacityPolicy.REFUSE",
            ),
            (
                {"indicators": "die"},
                InvalidTypeError,
                "indicators is 'die'; allowed: a collection of phrases",
            ),
            (
                {"indicators": [""]},
                InvalidValueError,
                "indicator is ''; allowed: 1 to 4000 characters",
            ),
        ],
    )
    def test_a_bad_setting_is_refused(
        self, settings: dict[str, Any], kind: type[BridgeError], message: str
    ) -> None:
        with pytest.raises(BridgeError) as raised:
            self.bridge_class(**settings)
        assert type(raised.value) is kind
        assert str(raised.value) == message

    @pytest.mark.parametrize("settings", [{"history_window": 1}, {"history_window": 10_000}])
    def test_the_smallest_and_the_largest_window_are_accepted(self, settings: Any) -> None:
        bridge = self.bridge_class(clock=Clock(), **settings)
        bridge.receive("ada", "hello")
        assert contents(bridge.session("ada")) == ["hello"]

    @pytest.mark.parametrize(
        ("call", "kind", "message"),
        [
            (
                lambda bridge: bridge.receive(3, "hello"),
                InvalidTypeError,
                f"user is 3; allowed: {NAME_TYPE}",
            ),
            (
                lambda bridge: bridge.receive("a" * 65, "hello"),
                TooLongError,
                f"user of 65 characters is {LONG_NAME}",
            ),
            (
                lambda bridge: bridge.receive("ada", b"hello"),
                InvalidTypeError,
                f"text is b'hello'; allowed: {TEXT_TYPE}",
            ),
            (
                lambda bridge: bridge.receive("ada", ""),
                InvalidValueError,
                "text is ''; allowed: 1 to 4000 characters",
            ),
            (
                lambda bridge: bridge.receive("ada", "hello", ""),
                InvalidValueError,
                "room is ''; allowed: 1 to 64 characters",
            ),
            (
                lambda bridge: bridge.receive("ada", "hello", LONE_SURROGATE),
                InvalidValueError,
                f"room is {NOT_ENCODABLE}",
            ),
            (
                lambda bridge: bridge.reply("dee", "hello"),
                SessionNotFoundError,
                "user is 'dee'; allowed: a user with an open session",
            ),
            (
                lambda bridge: bridge.reply(LONE_SURROGATE, "hello"),
                InvalidValueError,
                f"user is {NOT_ENCODABLE}",
            ),
            (
                lambda bridge: bridge.reply("ada", LONE_SURROGATE),
                InvalidValueError,
                f"text is {NOT_ENCODABLE}",
            ),
            (
                lambda bridge: bridge.move("dee", "library"),
                SessionNotFoundError,
                "user is 'dee'; allowed: a user with an open session",
            ),
            (
                lambda bridge: bridge.move("ada", None),
                InvalidTypeError,
                f"room is None; allowed: {NAME_TYPE}",
            ),
            (
                lambda bridge: bridge.move("ada", "a" * 65),
                TooLongError,
                f"room of 65 characters is {LONG_NAME}",
            ),
            (
                lambda bridge: bridge.session("dee"),
                SessionNotFoundError,
                "user is 'dee'; allowed: a user with an open session",
            ),
            (
                lambda bridge: bridge.session(None),
                InvalidTypeError,
                f"user is None; allowed: {NAME_TYPE}",
            ),
            (
                lambda bridge: bridge.room(3),
                InvalidTypeError,
                f"room is 3; allowed: {NAME_TYPE}",
            ),
            (
                lambda bridge: bridge.close("dee"),
                SessionNotFoundError,
                "user is 'dee'; allowed: a user with an open session",
            ),
            (
                lambda bridge: bridge.close(["ada"]),
                InvalidTypeError,
                f"user is ['ada']; allowed: {NAME_TYPE}",
            ),
        ],
    )
    def test_a_refused_call_says_why(
        self, call: Callable[[Bridge], object], kind: type[BridgeError], message: str
    ) -> None:
        bridge = self.busy_bridge(Clock())
        with pytest.raises(BridgeError) as raised:
            call(bridge)
        assert type(raised.value) is kind
        assert str(raised.value) == message
        assert message.endswith(f"allowed: {raised.value.allowed}")

    @pytest.mark.parametrize("max_sessions", [None, 3])
    @pytest.mark.parametrize(
        "call",
        [
            lambda bridge, name: bridge.receive(name, FLAGGED_TEXT),
            lambda bridge, name: bridge.reply(name, "hello"),
            lambda bridge, name: bridge.move(name, "library"),
            lambda bridge, name: bridge.session(name),
            lambda bridge, name: bridge.close(name),
            lambda bridge, name: bridge.room(name),
            lambda bridge, name: bridge.move("ada", name),
            # A room of None is valid here: the user stays in theirs.
            lambda bridge, name: bridge.receive("ada", FLAGGED_TEXT, 3 if name is None else name),
            lambda bridge, name: bridge.receive("dee", FLAGGED_TEXT, 3 if name is None else name),
        ],
    )
    @pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
    def test_a_bad_name_changes_nothing(
        self, call: Callable[[Bridge, Any], object], name: Any, max_sessions: int | None
    ) -> None:
        bridge = self.busy_bridge(Clock(), max_sessions=max_sessions)
        before = snapshot(bridge, ROOMS)
        with pytest.raises(BridgeError) as raised:
            call(bridge, name)
        assert len(str(raised.value)) < 200
        assert snapshot(bridge, ROOMS) == before

    @pytest.mark.parametrize("max_sessions", [None, 3])
    @pytest.mark.parametrize(
        "call",
        [
            lambda bridge, text: bridge.receive("ada", text, "cellar"),
            lambda bridge, text: bridge.receive("dee", text, "cellar"),
            lambda bridge, text: bridge.reply("ada", text),
        ],
    )
    @pytest.mark.parametrize("text", BAD_TEXTS, ids=lambda text: ascii(text)[:20])
    def test_a_bad_text_changes_nothing(
        self, call: Callable[[Bridge, Any], object], text: Any, max_sessions: int | None
    ) -> None:
        bridge = self.busy_bridge(Clock(), max_sessions=max_sessions)
        before = snapshot(bridge, ROOMS)
        with pytest.raises(BridgeError) as raised:
            call(bridge, text)
        assert raised.value.actual is text
        assert len(str(raised.value)) < 200
        assert snapshot(bridge, ROOMS) == before

    @pytest.mark.parametrize(
        "call",
        [
            lambda bridge: bridge.reply("dee", "hello"),
            lambda bridge: bridge.move("dee", "library"),
            lambda bridge: bridge.session("dee"),
            lambda bridge: bridge.close("dee"),
        ],
    )
    def test_an_unknown_user_changes_nothing(self, call: Callable[[Bridge], object]) -> None:
        bridge = self.busy_bridge(Clock())
        before = snapshot(bridge, ROOMS)
        with pytest.raises(SessionNotFoundError) as raised:
            call(bridge)
        assert isinstance(raised.value, KeyError)
        assert raised.value.actual == "dee"
        assert snapshot(bridge, ROOMS) == before

    @pytest.mark.parametrize(
        "call",
        [
            lambda bridge: bridge.receive("ada", FLAGGED_TEXT, "cellar"),
            lambda bridge: bridge.receive("dee", FLAGGED_TEXT, "cellar"),
            lambda bridge: bridge.reply("ada", "hello"),
            lambda bridge: bridge.expire(),
        ],
    )
    @pytest.mark.parametrize("bad_time", BAD_TIMES, ids=lambda time: ascii(time)[:20])
    def test_a_bad_clock_changes_nothing(
        self, call: Callable[[Bridge], object], bad_time: Any
    ) -> None:
        clock = Clock()
        bridge = self.busy_bridge(clock, max_sessions=3, idle_timeout=60)
        before = snapshot(bridge, ROOMS)
        clock.time = bad_time
        with pytest.raises(BridgeError) as raised:
            call(bridge)
        assert raised.value.actual is bad_time
        assert raised.value.allowed == "seconds from 0 to 253402300799"
        assert snapshot(bridge, ROOMS) == before

    @pytest.mark.parametrize(
        "call",
        [
            lambda bridge: bridge.receive("ada", FLAGGED_TEXT, "cellar"),
            lambda bridge: bridge.receive("dee", FLAGGED_TEXT, "cellar"),
            lambda bridge: bridge.reply("ada", "hello"),
            lambda bridge: bridge.expire(),
        ],
    )
    def test_a_clock_that_raises_changes_nothing(self, call: Callable[[Bridge], object]) -> None:
        clock = Clock()
        bridge = self.busy_bridge(clock, max_sessions=3, idle_timeout=60)
        before = snapshot(bridge, ROOMS)
        clock.time = BrokenClockError("stopped")
        with pytest.raises(BrokenClockError) as raised:
            call(bridge)
        assert raised.value is clock.time
        assert snapshot(bridge, ROOMS) == before

    def test_an_unknown_user_is_refused_before_the_clock_is_read(self) -> None:
        clock = Clock()
        bridge = self.busy_bridge(clock)
        clock.time = BrokenClockError("stopped")
        with pytest.raises(SessionNotFoundError):
            bridge.reply("dee", "")

    @pytest.mark.parametrize("max_sessions", [None, 3])
    @pytest.mark.parametrize(
        "meddle",
        [
            lambda bridge: bridge.close("ada"),
            lambda bridge: bridge.move("ada", "cellar"),
            lambda bridge: bridge.receive("dee", "hello", "library"),
            lambda bridge: bridge.receive("ada", "hello", "library"),
            lambda bridge: bridge.expire(),
            lambda bridge: bridge.fold(),
            lambda bridge: [bridge.close(user) for user in bridge],
        ],
    )
    @pytest.mark.parametrize(
        "call",
        [
            lambda bridge: bridge.receive("ada", FLAGGED_TEXT, "cellar"),
            lambda bridge: bridge.receive("bo", FLAGGED_TEXT),
            lambda bridge: bridge.receive("dee", "hello", "cellar"),
            lambda bridge: bridge.reply("ada", "hello"),
            lambda bridge: bridge.expire(),
            lambda bridge: bridge.fold(),
        ],
    )
    def test_a_clock_may_call_the_bridge(
        self,
        call: Callable[[Bridge], object],
        meddle: Callable[[Bridge], object],
        max_sessions: int | None,
    ) -> None:
        """The result is the same as if the clock's call had come first."""

        def outcome(bridge: Bridge) -> object:
            try:
                return call(bridge)
            except SessionNotFoundError as error:
                return str(error)

        def meddling_clock() -> float:
            meddlings.append(len(meddlings))
            if len(meddlings) == 1:
                meddle(meddled)
            return 1_500.0

        meddlings: list[int] = []
        options: dict[str, Any] = {"idle_timeout": 600, "max_sessions": max_sessions}
        meddled, other = (self.busy_bridge(Clock(), fold_after=400, **options) for _ in range(2))
        meddled._clock = meddling_clock
        other._clock = Clock(1_500.0)
        meddle(other)
        assert outcome(meddled) == outcome(other)
        assert meddlings
        assert snapshot(meddled, ROOMS) == snapshot(other, ROOMS)
        for user in meddled:
            meddled.close(user)
        assert [meddled.room(room).members for room in ROOMS] == [frozenset()] * 3

    @pytest.mark.parametrize("max_sessions", [None, 4])
    @pytest.mark.parametrize(
        "call",
        [
            lambda bridge, user: bridge.receive(user, "hello", "library"),
            lambda bridge, user: bridge.reply(user, "hello"),
            lambda bridge, user: bridge.move(user, "library"),
            lambda bridge, user: bridge.close(user),
            lambda bridge, user: bridge.receive(f"friend of {user}", "hello"),
            lambda bridge, _: bridge.expire(),
            lambda bridge, _: bridge.fold(),
        ],
    )
    def test_an_iteration_includes_every_user_who_was_there_at_its_start(
        self, call: Callable[[Bridge, str], object], max_sessions: int | None
    ) -> None:
        clock = Clock()
        bridge = self.busy_bridge(clock, max_sessions=max_sessions, idle_timeout=60, fold_after=30)
        clock.time += 61
        seen = []
        for user in bridge:
            call(bridge, user)
            seen.append(user)
        assert sorted(seen) == ["ada", "bo", "chi"]

    def test_what_needs_no_time_does_not_read_the_clock(self) -> None:
        clock = Clock()
        bridge = self.busy_bridge(clock)
        clock.time = BrokenClockError("stopped")
        bridge.move("ada", "cellar")
        bridge.close("bo")
        assert bridge.expire() == ()
        assert bridge.session("ada").room == "cellar"
        assert bridge.room("cellar").members == frozenset({"ada", "chi"})


class TestBridge(BridgeBehaviour):
    bridge_class = Bridge


class TestNaiveBridge(BridgeBehaviour):
    bridge_class = NaiveBridge


class TestFold:
    def quiet_bridge(self, clock: Clock) -> Bridge:
        """Return a bridge on which ada was quiet for 61 seconds and bo for 60, after long texts."""
        bridge = Bridge(clock=clock, fold_after=60, max_sessions=2, idle_timeout=3_600)
        bridge.receive("ada", 100 * FLAGGED_TEXT, "library")
        bridge.move("ada", "cellar")
        clock.time += 1
        bridge.receive("bo", 100 * CALM_TEXT)
        clock.time += 60
        return bridge

    def test_folds_the_sessions_that_were_idle_for_longer(self) -> None:
        clock = Clock()
        bridge = self.quiet_bridge(clock)
        assert bridge.fold() == 1
        assert bridge.fold() == 0
        clock.time += 1
        assert bridge.fold() == 1

    def test_nothing_else_changes(self) -> None:
        bridge = self.quiet_bridge(Clock())
        before = snapshot(bridge, ROOMS)
        bridge.fold()
        assert snapshot(bridge, ROOMS) == before
        assert bridge.fold() == 0  # reading a session does not unfold it

    @pytest.mark.parametrize(
        "touch",
        [
            lambda bridge: bridge.receive("ada", "hello"),
            lambda bridge: bridge.reply("ada", "hello"),
            lambda bridge: bridge.move("ada", "lobby"),
        ],
    )
    def test_a_message_or_a_move_unfolds(self, touch: Callable[[Bridge], object]) -> None:
        clock = Clock()
        folded, unfolded = self.quiet_bridge(clock), self.quiet_bridge(Clock())
        folded.fold()
        touch(folded)
        touch(unfolded)
        assert snapshot(folded, ROOMS) == snapshot(unfolded, ROOMS)
        clock.time += 61
        assert folded.fold() == 2

    def test_a_folded_session_can_be_evicted_expire_and_be_closed(self) -> None:
        clock = Clock()
        bridge = self.quiet_bridge(clock)
        clock.time += 1
        assert bridge.fold() == 2
        bridge.receive("chi", "hello")
        assert sorted(bridge) == ["bo", "chi"]
        clock.time += 3_600
        assert bridge.expire() == ("bo",)
        bridge.fold()
        bridge.close("chi")
        assert [bridge.room(name).members for name in ROOMS] == [frozenset()] * 3

    def test_a_session_that_does_not_shrink_is_not_counted(self) -> None:
        clock = Clock()
        bridge = Bridge(clock=clock, fold_after=60)
        bridge.receive("ada", "hello")
        clock.time += 61
        before = snapshot(bridge, ROOMS)
        assert bridge.fold() == 0
        assert snapshot(bridge, ROOMS) == before

    def test_nothing_is_compressed_again_until_it_changes(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compressions = []

        def compressobj(*args: Any, **options: Any) -> Any:
            compressions.append(options)
            return make(*args, **options)

        make = zlib.compressobj
        monkeypatch.setattr(zlib, "compressobj", compressobj)
        clock = Clock()
        bridge = self.quiet_bridge(clock)
        bridge.close("bo")
        bridge.receive("chi", "hello")
        clock.time += 61
        for expected in (2, 0, 0):
            bridge.fold()
            bridge.session("chi")
            assert len(compressions) == expected
            compressions.clear()
        bridge.reply("chi", "hi")
        assert bridge.fold() == 0
        clock.time += 61
        bridge.fold()
        bridge.fold()
        assert len(compressions) == 1

    def test_without_fold_after_no_session_is_folded(self) -> None:
        clock = Clock()
        bridge = Bridge(clock=clock)
        bridge.receive("ada", "hello")
        clock.time += 1e9
        assert bridge.fold() == 0

    @pytest.mark.parametrize("fold_after", [0, -1.0, True, "60"])
    def test_a_bad_fold_after_is_refused(self, fold_after: Any) -> None:
        with pytest.raises(BridgeError) as raised:
            Bridge(fold_after=fold_after)
        assert str(raised.value) == (
            f"fold_after is {fold_after!r}; allowed: seconds above 0, at most 253402300799"
        )


@pytest.mark.parametrize("kind", [Rude, Liar])
def test_checking_a_policy_runs_none_of_its_code(kind: Any) -> None:
    with pytest.raises(InvalidTypeError):
        Bridge(capacity_policy=kind())


def test_the_policies_say_what_they_do() -> None:
    assert [policy.value for policy in CapacityPolicy] == [
        "close the least recently active session",
        "refuse the new session",
    ]
