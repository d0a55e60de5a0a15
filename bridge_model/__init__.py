"""The in-memory core of a multi-user chat bridge: sessions, history, presence, crisis state."""

from bridge_model.errors import (
    BridgeError,
    BridgeFullError,
    InvalidTypeError,
    InvalidValueError,
    SessionNotFoundError,
    TooLongError,
    UnknownRoleError,
)

__all__ = [
    "BridgeError",
    "BridgeFullError",
    "InvalidTypeError",
    "InvalidValueError",
    "SessionNotFoundError",
    "TooLongError",
    "UnknownRoleError",
]
