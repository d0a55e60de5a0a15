from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import pytest

from bridge_model.errors import UnknownRoleError
from bridge_model.message import Message, Role


def test_the_roles_are_the_user_and_the_assistant() -> None:
    assert [(role.name, role.value) for role in Role] == [
        ("USER", "user"),
        ("ASSISTANT", "assistant"),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_found_by_its_value_and_reads_as_it(role: Role) -> None:
    assert Role(role.value) is role
    assert str(role) == role.value


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("system", "'system'"),
        ("USER", "'USER'"),
        ("", "''"),
        (None, "None"),
        ([], "[]"),
        ("a" * 1_000, f"'{'a' * 55} ..."),
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
