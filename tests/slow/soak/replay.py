"""Replay: what the sessions of a bridge hold is said to a fresh one again, and nothing else."""

from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from benchmarks import workload
from tests.slow.soak.traffic import IN_NEED, TURNS_IN_NEED, WINDOW, Clock

# Turns right before a window, flagged or calm: one of these leads to whatever state it ends in, but
# for one that remembers older turns, and their times.
_TURNS_BEFORE = ([False], [True], [True] * 2, *TURNS_IN_NEED)


class Snapshot(NamedTuple):
    """What a session holds. Names are encoded: every bridge gets strings of its own."""

    user: bytes
    room: bytes
    history: tuple[Any, ...]
    crisis: Any


class Turn(NamedTuple):
    """A message to be said again, at a time in seconds since 1970."""

    time: float
    user: bytes
    role: str
    text: str
    room: bytes


def take_snapshots(bridge: Any) -> list[Snapshot]:
    """Return what the sessions of a bridge hold, in its order."""
    return [
        Snapshot(
            session.user.encode(), session.room.encode(), tuple(session.history), session.crisis
        )
        for session in map(bridge.session, bridge)
    ]


def replay(bridge: Any, clock: Clock, snapshots: Iterable[Snapshot]) -> None:
    """Say to a fresh bridge what sessions hold, and let it fold them at the time that it is now."""
    now = clock.time
    for turn in sorted(chain.from_iterable(map(_turns, snapshots)), key=attrgetter("time")):
        clock.time = turn.time
        user, room = turn.user.decode(), _decode_room(turn.room)
        if turn.role == "user":
            bridge.receive(user, turn.text, room)
        else:
            bridge.move(user, room)
            bridge.reply(user, turn.text)
    for session in snapshots:
        bridge.move(session.user.decode(), _decode_room(session.room))
    clock.time = now
    bridge.fold()


def _decode_room(room: bytes) -> str:
    """Return the name of a room: a new string, but for the default one, which bridges share."""
    default: str = workload.api("DEFAULT_ROOM")
    return default if room == default.encode() else room.decode()


def _turns(snapshot: Snapshot) -> Iterator[Turn]:
    """Iterate over what leads to what a session holds: its messages, and what they pushed out."""
    if len(snapshot.history) == 2 * WINDOW:
        for time, is_flagged in _find_turns_before(snapshot):
            text = IN_NEED if is_flagged else "hello"
            yield Turn(time, snapshot.user, "user", text, snapshot.room)
    for message in snapshot.history:
        time, room = message.timestamp.timestamp(), message.room.encode()
        yield Turn(time, snapshot.user, message.role, message.content, room)


def _find_turns_before(snapshot: Snapshot) -> list[tuple[float, bool]]:
    """Return turns before a full window that explain its crisis state: any that do are as good."""
    turns = [
        (message.timestamp.timestamp(), IN_NEED in message.content)
        for message in snapshot.history
        if message.role == "user"
    ]
    begin = snapshot.history[0].timestamp.timestamp()
    guesses = [[(begin, is_flagged) for is_flagged in before] for before in _TURNS_BEFORE]
    older = [(time, True) for time in snapshot.crisis.flagged_at]
    guesses.append([turn for turn in older if turn not in turns])
    return next(guess for guess in guesses if _crisis_after([*guess, *turns]) == snapshot.crisis)


def _crisis_after(turns: Iterable[tuple[float, bool]]) -> Any:
    crisis = workload.api("CrisisState")()
    for time, is_flagged in turns:
        crisis = crisis.observe(is_flagged, time)
    return crisis
