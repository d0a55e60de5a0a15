"""The in-memory core of a multi-user chat bridge: sessions, history, presence, crisis state."""

from bridge_model.bridge import Bridge, CapacityPolicy
from bridge_model.crisis import DEFAULT_INDICATORS, CrisisLevel, CrisisState
from bridge_model.errors import (
    BridgeError,
    BridgeFullError,
    InvalidTypeError,
    InvalidValueError,
    SessionNotFoundError,
    TooLongError,
    UnknownRoleError,
)
from bridge_model.history import History
from bridge_model.limits import MAX_HISTORY_WINDOW, MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH
from bridge_model.message import Message, Role
from bridge_model.room import DEFAULT_ROOM, Room
from bridge_model.session import Session

__all__ = [
    "DEFAULT_INDICATORS",
    "DEFAULT_ROOM",
    "MAX_HISTORY_WINDOW",
    "MAX_MESSAGE_LENGTH",
    "MAX_NAME_LENGTH",
    "Bridge",
    "BridgeError",
    "BridgeFullError",
    "CapacityPolicy",
    "CrisisLevel",
    "CrisisState",
    "History",
    "InvalidTypeError",
    "InvalidValueError",
    "Message",
    "Role",
    "Room",
    "Session",
    "SessionNotFoundError",
    "TooLongError",
    "UnknownRoleError",
]
