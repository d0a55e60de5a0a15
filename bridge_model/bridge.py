"""Bridge: the one aggregate, through which every call goes."""

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

_LARGEST_QUIET = 64  # bytes a user; up to 44 where it is new, and nobody is added to it


class CapacityPolicy(Enum):
    """What a full bridge does with one more user."""

    CLOSE_LEAST_RECENTLY_ACTIVE = "close the least recently active session"
    REFUSE = "refuse the new session"


class Bridge:
    """The sessions of a multi-user chat bridge, held in memory.

    ``history_window`` is in exchanges: a session keeps twice as many messages. ``max_sessions`` is
    the most sessions held at once, and ``capacity_policy`` what happens to one more.
    ``idle_timeout`` is in seconds without a message, after which ``expire`` closes a session, and
    ``fold_after`` is the same for ``fold``, which compresses it until it is touched again.
    ``clock`` returns seconds since 1970, UTC, of which microseconds count; where it steps back,
    time stands still. It may itself call the bridge: the time is read before anything else is.
    ``indicators`` are the phrases that flag a user's message, in any case.

    Every method raises a BridgeError for bad input, and then has changed nothing. A call that
    another exception cuts short, a KeyboardInterrupt or a MemoryError at whatever line, has
    happened wholly or not at all; one about many sessions has so for each of them. The bridge is
    not thread-safe: a signal handler may raise, but must not call it.
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
        # The order of activity goes from the last in _quiet to its first, and then from the first
        # in _sessions to its last. To find the first in a dict takes longer with everyone who was
        # the first and left; the last one is popped as if nobody had come after them. So _sessions
        # is turned over into _quiet where somebody has to go. The order costs memory: a bridge
        # without bounds has none, and no _quiet.
        is_bounded = max_sessions is not None or idle_timeout is not None
        self._sessions: dict[str, bytes] = {}
        self._quiet: dict[str, bytes] | None = {} if is_bounded else None
        self._oldest: str | None = None  # the last in _quiet, once looked for
        self._newest: str | None = None  # the last in _sessions, where known
        self._presence = Presence()
        self._unfinished: Callable[[], None] | None = None
        self._latest = 0  # microseconds since 1970, as all times in here

    def receive(self, user: str, text: str, room: str | None = None) -> bool:
        """Take a user's message and return whether the crisis resources are due because of it.

        The first message opens the user's session, in ``room`` or else in DEFAULT_ROOM; a later
        one said in another room moves the user there. True is returned once an escalation: where
        the call was cut short, ``session(user).crisis`` tells of one.
        Raises BridgeFullError where the user is new and the bridge refuses more sessions.
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
                room = None  # which they are in already
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
        # They are in the first table nearly always, where it takes no call to look.
        if user not in self._sessions and user not in self:
            raise _not_found(user)
        text = check_text(text)
        now = self._read_clock()
        found = self._find(user)
        session = packed.append(found, self._messages_kept, Role.ASSISTANT, text, now)
        self._keep(user, found, session, now, None)

    def move(self, user: str, room: str) -> None:
        """Take a user to another room; what was said before keeps the room it was said in.

        Raises SessionNotFoundError. To move is no activity: the idle time runs on.
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
        """Return what the bridge holds for a user, as a copy. Raises SessionNotFoundError."""
        user = check_name("user", user)
        return Session.unpack(user, self._find(user), self._history_window)

    def room(self, name: str) -> Room:
        """Return a room with the users in it now; a room that nobody entered has none."""
        name = check_name("room", name)
        self._finish()
        return self._presence.room(name)

    def close(self, user: str) -> None:
        """End a user's session and forget everything of it. Raises SessionNotFoundError."""
        user = check_name("user", user)
        session = self._find(user)
        self._commit(partial(self._drop, user, packed.room(session)))

    def expire(self) -> tuple[str, ...]:
        """Close the sessions without a message for longer than the idle timeout; return the users.

        The longest idle comes first. A bridge without an idle timeout closes none. Cut short, it
        has closed the first of them, and tells nobody whom: the next call returns the others.
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
        """Fold the sessions without a message for longer than ``fold_after``; return how many.

        A folded session takes less memory; a message or a move unfolds it, and to look at it takes
        longer. The bridge then holds what it would if only those who stay had ever come. A bridge
        without ``fold_after`` folds none.
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
        # A copy takes no more than if nobody had ever left.
        quiet: dict[str, bytes] | None = None if self._quiet is None else {}
        self._commit(partial(self._arrange, dict(self._least_recent_first()), quiet))
        self._presence.fit()
        return count

    def __len__(self) -> int:
        """Return the number of open sessions."""
        self._finish()
        return sum(map(len, self._tables()))

    def __iter__(self) -> Iterator[str]:
        """Iterate over the users who have a session now, in no promised order.

        Any call may be made meanwhile; whoever is new is not among them, and whoever was closed
        still is. They are listed first, which takes 8 bytes a user until the end.
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
        """Give a new user a place: where there is none left, that of the longest quiet."""
        opening = partial(self._put, user, session, now, None, room)
        if self._max_sessions is not None and len(self) >= self._max_sessions:
            gone = self._longest_idle(now)
            if gone is None and self._capacity_policy is CapacityPolicy.REFUSE:
                raise BridgeFullError(
                    "number of sessions",
                    actual=self._max_sessions,
                    allowed=f"at most {self._max_sessions}",
                )
            gone_user, gone_session = gone or self._longest_quiet()
            left = packed.room(packed.unfold(gone_session))
            opening = partial(self._put_in_place_of, gone_user, left, opening)
        self._commit(opening)

    def _keep(self, user: str, found: bytes, session: bytes, now: int, room: str | None) -> None:
        """Keep what a message made of a session, said in another room where one is given."""
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
        """Return the user longest without a message, and their session as kept; there is one."""
        quiet = self._quiet
        if not quiet:
            # They all talk or go before the next copy: for each, it takes no time to speak of.
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
        """Make a change that takes more than one step, of which none may be left out.

        It has happened once it is noted: cut short, it is made from the beginning again before
        anything is looked at. So it must come to the same where all or some of it was made before.
        """
        self._unfinished = change
        self._finish()

    def _finish(self) -> None:
        if self._unfinished is not None:
            self._unfinished()
            self._unfinished = None

    def _put(self, user: str, session: bytes, now: int, left: str | None, room: str | None) -> None:
        """Make a session the newest, of a user who entered a room, and left one, if they did."""
        if room is not None:
            if left is not None:
                self._presence.leave(user, left)
            self._presence.enter(user, room)
        self._latest = now
        if self._quiet is not None:
            self._take_out(user)
            self._newest = user
        self._sessions[user] = session

    def _put_in_place_of(self, gone: str, left: str, putting: Callable[[], None]) -> None:
        self._drop(gone, left)
        putting()

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
