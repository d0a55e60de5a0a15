"""The naive bridge: the reference that the tests compare the bridge with.

Like the profiled bridge it has a dict per message with the timestamp as text, a list of messages,
an object per session and a dict per room. It shares the settings and checks of the bridge under
test, and no code that stores state.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any, TypedDict

from bridge_model import (
    DEFAULT_ROOM,
    Bridge,
    BridgeFullError,
    CapacityPolicy,
    CrisisLevel,
    History,
    InvalidTypeError,
    InvalidValueError,
    Message,
    Role,
    Room,
    Session,
    SessionNotFoundError,
)
from bridge_model.crisis import is_flagged
from bridge_model.limits import check_flag, check_name, check_text, check_time
from bridge_model.room import Presence


@dataclass(frozen=True)
class NaiveCrisisState:
    """A crisis state as a dataclass of three fields."""

    level: CrisisLevel = CrisisLevel.CALM
    flagged_at: tuple[float, ...] = ()
    calm_turns: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.level, CrisisLevel):
            raise InvalidTypeError("crisis level", actual=self.level, allowed="a CrisisLevel")
        if not isinstance(self.flagged_at, tuple):
            raise InvalidTypeError("flagged_at", actual=self.flagged_at, allowed="a tuple of times")
        if isinstance(self.calm_turns, bool) or not isinstance(self.calm_turns, int):
            raise InvalidTypeError("calm_turns", actual=self.calm_turns, allowed="a whole number")
        flagged, calm = {
            CrisisLevel.CALM: ([0], [0]),
            CrisisLevel.WATCHFUL: ([1, 2], [0]),
            CrisisLevel.ESCALATED: ([0], [0, 1, 2]),
        }[self.level]
        if len(self.flagged_at) not in flagged or self.calm_turns not in calm:
            raise InvalidValueError(
                f"crisis state {self.level.value}",
                actual=(self.flagged_at, self.calm_turns),
                allowed=f"{' or '.join(map(str, flagged))} flagged and "
                f"{' or '.join(map(str, calm))} calm turns",
            )
        times = [check_time(time) for time in self.flagged_at]
        if times and not 0 <= times[-1] - times[0] <= 300_000_000:
            raise InvalidValueError(
                "flagged_at", actual=self.flagged_at, allowed="times in order, within 300 seconds"
            )
        object.__setattr__(self, "flagged_at", tuple(time / 1_000_000 for time in times))

    @property
    def is_escalated(self) -> bool:
        return self.level is CrisisLevel.ESCALATED

    def observe(self, flagged: bool, at: float) -> "NaiveCrisisState":
        flagged = check_flag("flagged", flagged)
        now = check_time(at)
        times = [check_time(time) for time in self.flagged_at]
        if times and now < times[-1]:
            raise InvalidValueError(
                "time of the turn", actual=at, allowed=f"at least {self.flagged_at[-1]}"
            )
        if self.is_escalated:
            calm_turns = 0 if flagged else self.calm_turns + 1
            if calm_turns == 3:
                return NaiveCrisisState()
            return NaiveCrisisState(CrisisLevel.ESCALATED, calm_turns=calm_turns)
        recent = [time for time in times if now - time <= 300_000_000] + [now] * flagged
        if len(recent) == 3:
            return NaiveCrisisState(CrisisLevel.ESCALATED)
        if not recent:
            return NaiveCrisisState()
        return NaiveCrisisState(CrisisLevel.WATCHFUL, tuple(time / 1_000_000 for time in recent))


class StoredMessage(TypedDict):
    """A stored message; the timestamp is ISO 8601 text, in UTC."""

    role: str
    content: str
    timestamp: str
    room: str


class NaiveHistory(History):
    """A history as a list of dicts."""

    def __init__(self, window: int) -> None:
        super().__init__(window)
        self._stored: list[StoredMessage] = []

    def append(self, role: Role, content: str, time: float, room: str) -> None:
        timestamp = datetime.fromtimestamp(time, UTC)
        if self._stored:
            timestamp = max(timestamp, datetime.fromisoformat(self._stored[-1]["timestamp"]))
        stored = StoredMessage(
            role=role.value,
            content=content,
            timestamp=timestamp.isoformat(),
            room=room,
        )
        self._stored = [*self._stored, stored][-2 * self._window :]

    def as_chat(self) -> list[dict[str, str]]:
        return [{"role": stored["role"], "content": stored["content"]} for stored in self._stored]

    def copy(self) -> "NaiveHistory":
        history = NaiveHistory(self._window)
        history._stored = self._stored.copy()
        return history

    def __len__(self) -> int:
        return len(self._stored)

    def __iter__(self) -> Iterator[Message]:
        return map(_restore, self._stored)

    def __getitem__(self, index: int | slice) -> Any:
        return list(self)[index]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        return self._window == other._window and list(self) == list(other)

    __hash__ = None


def _restore(stored: StoredMessage) -> Message:
    return Message(
        role=Role(stored["role"]),
        content=stored["content"],
        timestamp=datetime.fromisoformat(stored["timestamp"]),
        room=stored["room"],
    )


class NaivePresence(Presence):
    """Presence as a dict of dicts."""

    def __init__(self) -> None:
        super().__init__()
        self.rooms: dict[str, dict[str, str]] = {}

    def enter(self, user: str, room: str) -> None:
        self.rooms.setdefault(room, {}).setdefault(user, user)

    def leave(self, user: str, room: str) -> None:
        members = self.rooms.get(room, {})
        members.pop(user, None)
        if not members:
            self.rooms.pop(room, None)

    def name(self, user: str, room: str) -> str:
        return self.rooms[room][user]

    def room(self, name: str) -> Room:
        return Room(name, frozenset(self.rooms.get(name, ())))


class NaiveBridge(Bridge):
    """A bridge of Session objects, each with a naive history."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._open_sessions: dict[str, Session] = {}
        self._rooms = NaivePresence()

    def receive(self, user: str, text: str, room: str | None = None) -> bool:
        user = check_name("user", user)
        text = check_text(text)
        room = None if room is None else check_name("room", room)
        now = self._read_clock()
        if user not in self._open_sessions:
            self._admit(user, DEFAULT_ROOM if room is None else room, now)
        elif room is not None:
            self.move(user, room)
        session = self._open_sessions[user]
        self._note(session, Role.USER, text, now)
        before = session.crisis
        session.crisis = before.observe(is_flagged(text, self._indicators), now / 1_000_000)
        return session.crisis.is_escalated and not before.is_escalated

    def reply(self, user: str, text: str) -> None:
        user = self._session_of(user).user
        text = check_text(text)
        now = self._read_clock()
        self._note(self._session_of(user), Role.ASSISTANT, text, now)

    def move(self, user: str, room: str) -> None:
        session = self._session_of(user)
        room = check_name("room", room)
        self._rooms.leave(session.user, session.room)
        self._rooms.enter(session.user, room)
        session.room = room

    def session(self, user: str) -> Session:
        return self._session_of(user).copy()

    def room(self, name: str) -> Room:
        return self._rooms.room(check_name("room", name))

    def close(self, user: str) -> None:
        session = self._session_of(user)
        self._rooms.leave(session.user, session.room)
        del self._open_sessions[session.user]

    def expire(self) -> tuple[str, ...]:
        if self._idle_timeout is None:
            return ()
        now = self._read_clock()
        least_recent_first = self._open_sessions.values()
        idle = list(takewhile(lambda session: self._has_expired(session, now), least_recent_first))
        for session in idle:
            self.close(session.user)
        return tuple(session.user for session in idle)

    def __len__(self) -> int:
        return len(self._open_sessions)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._open_sessions))

    def __contains__(self, user: object) -> bool:
        return issubclass(type(user), str) and str.__str__(user) in self._open_sessions

    def _has_expired(self, session: Session, now: int) -> bool:
        last_active = check_time(session.history[-1].timestamp.timestamp())
        idle = (now - last_active) / 1_000_000
        return self._idle_timeout is not None and idle > self._idle_timeout

    def _session_of(self, user: str) -> Session:
        user = check_name("user", user)
        session = self._open_sessions.get(user)
        if session is None:
            raise SessionNotFoundError("user", actual=user, allowed="a user with an open session")
        return session

    def _admit(self, user: str, room: str, now: int) -> None:
        if len(self._open_sessions) == self._max_sessions:
            least_recent = next(iter(self._open_sessions.values()))
            expired = self._has_expired(least_recent, now)
            if self._capacity_policy is CapacityPolicy.REFUSE and not expired:
                raise BridgeFullError(
                    "number of sessions",
                    actual=self._max_sessions,
                    allowed=f"at most {self._max_sessions}",
                )
            self.close(least_recent.user)
        self._open_sessions[user] = Session(user, room, NaiveHistory(self._history_window))
        self._rooms.enter(user, room)

    def _note(self, session: Session, role: Role, text: str, now: int) -> None:
        session.history.append(role, text, now / 1_000_000, session.room)
        self._latest = now
        self._open_sessions[session.user] = self._open_sessions.pop(session.user)
