"""History: the bounded window of one session."""

from collections.abc import Iterator, Sequence
from typing import overload

from bridge_model import packed
from bridge_model.limits import (
    MAX_HISTORY_WINDOW,
    check_count,
    check_name,
    check_text,
    check_time,
)
from bridge_model.message import Message, Role


class History(Sequence[Message]):
    """The last messages of one session, oldest first.

    A window of W holds the last 2 W messages: W exchanges of a user's message and a reply.
    Raises InvalidTypeError or InvalidValueError for a window out of range.
    """

    __slots__ = ("_packed", "_window")

    def __init__(self, window: int) -> None:
        self._window = check_count("history_window", window, MAX_HISTORY_WINDOW)
        self._packed = b""

    @classmethod
    def unpack(cls, session: bytes, window: int) -> "History":
        """Return the history of a packed session; ``window`` is that of its bridge."""
        history = cls.__new__(cls)
        history._window = window
        history._packed = session
        return history

    def append(self, role: Role, content: str, time: float, room: str) -> None:
        """Add a message; a full window drops its oldest one.

        ``time`` is in seconds since 1970. If it is before the last message, the message gets the
        time of the last one: time never goes backwards. Raises a BridgeError for an invalid
        message, and has then changed nothing.
        """
        role, content, room = Role(role), check_text(content), check_name("room", room)
        microseconds = check_time(time)
        if not self._packed:
            self._packed = packed.begin(role, content, microseconds, room)
            return
        microseconds = max(microseconds, packed.last_active(self._packed))
        moved = packed.move(self._packed, room)
        self._packed = packed.append(moved, 2 * self._window, role, content, microseconds)

    def as_chat(self) -> list[dict[str, str]]:
        """Return role and content of every message, as chat-completion APIs take them."""
        return packed.chat(self._packed) if self._packed else []

    def copy(self) -> "History":
        """Return a copy, which messages that are added later do not change."""
        return History.unpack(self._packed, self._window)

    def __len__(self) -> int:
        return packed.length(self._packed) if self._packed else 0

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages())

    @overload
    def __getitem__(self, index: int) -> Message: ...

    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...

    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        if type(index) is int and index == -1 and self._packed:
            return packed.last(self._packed)
        return self._messages()[index]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        return self._window == other._window and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # a history changes

    def __repr__(self) -> str:
        return f"History(window={self._window}, messages={len(self)})"

    def _messages(self) -> list[Message]:
        return packed.messages(self._packed) if self._packed else []
