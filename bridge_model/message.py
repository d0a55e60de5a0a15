"""Message: one line of a conversation, and the roles that speak."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import EnumType, StrEnum
from typing import TYPE_CHECKING, Any, cast

from bridge_model.errors import UnknownRoleError
from bridge_model.limits import MICROSECONDS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _RoleType(EnumType):
    """Finds a role by its value. Enum itself takes the hash and repr of a value: both may fail."""

    def __call__(cls, value: object) -> Any:  # type: ignore[override]
        name = str.__str__(cast("str", value)) if issubclass(type(value), str) else None
        if name not in cls._value2member_map_:
            allowed = ", ".join(map(repr, cls._value2member_map_))
            raise UnknownRoleError("role", actual=value, allowed=allowed)
        return cls._value2member_map_[name]


class Role(StrEnum, metaclass=_RoleType):
    """Who speaks: the user or the assistant."""

    USER = "user"
    ASSISTANT = "assistant"


class _Timed:
    """A time in microseconds since 1970 that becomes a datetime once it is read.

    Making a datetime takes as long as making the rest of a message, and few are ever read.
    """

    __slots__ = ("_time",)

    if not TYPE_CHECKING:  # a type checker would otherwise accept any misspelt attribute

        def __getattr__(self, name: str) -> datetime:
            if name != "timestamp":
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            # Windows cannot convert seconds after the year 3000 to a datetime.
            timestamp = _EPOCH + timedelta(0, *divmod(self._time, MICROSECONDS))
            object.__setattr__(self, "timestamp", timestamp)
            return timestamp


@dataclass(frozen=True, slots=True)
class Message(_Timed):
    """One message of a history: who said what, when and where.

    ``timestamp`` is in UTC with microseconds; ``room`` is where the user was at that moment.
    """

    role: Role
    content: str
    timestamp: datetime
    room: str


class _Draft(_Timed):
    """A message under construction. The constructor of a frozen one takes four times as long."""

    __slots__ = tuple(field.name for field in fields(Message))

    def __init__(self, role: Role, content: str, time: int, room: str) -> None:
        self.role = role
        self.content = content
        self._time = time
        self.room = room


def messages_of(
    roles: Iterable[Role], contents: Iterable[str], times: Iterable[int], rooms: Iterable[str]
) -> list[Message]:
    """Return a message for each row of these columns; times are in microseconds since 1970."""
    messages: list[Any] = list(map(_Draft, roles, contents, times, rooms))
    for message in messages:
        message.__class__ = Message
    return messages
