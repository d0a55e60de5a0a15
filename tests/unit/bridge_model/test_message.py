import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, replace
from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest

from bridge_model.errors import UnknownRoleError
from bridge_model.message import Message, Role, messages_of


class Unhashable:
    def __hash__(self) -> int:
        raise RuntimeError("no hash")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("not comparable")

    def __repr__(self) -> str:
        return "an Unhashable"


class Label(str):
    __slots__ = ()

    def __hash__(self) -> int:
        raise RuntimeError("no hash")


def test_the_roles_are_the_user_and_the_assistant() -> None:
    assert [(role.name, role.value) for role in Role] == [
        ("USER", "user"),
        ("ASSISTANT", "assistant"),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_found_by_its_value_and_printed_as_it(role: Role) -> None:
    assert Role(role.value) is role
    assert str(role) == role.value


def test_a_role_is_found_by_the_characters_of_its_value() -> None:
    assert Role(Label("assistant")) is Role.ASSISTANT


@pytest.mark.parametrize("role", list(Role))
def test_a_copied_or_pickled_role_is_the_same_object(role: Role) -> None:
    assert copy.deepcopy(role) is role
    assert pickle.loads(pickle.dumps(role)) is role


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("system", "'system'"),
        ("USER", "'USER'"),
        ("", "''"),
        (None, "None"),
        ([], "[]"),
        ("a" * 1_000, f"'{'a' * 55} ..."),
        pytest.param(10**5_000, "a int whose repr fails", id="too long to be shown"),
        (Unhashable(), "an Unhashable"),
    ],
)
def test_an_unknown_role_is_refused(role: Any, shown: str) -> None:
    with pytest.raises(UnknownRoleError) as raised:
        Role(role)
    assert str(raised.value) == f"role is {shown}; allowed: 'user', 'assistant'"
    assert raised.value.actual is role
    assert raised.value.allowed == "'user', 'assistant'"


@pytest.mark.parametrize("field", ["role", "content", "timestamp", "room"])
def test_a_message_does_not_change(field: str) -> None:
    message = Message(Role.USER, "hello", datetime(2026, 1, 1, tzinfo=UTC), "lobby")
    with pytest.raises(FrozenInstanceError) as raised:
        setattr(message, field, None)
    assert str(raised.value) == f"cannot assign to field '{field}'"
    assert message == Message(Role.USER, "hello", datetime(2026, 1, 1, tzinfo=UTC), "lobby")


def read_back() -> Message:
    (message,) = messages_of([Role.USER], ["hello"], [1_000_001], ["lobby"])
    return message


def test_a_message_of_columns_is_like_any_other() -> None:
    made = Message(Role.USER, "hello", datetime(1970, 1, 1, 0, 0, 1, 1, UTC), "lobby")
    assert type(read_back()) is Message
    assert read_back() == made
    assert hash(read_back()) == hash(made)
    assert repr(read_back()) == repr(made)
    assert asdict(read_back()) == asdict(made)
    assert replace(read_back(), content="hi") == replace(made, content="hi")
    assert copy.copy(read_back()) == made
    assert pickle.loads(pickle.dumps(read_back())) == made


@pytest.mark.parametrize("time", [0, 1, 999_999, 1_776_081_600_250_001, 253_402_300_799_000_000])
def test_a_timestamp_is_made_without_the_system(time: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Windows(datetime):
        @classmethod
        def fromtimestamp(cls, *_: object) -> NoReturn:
            raise OSError(22, "Invalid argument")  # for a time after the year 3000

    expected = datetime.fromtimestamp(time // 1_000_000, UTC).replace(microsecond=time % 1_000_000)
    monkeypatch.setattr("bridge_model.message.datetime", Windows)
    (made,) = messages_of([Role.USER], ["hello"], [time], ["lobby"])
    assert made.timestamp == expected


def test_a_timestamp_is_made_once() -> None:
    message = read_back()
    assert message.timestamp is message.timestamp


def test_a_message_of_columns_does_not_change() -> None:
    for message in (read_back(), copy.copy(read_back())):
        for field in ("role", "content", "timestamp", "room"):
            with pytest.raises(FrozenInstanceError):
                setattr(message, field, None)


def test_a_message_has_no_other_attribute() -> None:
    with pytest.raises(AttributeError) as raised:
        getattr(read_back(), "time")  # noqa: B009  # the type checker would refuse the attribute
    assert str(raised.value) == "'Message' object has no attribute 'time'"
