"""History: the bounded window of one session."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, overload

from bridge_model.limits import MAX_HISTORY_WINDOW, MICROSECONDS, check_count, check_time
from bridge_model.message import Message, Role


class StoredMessage(NamedTuple):
    """A message at rest: the time in microseconds since 1970."""

    role: Role
    content: str
    time: int
    room: str


class History(Sequence[Message]):
    """The last messages of one session, oldest first.

    A window of W keeps the last 2 W messages: W exchanges of a user's message and a reply.
    Raises InvalidTypeError or InvalidValueError for a window out of range.
    """

    def __init__(self, window: int) -> None:
        self._window = check_count("history_window", window, MAX_HISTORY_WINDOW)
        self._messages: list[StoredMessage] = []

    def append(self, role: Role, content: str, time: float, room: str) -> None:
        """Add a message said at a time in seconds since 1970; the oldest beyond the window goes.

        It is for the bridge, which has checked what it adds.
        """
        self._messages.append(StoredMessage(role, content, check_time(time), room))
        if len(self._messages) > 2 * self._window:
            del self._messages[0]

    def as_chat(self) -> list[dict[str, str]]:
        """Return role and content of every message, as chat-completion APIs take them."""
        return [
            {"role": message.role.value, "content": message.content} for message in self._messages
        ]

    def copy(self) -> "History":
        """Return a history of the same messages that later messages do not reach."""
        history = History(self._window)
        history._messages = self._messages.copy()
        return history

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Message]:
        return map(_restore, self._messages)

    @overload
    def __getitem__(self, index: int) -> Message: ...

    @overload
    def __getitem__(self, index: slice) -> list[Message]: ...

    def __getitem__(self, index: int | slice) -> Message | list[Message]:
        if isinstance(index, slice):
            return list(map(_restore, self._messages[index]))
        return _restore(self._messages[index])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        return self._window == other._window and self._messages == other._messages

    __hash__ = None  # type: ignore[assignment]  # a history changes

    def __repr__(self) -> str:
        return f"History(window={self._window}, messages={len(self)})"


def _restore(stored: StoredMessage) -> Message:
    return Message(
        role=stored.role,
        content=stored.content,
        timestamp=datetime.fromtimestamp(stored.time / MICROSECONDS, UTC),
        room=stored.room,
    )
