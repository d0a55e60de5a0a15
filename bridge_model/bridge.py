"""Bridge: the one object that a caller talks to; it owns every session and room."""

import time
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import partial
from itertools import chain
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
from bridge_model.room import DEFAULT_ROOM, Presence, Room, trimmed
from bridge_model.session import Session

_LARGEST_QUIET = 64  # bytes a user; a new table takes up to 44, and nobody is added to it


class CapacityPolicy(Enum):
    """What a full bridge does with one more user."""

    CLOSE_LEAST_RECENTLY_ACTIVE = "close the least recently active session"
    REFUSE = "refuse the new session"


class Bridge:
    """The sessions of a multi-user chat bridge, held in memory.

    ``history_window`` counts exchanges: a session holds twice as many messages. ``max_sessions``
    limits the number of open sessions, and ``capacity_policy`` says what a full bridge does with
    a new user. ``expire`` closes a session after ``idle_timeout`` seconds without a message, and
    ``fold`` compresses one after ``fold_after`` seconds, until the next message or move.
    ``clock`` returns seconds since 1970, UTC, which are rounded to microseconds. If it steps back,
    the bridge keeps to the time of the newest message. The clock may call the bridge: a method
    reads the time before it looks at the session. ``indicators`` are the phrases that flag a
    user's message; case does not matter.

    Every method raises a BridgeError for bad input, and has then changed nothing. If another
    exception cuts a call short, such as a KeyboardInterrupt or a MemoryError at any line, the call
    has happened completely or not at all; a call that changes many sessions has done so session by
    session. The bridge is not thread-safe: a signal handler may raise, but must not call it.
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
        # Sessions are in order of activity: the least recently active is the last in _quiet, the
        # most recently active the last in _sessions. Finding the first key of a dict takes longer
        # with every first key that was deleted; finding the last takes no time. So a bridge that
        # evicts or expires sessions reverses _sessions into _quiet first. The order costs memory:
        # a bridge without bounds keeps none, and has no _quiet.
        is_bounded = max_sessions is not None or idle_timeout is not None
        self._sessions: dict[str, bytes] = {}
        self._quiet: dict[str, bytes] | None = {} if is_bounded else None
        self._oldest: str | None = None  # the last in _quiet, once it was looked up
        self._newest: str | None = None  # the last in _sessions, if known
        self._presence = Presence()
        self._unfinished: Callable[[], None] | None = None
        self._latest = 0  # microseconds since 1970, as all times in here

    def receive(self, user: str, text: str, room: str | None = None) -> bool:
        """Take a user's message; return whether it escalates: the crisis resources are then due.

        The first message opens the user's session, in ``room`` or else in DEFAULT_ROOM; a later
        one with another room moves the user there. True is returned once for each escalation: if
        that call is cut short, ``session(user).crisis`` shows the escalation.
        Raises BridgeFullError if the user is new and the bridge refuses more sessions.
        """
        user = check_name("user", user)
        text = check_text(text)
        room = None if room is None else check_name("room", room)
        now = self._read_clock()
        found = self._unfolded(user)
        if found is None:
            session = packed.begin(Role.USER, text, now, room or DEFAULT_ROOM)
        else:
            session = found if room is None else packed.move(found, room)
            if session is found:
                room = None  # the user is there already
            session = packed.append(session, self._messages_kept, Role.USER, text, now)
        flagged = is_flagged(text, self._indicators)
        due = False
        if flagged or not packed.is_calm(session):
            before = packed.crisis(session)
            after = before.observe(flagged, now / MICROSECONDS)
            session = packed.change_crisis(session, after)
            due = after.is_escalated and not before.is_escalated
        if found is None:
            self._open(user, session, now, room or DEFAULT_ROOM)
        else:
            self._keep(user, found, session, now, room)
        return due

    def reply(self, user: str, text: str) -> None:
        """Take the assistant's message to a user. Raises SessionNotFoundError."""
        user = check_name("user", user)
        # The user is nearly always in the first table, where looking takes no call.
        if user not in self._sessions and user not in self:
            raise _not_found(user)
        text = check_text(text)
        now = self._read_clock()
        found = self._find(user)
        session = packed.append(found, self._messages_kept, Role.ASSISTANT, text, now)
        self._keep(user, found, session, now, None)

    def move(self, user: str, room: str) -> None:
        """Move a user to another room; earlier messages keep the room they were said in.

        Raises SessionNotFoundError. A move is no activity: the idle time keeps running.
        """
        user = check_name("user", user)
        found = self._find(user)
        room = check_name("room", room)
        session = packed.move(found, room)
        if session is not found:
            left = packed.room(found)
            user = self._presence.name(user, left)
            self._commit(partial(self._change_room, user, session, left, room))

    def session(self, user: str) -> Session:
        """Return a copy of what the bridge holds for a user. Raises SessionNotFoundError."""
        user = check_name("user", user)
        return Session.unpack(user, self._find(user), self._history_window)

    def room(self, name: str) -> Room:
        """Return a room and the users who are in it now; a room that nobody entered has none."""
        name = check_name("room", name)
        self._finish()
        return self._presence.room(name)

    def close(self, user: str) -> None:
        """Close a user's session and forget everything in it. Raises SessionNotFoundError."""
        user = check_name("user", user)
        session = self._find(user)
        self._commit(partial(self._drop, user, packed.room(session)))

    def expire(self) -> tuple[str, ...]:
        """Close the sessions that were idle for longer than the idle timeout; return the users.

        The user who was idle the longest comes first. A bridge without an idle timeout closes no
        session. A call that is cut short has closed some of them, the longest idle first, and
        cannot return their users: the next call closes and returns the rest.
        """
        if self._idle_timeout is None:
            return ()
        now = self._read_clock()
        expired = []
        while longest_idle := self._longest_idle(now):
            user, session = longest_idle
            expired.append(user)
            self._commit(partial(self._drop, user, packed.room(packed.unfold(session))))
        return tuple(expired)

    def fold(self) -> int:
        """Compress the sessions that were idle for longer than ``fold_after``; return how many.

        A folded session takes less memory and more time to read; a message or a move unfolds it.
        The call also copies the tables into the smallest that hold the users who are left. A
        bridge without ``fold_after`` folds no session.
        """
        if self._fold_after is None:
            return 0
        now = self._read_clock()
        count = 0
        for sessions in self._tables():
            for user, session in sessions.items():
                idle_time = self._idle_time(session, now)
                if idle_time > self._fold_after and not packed.is_folded(session):
                    folded = packed.fold(session)
                    count += len(folded) < len(session)
                    sessions[user] = folded
        # A copied dict has no free slots of users who are gone.
        quiet: dict[str, bytes] | None = None if self._quiet is None else {}
        self._commit(partial(self._arrange, dict(self._least_recent_first()), quiet))
        self._presence.fit()
        return count

    def __len__(self) -> int:
        """Return the number of open sessions."""
        self._finish()
        return sum(map(len, self._tables()))

    def __iter__(self) -> Iterator[str]:
        """Iterate over the users who have a session now, in no particular order.

        The bridge may change meanwhile: users who leave are still included, new users are not. The
        users are listed first, which takes 8 bytes each until the iteration ends.
        """
        self._finish()
        sessions, quiet = self._tables()
        return iter([*reversed(quiet), *sessions])

    def __contains__(self, user: object) -> bool:
        """Return whether a user has a session."""
        if not issubclass(type(user), str):
            return False
        self._finish()
        name = str.__str__(cast("str", user))
        sessions, quiet = self._tables()
        return name in sessions or name in quiet

    def _read_clock(self) -> int:
        now = check_time(self._clock())
        if self._unfinished is not None:
            self._finish()
        if now < self._latest:
            return self._latest
        return now

    def _idle_time(self, session: bytes, now: int) -> float:
        return (now - packed.last_active(session)) / MICROSECONDS

    def _unfolded(self, user: str) -> bytes | None:
        if self._unfinished is not None:
            self._finish()
        session = self._sessions.get(user)
        if session is None and self._quiet:
            session = self._quiet.get(user)
        if session is None or self._fold_after is None:
            return session
        return packed.unfold(session)

    def _find(self, user: str) -> bytes:
        session = self._unfolded(user)
        if session is None:
            raise _not_found(user)
        return session

    def _open(self, user: str, session: bytes, now: int, room: str) -> None:
        """Open a new user's session; a full bridge evicts the least recently active one."""
        opening = partial(self._put, user, session, now, None, room)
        if self._max_sessions is not None and len(self) >= self._max_sessions:
            idle = self._longest_idle(now)
            if idle is None and self._capacity_policy is CapacityPolicy.REFUSE:
                raise BridgeFullError(
                    "number of sessions",
                    actual=self._max_sessions,
                    allowed=f"at most {self._max_sessions}",
                )
            evicted, evicted_session = idle or self._longest_quiet()
            left = packed.room(packed.unfold(evicted_session))
            opening = partial(self._evict_and_open, evicted, left, opening)
        self._commit(opening)

    def _keep(self, user: str, found: bytes, session: bytes, now: int, room: str | None) -> None:
        """Store the session that a message made; ``room`` is where the user moved to, if at all."""
        if room is None and (self._quiet is None or user == self._newest):
            self._latest = now  # first: no session may be ahead of it
            self._sessions[user] = session
            return
        left = packed.room(found)
        user = self._presence.name(user, left)  # the object that is kept, not an equal one
        self._commit(partial(self._put, user, session, now, left, room))

    def _longest_idle(self, now: int) -> tuple[str, bytes] | None:
        if self._idle_timeout is None or not len(self):
            return None
        user, session = self._longest_quiet()
        is_idle = self._idle_time(session, now) > self._idle_timeout
        return (user, session) if is_idle else None

    def _longest_quiet(self) -> tuple[str, bytes]:
        """Return the least recently active user and their session, folded or not; there is one."""
        quiet = self._quiet
        if not quiet:
            # All of them talk or leave before the next copy: its cost per user is negligible.
            quiet = dict(reversed(self._sessions.items()))
            self._commit(partial(self._arrange, {}, quiet))
        oldest = self._oldest
        if oldest is None:
            self._oldest = oldest = next(reversed(quiet))
        return oldest, quiet[oldest]

    def _least_recent_first(self) -> Iterator[tuple[str, bytes]]:
        sessions, quiet = self._tables()
        return chain(reversed(quiet.items()), sessions.items())

    def _tables(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        return self._sessions, self._quiet or {}

    def _commit(self, change: Callable[[], None]) -> None:
        """Make a change of several steps, all or nothing.

        The change has happened once it is noted: if it is cut short, the next call starts it again
        before it reads anything. So a change must be idempotent, however far it got.
        """
        self._unfinished = change
        self._finish()

    def _finish(self) -> None:
        if self._unfinished is not None:
            self._unfinished()
            self._unfinished = None

    def _put(self, user: str, session: bytes, now: int, left: str | None, room: str | None) -> None:
        """Store a session as the newest; its user may have left one room and entered another."""
        if room is not None:
            if left is not None:
                self._presence.leave(user, left)
            self._presence.enter(user, room)
        self._latest = now
        if self._quiet is not None:
            self._take_out(user)
            self._newest = user
        self._sessions[user] = session

    def _evict_and_open(self, evicted: str, left: str, opening: Callable[[], None]) -> None:
        self._drop(evicted, left)
        opening()

    def _change_room(self, user: str, session: bytes, left: str, room: str) -> None:
        self._presence.leave(user, left)
        self._presence.enter(user, room)
        sessions, quiet = self._tables()
        (quiet if user in quiet else sessions)[user] = session

    def _drop(self, user: str, left: str) -> None:
        self._presence.leave(user, left)
        self._take_out(user)
        self._sessions = trimmed(self._sessions)

    def _take_out(self, user: str) -> None:
        if self._quiet is not None and user in self._quiet:
            if user == self._oldest:
                self._quiet.popitem()
            else:
                del self._quiet[user]
            self._quiet = trimmed(self._quiet, _LARGEST_QUIET)
        else:
            self._sessions.pop(user, None)
        if user == self._oldest:
            self._oldest = None
        if user == self._newest:
            self._newest = None

    def _arrange(self, sessions: dict[str, bytes], quiet: dict[str, bytes] | None) -> None:
        self._oldest = self._newest = None
        self._quiet = quiet
        self._sessions = sessions


def _not_found(user: str) -> SessionNotFoundError:
    return SessionNotFoundError("user", actual=user, allowed="a user with an open session")


def _check_policy(policy: object) -> CapacityPolicy:
    if type(policy) is not CapacityPolicy:
        allowed = ", ".join(str(allowed) for allowed in CapacityPolicy)
        raise InvalidTypeError("capacity_policy", actual=policy, allowed=allowed)
    return policy
