"""Message: one line of a conversation, and the roles that speak."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bridge_model.errors import UnknownRoleError


class Role(StrEnum):
    """Who speaks: the user or the assistant."""

    USER = "user"
    ASSISTANT = "assistant"

    @classmethod
    def _missing_(cls, value: object) -> "Role":
        allowed = ", ".join(repr(role.value) for role in cls)
        raise UnknownRoleError("role", actual=value, allowed=allowed)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the history gives it back: who said what, when and where.

    ``timestamp`` is in UTC with microseconds; ``room`` is where the user was at that moment.
    """

    role: Role
    content: str
    timestamp: datetime
    room: str
