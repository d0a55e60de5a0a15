"""Bridge: the one aggregate, through which every call goes."""

import time
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from itertools import takewhile

from bridge_model.crisis import DEFAULT_INDICATORS, is_flagged
from bridge_model.errors import BridgeFullError, InvalidTypeError, SessionNotFoundError
from bridge_model.history import History
from bridge_model.limits import (
    MAX_HISTORY_WINDOW,
    MICROSECONDS,
    check_clock,
    check_count,
    check_duration,
    check_indicators,
    check_name,
    check_text,
    check_time,
)
from bridge_model.message import Role
from bridge_model.room import DEFAULT_ROOM, Presence, Room
from bridge_model.session import Session


class CapacityPolicy(Enum):
    """What a full bridge does with one more user."""

    CLOSE_LEAST_RECENTLY_ACTIVE = "close the least recently active session"
    REFUSE = "refuse the new session"


class Bridge:
    """The sessions of a multi-user chat bridge, held in memory. Not thread-safe.

    ``history_window`` is in exchanges: a session keeps twice as many messages. ``max_sessions`` is
    the most sessions held at once, and ``capacity_policy`` what happens to one more.
    ``idle_timeout`` is in seconds without a message, after which ``expire`` closes a session.
    ``clock`` returns seconds since 1970, UTC, of which microseconds count; where it steps back,
    time stands still.
    ``indicators`` are the phrases that flag a user's message, in any case.

    Every method raises a BridgeError for bad input, and then has changed nothing.
    """

    def __init__(
        self,
        history_window: int = 20,
        max_sessions: int | None = None,
        idle_timeout: float | None = None,
        clock: Callable[[], float] = time.time,
        *,
        capacity_policy: CapacityPolicy = CapacityPolicy.CLOSE_LEAST_RECENTLY_ACTIVE,
        indicators: Iterable[str] = DEFAULT_INDICATORS,
    ) -> None:
        self._history_window = check_count("history_window", history_window, MAX_HISTORY_WINDOW)
        self._max_sessions = (
            None if max_sessions is None else check_count("max_sessions", max_sessions)
        )
        self._idle_timeout = (
            None if idle_timeout is None else check_duration("idle_timeout", idle_timeout)
        )
        self._clock = check_clock(clock)
        self._capacity_policy = _check_policy(capacity_policy)
        self._indicators = tuple(map(str.casefold, check_indicators(indicators)))
        # The order of activity costs memory in the registry: a bridge without bounds does not pay.
        self._is_bounded = max_sessions is not None or idle_timeout is not None
        self._sessions: dict[str, Session] = {}
        self._presence = Presence()
        self._latest = 0  # microseconds since 1970, as all times in here

    def receive(self, user: str, text: str, room: str | None = None) -> bool:
        """Take a user's message and return whether the crisis resources are due because of it.

        The first message opens the user's session, in ``room`` or else in DEFAULT_ROOM; a later
        one said in another room moves the user there. True is returned once an escalation.
        Raises BridgeFullError where the user is new and the bridge refuses more sessions.
        """
        user = check_name("user", user)
        text = check_text(text)
        room = None if room is None else check_name("room", room)
        now = self._read_clock()
        session = self._sessions.get(user)
        if session is None:
            session = self._open(user, DEFAULT_ROOM if room is None else room, now)
        elif room is not None:
            self._enter(session, room)
        self._record(session, Role.USER, text, now, session.room if room is None else room)
        before = session.crisis
        session.crisis = before.observe(is_flagged(text, self._indicators), now / MICROSECONDS)
        return session.crisis.is_escalated and not before.is_escalated

    def reply(self, user: str, text: str) -> None:
        """Take the assistant's message to a user. Raises SessionNotFoundError."""
        session = self._find(user)
        text = check_text(text)
        self._record(session, Role.ASSISTANT, text, self._read_clock(), session.room)

    def move(self, user: str, room: str) -> None:
        """Take a user to another room; what was said before keeps the room it was said in.

        Raises SessionNotFoundError. To move is no activity: the idle time runs on.
        """
        session = self._find(user)
        self._enter(session, check_name("room", room))

    def session(self, user: str) -> Session:
        """Return what the bridge holds for a user, as a copy. Raises SessionNotFoundError."""
        return self._find(user).copy()

    def room(self, name: str) -> Room:
        """Return a room with the users in it now; a room that nobody entered has none."""
        return self._presence.room(check_name("room", name))

    def close(self, user: str) -> None:
        """End a user's session and forget everything of it. Raises SessionNotFoundError."""
        session = self._find(user)
        self._presence.leave(session.user, session.room)
        del self._sessions[session.user]

    def expire(self) -> tuple[str, ...]:
        """Close the sessions without a message for longer than the idle timeout; return the users.

        The longest idle comes first. A bridge without an idle timeout closes none.
        """
        if self._idle_timeout is None:
            return ()
        now = self._read_clock()
        # The sessions are in order of activity: the first that is not idle ends the search.
        sessions = takewhile(lambda session: self._is_idle(session, now), self._sessions.values())
        idle = tuple(session.user for session in sessions)
        for user in idle:
            self.close(user)
        return idle

    def __len__(self) -> int:
        """Return the number of open sessions."""
        return len(self._sessions)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the users who have a session, in no promised order."""
        return iter(self._sessions)

    def __contains__(self, user: object) -> bool:
        """Return whether a user has a session."""
        return isinstance(user, str) and user in self._sessions

    def _read_clock(self) -> int:
        return max(check_time(self._clock()), self._latest)

    def _is_idle(self, session: Session, now: int) -> bool:
        last_active = check_time(session.history[-1].timestamp.timestamp())
        idle = (now - last_active) / MICROSECONDS
        return self._idle_timeout is not None and idle > self._idle_timeout

    def _find(self, user: str) -> Session:
        session = self._sessions.get(check_name("user", user))
        if session is None:
            raise SessionNotFoundError("user", actual=user, allowed="a user with an open session")
        return session

    def _open(self, user: str, room: str, now: int) -> Session:
        if self._max_sessions is not None and len(self._sessions) >= self._max_sessions:
            self._make_place(self._max_sessions, now)
        session = Session(user, room, History(self._history_window))
        self._sessions[user] = session
        self._presence.enter(user, room)
        return session

    def _make_place(self, max_sessions: int, now: int) -> None:
        least_recent = next(iter(self._sessions.values()))
        if self._capacity_policy is CapacityPolicy.REFUSE and not self._is_idle(least_recent, now):
            raise BridgeFullError(
                "number of sessions", actual=max_sessions, allowed=f"at most {max_sessions}"
            )
        self.close(least_recent.user)

    def _enter(self, session: Session, room: str) -> None:
        if room != session.room:
            self._presence.leave(session.user, session.room)
            self._presence.enter(session.user, room)
            session.room = room

    def _record(self, session: Session, role: Role, text: str, now: int, room: str) -> None:
        session.history.append(role, text, now / MICROSECONDS, room)
        self._latest = now
        if self._is_bounded:
            self._sessions[session.user] = self._sessions.pop(session.user)


def _check_policy(policy: object) -> CapacityPolicy:
    if not isinstance(policy, CapacityPolicy):
        allowed = ", ".join(str(allowed) for allowed in CapacityPolicy)
        raise InvalidTypeError("capacity_policy", actual=policy, allowed=allowed)
    return policy
