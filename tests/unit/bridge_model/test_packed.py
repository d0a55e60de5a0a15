import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge_model import packed
from bridge_model.crisis import CrisisLevel, CrisisState
from bridge_model.limits import LATEST_TIME, MICROSECONDS
from bridge_model.message import Message, Role
from tests.unit.bridge_model.naive import NaiveHistory

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

texts = st.text(min_size=1, max_size=20) | st.just("on and on " * 60)
rooms = st.sampled_from(["lobby", "library", "\U0001f339" * 64]) | st.text(min_size=1, max_size=20)
times = st.lists(
    st.integers(0, int(LATEST_TIME)) | st.integers(0, 10_000), min_size=1, max_size=12
).map(sorted)


def begun() -> bytes:
    return packed.begin(Role.USER, "hello", 1_000_000, "lobby")


@given(st.data(), times, st.integers(2, 8))
def test_what_is_packed_is_what_was_said(
    data: st.DataObject, seconds: list[int], limit: int
) -> None:
    """Every message within the limit can be read, and so can the room and the chat."""
    naive = NaiveHistory(10_000)
    session = b""
    for second in seconds:
        role = data.draw(st.sampled_from(Role))
        text, room = data.draw(texts), data.draw(rooms)
        time = second * MICROSECONDS
        naive.append(role, text, float(second), room)
        if session:
            session = packed.move(session, room)
            session = packed.append(session, limit, role, text, time)
        else:
            session = packed.begin(role, text, time, room)
        expected = list(naive)[-limit:]
        assert packed.messages(session) == expected
        assert packed.length(session) == len(expected)
        assert packed.last(session) == expected[-1]
        assert packed.room(session) == room
        assert packed.last_active(session) == time
        assert packed.chat(session) == naive.as_chat()[-limit:]
        folded = packed.fold(session)
        assert packed.unfold(folded) == session
        assert packed.last_active(folded) == time
        assert len(folded) <= len(session)


def test_a_large_session_is_packed_like_any_other() -> None:
    session = packed.begin(Role.USER, "begin", 0, "lobby")
    naive = NaiveHistory(20)
    for second in range(100):
        text, room = f"{second} " * 1_000, f"room {second // 7}"
        naive.append(Role.ASSISTANT, text, float(second), room)
        session = packed.move(session, room)
        session = packed.append(session, 40, Role.ASSISTANT, text, second * MICROSECONDS)
    assert len(session) > 100_000
    assert packed.messages(session) == list(naive)
    assert packed.unfold(packed.fold(session)) == session


@pytest.mark.parametrize("text", ["\0", "a\0b", "\n", "\x1f", "\U0010ffff", "\xff", "ü\xfe"])
def test_a_text_may_hold_any_character(text: str) -> None:
    session = packed.append(begun(), 3, Role.ASSISTANT, text, 1_000_000)
    session = packed.append(session, 3, Role.USER, "so", 1_000_000)
    assert [message.content for message in packed.messages(session)] == ["hello", text, "so"]
    assert [line["content"] for line in packed.chat(session)] == ["hello", text, "so"]


@given(st.lists(rooms, min_size=1, max_size=6))
def test_a_session_does_not_show_that_a_user_left_and_came_back(visited: list[str]) -> None:
    session = begun()
    for room in [*visited, "lobby"]:
        session = packed.move(session, room)
        assert packed.room(session) == room
        assert [message.room for message in packed.messages(session)] == ["lobby"]
    assert session == begun()


@given(st.lists(st.tuples(texts, rooms), min_size=3, max_size=10))
def test_dropped_messages_leave_nothing_behind(lines: list[tuple[str, str]]) -> None:
    """A window that dropped messages is packed as if they had never been said."""

    def session(lines: list[tuple[str, str]], start: int) -> bytes:
        (text, room), *rest = lines
        packed_lines = packed.begin(Role.USER, text, start, room)
        for time, (text, room) in enumerate(rest, start + 1):
            packed_lines = packed.move(packed_lines, room)
            packed_lines = packed.append(packed_lines, 2, Role.ASSISTANT, text, time)
        return packed_lines

    whole = session([("first", "lobby"), *lines], 0)
    last = packed.append(
        packed.move(
            packed.begin(Role.ASSISTANT, lines[-2][0], len(lines) - 1, lines[-2][1]), lines[-1][1]
        ),
        2,
        Role.ASSISTANT,
        lines[-1][0],
        len(lines),
    )
    assert whole == last


states = st.sampled_from(
    [
        CrisisState(),
        CrisisState(CrisisLevel.WATCHFUL, (0.0,)),
        CrisisState(CrisisLevel.WATCHFUL, (253_402_300_499.0, 253_402_300_799.0)),
        CrisisState(CrisisLevel.WATCHFUL, (1_776_081_600.123457,)),
        *[CrisisState(CrisisLevel.ESCALATED, calm_turns=turns) for turns in range(3)],
    ]
)


@given(st.lists(st.tuples(states, st.none() | rooms), max_size=6))
def test_a_crisis_leaves_no_trace(changes: list[tuple[CrisisState, str | None]]) -> None:
    """The crisis state changes nothing else, and moves and messages do not change it."""
    session = begun()
    for state, room in changes:
        session = packed.change_crisis(session, state)
        if room is not None:
            session = packed.move(session, room)
        session = packed.append(session, 2, Role.USER, "hello again", packed.last_active(session))
        assert packed.crisis(session) == state
    calm = packed.change_crisis(session, CrisisState())
    assert packed.crisis(calm) == CrisisState()
    assert packed.messages(calm) == packed.messages(session)
    assert packed.room(calm) == packed.room(session)
    never = begun()
    for _, room in changes:
        never = packed.move(never, room or packed.room(never))
        never = packed.append(never, 2, Role.USER, "hello again", packed.last_active(never))
    assert calm == never


def test_a_message_takes_its_text_and_5_bytes() -> None:
    long = packed.begin(Role.USER, "hello" * 100, 1_000_000, "lobby")
    longer = packed.append(long, 2, Role.ASSISTANT, "grüße", 2_000_000)
    assert len(longer) - len(long) == len("grüße".encode()) + 5


def test_a_session_that_would_not_shrink_is_folded_as_it_is() -> None:
    session = packed.begin(Role.ASSISTANT, "hello", int(LATEST_TIME) * MICROSECONDS, "lobby")
    folded = packed.fold(session)
    assert packed.is_folded(folded)
    assert len(folded) == len(session)
    assert packed.unfold(folded) == session
    assert packed.last_active(folded) == int(LATEST_TIME) * MICROSECONDS


def test_a_session_that_is_not_folded_is_returned_as_it_is() -> None:
    session = begun()
    assert packed.unfold(session) is session


def test_a_folded_session_says_so() -> None:
    session = packed.begin(Role.USER, "hello" * 100, 1_000_000, "lobby")
    folded = packed.fold(session)
    assert packed.is_folded(folded)
    assert packed.unfold(folded) == session
    latest = packed.begin(Role.ASSISTANT, "hello" * 100, int(LATEST_TIME) * MICROSECONDS, "lobby")
    assert not packed.is_folded(latest)
    assert packed.last_active(packed.fold(latest)) == int(LATEST_TIME) * MICROSECONDS


def test_no_session_is_small_enough_for_a_pool() -> None:
    sessions = [begun()]
    sessions.append(packed.append(sessions[-1], 2, Role.ASSISTANT, "grüße", 2_000_000))
    sessions.append(packed.move(sessions[-1], "library"))
    sessions.append(packed.change_crisis(sessions[-1], CrisisState(CrisisLevel.ESCALATED)))
    assert [sys.getsizeof(session) for session in sessions] == [513] * 4


@pytest.mark.parametrize("pause", [2**31 - 2, 2**31 - 1, 2**31, 250_000_000_000_000_000])
def test_a_pause_may_be_of_any_length(pause: int) -> None:
    session = packed.append(begun(), 3, Role.ASSISTANT, "hi", 1_000_000 + pause)
    session = packed.append(session, 3, Role.USER, "so", 2_000_000 + pause)
    assert [message.timestamp - EPOCH for message in packed.messages(session)] == [
        timedelta(microseconds=time) for time in (1_000_000, 1_000_000 + pause, 2_000_000 + pause)
    ]


def test_messages_of_a_session() -> None:
    message, *others = packed.messages(begun())
    assert message == packed.last(begun())
    assert isinstance(message, Message)
    assert not others
