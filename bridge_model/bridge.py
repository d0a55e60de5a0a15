"""Bridge: the one aggregate, through which every call goes."""

import time
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from itertools import takewhile
from typing import cast

from bridge_model import packed
from bridge_model.crisis import DEFAULT_INDICATORS, is_flagged
from bridge_model.errors import BridgeFullError, InvalidTypeError, SessionNotFoundError
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
from bridge_model.room import DEFAULT_ROOM, Presence, Room, fitted, trimmed
from bridge_model.session import Session


class CapacityPolicy(Enum):
    """What a full bridge does with one more user."""

    CLOSE_LEAST_RECENTLY_ACTIVE = "close the least recently active session"
    REFUSE = "refuse the new session"


class Bridge:
    """The sessions of a multi-user chat bridge, held in memory. Not thread-safe.

    ``history_window`` is in exchanges: a session keeps twice as many messages. ``max_sessions`` is
    the most sessions held at once, and ``capacity_policy`` what happens to one more.
    ``idle_timeout`` is in seconds without a message, after which ``expire`` closes a session, and
    ``fold_after`` is the same for ``fold``, which compresses it until it is touched again.
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
        fold_after: float | None = None,
    ) -> None:
        self._history_window = check_count("history_window", history_window, MAX_HISTORY_WINDOW)
        self._max_sessions = (
            None if max_sessions is None else check_count("max_sessions", max_sessions)
        )
        self._idle_timeout = (
            None if idle_timeout is None else check_duration("idle_timeout", idle_timeout)
        )
        self._fold_after = None if fold_after is None else check_duration("fold_after", fold_after)
        self._clock = check_clock(clock)
        self._capacity_policy = _check_policy(capacity_policy)
        self._indicators = tuple(map(str.casefold, check_indicators(indicators)))
        self._messages_kept = 2 * self._history_window
        # The order of activity costs memory in the registry: a bridge without bounds does not pay.
        self._is_bounded = max_sessions is not None or idle_timeout is not None
        self._sessions: dict[str, bytes] = {}
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
        session = self._unfolded(user)
        if session is None:
            session = self._open(user, text, now, DEFAULT_ROOM if room is None else room)
        else:
            if room is not None:
                session = self._enter(user, session, room)
            session = packed.append(session, self._messages_kept, Role.USER, text, now)
        flagged = is_flagged(text, self._indicators)
        due = False
        if flagged or not packed.is_calm(session):
            before = packed.crisis(session)
            after = before.observe(flagged, now / MICROSECONDS)
            session = packed.change_crisis(session, after)
            due = after.is_escalated and not before.is_escalated
        self._keep(user, session, now)
        return due

    def reply(self, user: str, text: str) -> None:
        """Take the assistant's message to a user. Raises SessionNotFoundError."""
        user = check_name("user", user)
        session = self._find(user)
        text = check_text(text)
        now = self._read_clock()
        session = packed.append(session, self._messages_kept, Role.ASSISTANT, text, now)
        self._keep(user, session, now)

    def move(self, user: str, room: str) -> None:
        """Take a user to another room; what was said before keeps the room it was said in.

        Raises SessionNotFoundError. To move is no activity: the idle time runs on.
        """
        user = check_name("user", user)
        session = self._find(user)
        self._sessions[user] = self._enter(user, session, check_name("room", room))

    def session(self, user: str) -> Session:
        """Return what the bridge holds for a user, as a copy. Raises SessionNotFoundError."""
        user = check_name("user", user)
        return Session.unpack(user, self._find(user), self._history_window)

    def room(self, name: str) -> Room:
        """Return a room with the users in it now; a room that nobody entered has none."""
        return self._presence.room(check_name("room", name))

    def close(self, user: str) -> None:
        """End a user's session and forget everything of it. Raises SessionNotFoundError."""
        user = check_name("user", user)
        session = self._find(user)
        self._presence.leave(user, packed.room(session))
        del self._sessions[user]
        self._sessions = trimmed(self._sessions)

    def expire(self) -> tuple[str, ...]:
        """Close the sessions without a message for longer than the idle timeout; return the users.

        The longest idle comes first. A bridge without an idle timeout closes none.
        """
        if self._idle_timeout is None:
            return ()
        now = self._read_clock()
        # The sessions are in order of activity: the first that is not idle ends the search.
        least_recent_first = self._sessions.items()
        idle = tuple(
            user
            for user, _ in takewhile(lambda item: self._is_idle(item[1], now), least_recent_first)
        )
        for user in idle:
            self.close(user)
        return idle

    def fold(self) -> int:
        """Fold the sessions without a message for longer than ``fold_after``; return how many.

        A folded session takes less memory; a message or a move unfolds it, and to look at it takes
        longer. The bridge then holds what it would if only those who stay had ever come. A bridge
        without ``fold_after`` folds none.
        """
        if self._fold_after is None:
            return 0
        now = self._read_clock()
        count = 0
        for user, session in self._sessions.items():
            if not packed.is_folded(session) and self._idle_time(session, now) > self._fold_after:
                folded = packed.fold(session)
                count += len(folded) < len(session)
                self._sessions[user] = folded
        self._sessions = fitted(self._sessions)
        self._presence.fit()
        return count

    def __len__(self) -> int:
        """Return the number of open sessions."""
        return len(self._sessions)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the users who have a session now, in no promised order.

        Any call may be made meanwhile; whoever is new is not among them, and whoever was closed
        still is. They are listed first, which takes 8 bytes a user until the end.
        """
        return iter([*self._sessions])

    def __contains__(self, user: object) -> bool:
        """Return whether a user has a session."""
        return issubclass(type(user), str) and str.__str__(cast("str", user)) in self._sessions

    def _read_clock(self) -> int:
        now = check_time(self._clock())
        if now < self._latest:
            return self._latest
        return now

    def _idle_time(self, session: bytes, now: int) -> float:
        return (now - packed.last_active(session)) / MICROSECONDS

    def _is_idle(self, session: bytes, now: int) -> bool:
        return self._idle_timeout is not None and self._idle_time(session, now) > self._idle_timeout

    def _unfolded(self, user: str) -> bytes | None:
        session = self._sessions.get(user)
        if session is None or self._fold_after is None:
            return session
        return packed.unfold(session)

    def _find(self, user: str) -> bytes:
        session = self._unfolded(user)
        if session is None:
            raise SessionNotFoundError("user", actual=user, allowed="a user with an open session")
        return session

    def _open(self, user: str, text: str, now: int, room: str) -> bytes:
        if self._max_sessions is not None and len(self._sessions) >= self._max_sessions:
            self._make_place(self._max_sessions, now)
        self._presence.enter(user, room)
        return packed.begin(Role.USER, text, now, room)

    def _make_place(self, max_sessions: int, now: int) -> None:
        user, session = next(iter(self._sessions.items()))
        if self._capacity_policy is CapacityPolicy.REFUSE and not self._is_idle(session, now):
            raise BridgeFullError(
                "number of sessions", actual=max_sessions, allowed=f"at most {max_sessions}"
            )
        self.close(user)

    def _enter(self, user: str, session: bytes, room: str) -> bytes:
        moved = packed.move(session, room)
        if moved is not session:
            self._presence.enter(self._presence.leave(user, packed.room(session)), room)
        return moved

    def _keep(self, user: str, session: bytes, now: int) -> None:
        self._latest = now
        if self._is_bounded and user in self._sessions and user != next(reversed(self._sessions)):
            # To the end of the order, under the name that presence keeps too, not an equal one.
            user = self._presence.name(user, packed.room(session))
            del self._sessions[user]
        self._sessions[user] = session


def _check_policy(policy: object) -> CapacityPolicy:
    if type(policy) is not CapacityPolicy:
        allowed = ", ".join(str(allowed) for allowed in CapacityPolicy)
        raise InvalidTypeError("capacity_policy", actual=policy, allowed=allowed)
    return policy
