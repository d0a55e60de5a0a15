from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge_model import packed
from bridge_model.errors import InvalidValueError
from bridge_model.history import History
from bridge_model.message import Message, Role
from tests.unit.bridge_model.naive import NaiveHistory

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def message(number: int) -> Message:
    role = Role.ASSISTANT if number % 2 else Role.USER
    return Message(role, f"line {number}", EPOCH + timedelta(seconds=number), f"room {number // 3}")


class HistoryBehaviour:
    """What every history does; a subclass names the one under test."""

    history_class: type[History]

    def history(self, window: int, length: int) -> History:
        history = self.history_class(window)
        for number in range(length):
            said = message(number)
            history.append(said.role, said.content, float(number), said.room)
        return history

    def test_a_new_history_is_empty(self) -> None:
        history = self.history_class(2)
        assert len(history) == 0
        assert list(history) == []
        assert history.as_chat() == []

    def test_a_message_is_read_as_it_was_said(self) -> None:
        history = self.history_class(1)
        history.append(Role.USER, "grüße 🌹", 86_400.000001, "Bücherei")
        assert list(history) == [
            Message(
                role=Role.USER,
                content="grüße 🌹",
                timestamp=datetime(1970, 1, 2, 0, 0, 0, 1, UTC),
                room="Bücherei",
            )
        ]
        assert history[0].role is Role.USER

    def test_time_never_goes_backwards(self) -> None:
        history = self.history_class(2)
        for time in (5.0, 3.0, 6.0):
            history.append(Role.USER, "hello", time, "lobby")
        assert [said.timestamp.second for said in history] == [5, 5, 6]

    # The subclasses share these examples, one for each representation: that is intended.
    @settings(suppress_health_check=[HealthCheck.differing_executors])
    @given(st.integers(1, 6), st.integers(0, 30))
    def test_a_window_keeps_the_last_messages_of_its_exchanges(
        self, window: int, length: int
    ) -> None:
        history = self.history(window, length)
        expected = [message(number) for number in range(length)][-2 * window :]
        assert len(history) == len(expected)
        assert list(history) == expected
        assert list(reversed(history)) == expected[::-1]

    @settings(suppress_health_check=[HealthCheck.differing_executors])
    @given(st.integers(0, 253_402_300_799), st.integers(0, 3))
    def test_a_timestamp_is_the_time_in_utc(self, seconds: int, quarters: int) -> None:
        time = min(seconds + quarters / 4, 253_402_300_799.0)
        history = self.history_class(1)
        history.append(Role.USER, "hello", time, "lobby")
        assert history[0].timestamp == EPOCH + timedelta(seconds=time)
        assert history[0].timestamp.tzinfo is UTC

    @settings(suppress_health_check=[HealthCheck.differing_executors])
    @given(st.slices(6))
    def test_a_slice_is_a_list_of_messages(self, part: slice) -> None:
        assert self.history(3, 6)[part] == [message(number) for number in range(6)][part]

    def test_an_index_counts_from_either_end(self) -> None:
        history = self.history(2, 5)
        assert history[0] == message(1)
        assert history[3] == message(4)
        assert history[-1] == message(4)
        assert history[-4] == message(1)

    @pytest.mark.parametrize("index", [4, -5])
    def test_an_index_out_of_range_raises(self, index: int) -> None:
        history = self.history(2, 5)
        with pytest.raises(IndexError) as raised:
            history[index]
        assert str(raised.value) == "list index out of range"

    @pytest.mark.parametrize("index", [-1.0, "1", None])
    def test_an_index_is_a_whole_number_or_a_slice(self, index: Any) -> None:
        history = self.history(2, 5)
        with pytest.raises(TypeError) as raised:
            history[index]
        assert str(raised.value) == (
            f"list indices must be integers or slices, not {type(index).__name__}"
        )

    def test_a_message_is_found(self) -> None:
        history = self.history(2, 5)
        assert message(2) in history
        assert history.index(message(2)) == 1
        assert message(0) not in history

    def test_a_chat_is_the_roles_and_contents(self) -> None:
        assert self.history(1, 3).as_chat() == [
            {"role": "assistant", "content": "line 1"},
            {"role": "user", "content": "line 2"},
        ]

    def test_the_roles_of_a_chat_are_of_type_str(self) -> None:
        assert [type(line["role"]) for line in self.history(1, 2).as_chat()] == [str, str]

    def test_a_changed_chat_does_not_reach_the_history(self) -> None:
        history = self.history(1, 2)
        history.as_chat()[0]["content"] = "changed"
        history.as_chat().clear()
        assert list(history) == [message(0), message(1)]

    def test_a_copy_is_equal_and_independent(self) -> None:
        history = self.history(1, 2)
        copied = history.copy()
        assert copied == history
        copied.append(Role.USER, "only here", 5.0, "lobby")
        assert list(history) == [message(0), message(1)]
        history.append(Role.USER, "only there", 6.0, "lobby")
        assert [said.content for said in copied] == ["line 1", "only here"]
        assert [said.content for said in history] == ["line 1", "only there"]

    def test_histories_are_equal_by_window_and_messages(self) -> None:
        assert self.history(2, 3) == self.history(2, 3)
        assert self.history(2, 3) != self.history(2, 4)
        assert self.history(2, 3) != self.history(3, 3)
        assert self.history(2, 1) != [message(0)]

    def test_a_history_has_no_hash(self) -> None:
        with pytest.raises(TypeError) as raised:
            hash(self.history_class(1))
        assert str(raised.value) == f"unhashable type: '{self.history_class.__name__}'"

    def test_its_repr_does_not_show_what_was_said(self) -> None:
        assert repr(self.history(2, 3)) == "History(window=2, messages=3)"

    @pytest.mark.parametrize("window", [0, -1, 10_001])
    def test_a_window_out_of_range_is_refused(self, window: int) -> None:
        with pytest.raises(InvalidValueError) as raised:
            self.history_class(window)
        assert str(raised.value) == (
            f"history_window is {window}; allowed: a whole number from 1 to 10000"
        )


class TestHistory(HistoryBehaviour):
    history_class = History

    def test_its_length_and_its_last_message_are_read_without_the_others(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        history = self.history(3, 6)
        monkeypatch.delattr(packed, "messages")
        assert len(history) == 6
        assert history[-1] == message(5)
        with pytest.raises(AttributeError):
            list(history)


class TestNaiveHistory(HistoryBehaviour):
    history_class = NaiveHistory
