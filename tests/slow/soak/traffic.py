"""Traffic without end: parts that are alike but for who comes and when, one after the other.

Users come at random, talk, change rooms, are in need, say good-bye or just fall silent; sessions
expire, are folded, and are evicted where there are too many. A bridge that keeps nothing of
what has gone holds the same at the same moment of every part.
"""

from array import array
from collections.abc import Iterator
from itertools import chain
from operator import length_hint
from random import Random
from typing import Any, NamedTuple

from benchmarks import workload

MOMENTS = 20  # of a part, at which sessions expire and are folded
WINDOW = 10  # exchanges
IN_NEED = "I want to die"
# Which turns of one who is in need are flagged. Three are: a session that remembers the times of
# two is folded to a byte more or less by their digits, which are of every part its own.
TURNS_IN_NEED = tuple([True] * 3 + [False] * calm for calm in range(4))

_START = 1_700_000_000  # seconds since 1970
_PART = 6_000  # seconds: longer than a session lasts without a message
_RUSH = 3_000  # seconds, in which four fifths of a part are said
_MICROSECONDS = 1_000_000  # a second


class Clock:
    """A clock that shows what it is set to."""

    time = float(_START)

    def __call__(self) -> float:
        """Return the time, in seconds since 1970."""
        return self.time


class Counts:
    """How often things happened, in numbers that take the same memory however large they are."""

    NAMES = ("opened", "closed", "expired", "folded", "moved", "escalated")

    def __init__(self) -> None:
        self._numbers = array("q", [0] * len(self.NAMES))

    def add(self, name: str, number: int = 1) -> None:
        """Count what happened."""
        self._numbers[self.NAMES.index(name)] += number

    def read(self) -> dict[str, int]:
        """Return the numbers by name."""
        return dict(zip(self.NAMES, self._numbers, strict=True))


class Exchange(NamedTuple):
    """What is said at a time of a part, in microseconds, and who does what right after it.

    Users and rooms are numbers. None stands for the room where they are, and for nobody.
    """

    time: int
    user: int
    question: str
    answer: str
    room: int | None
    next_room: int | None = None
    leaver: int | None = None


class Traffic:
    """Traffic of so many users, a multiple of MOMENTS; a part has as many exchanges.

    Half of them come to the even parts, the others to the odd ones: who comes is never there yet.
    """

    def __init__(self, users: int) -> None:
        self.clock = Clock()
        self.counts = Counts()
        self._users = users
        self._exchanges = list(_plan(users))

    def open_bridge(self) -> Any:
        """Return a new bridge of the commit under test."""
        return workload.api("Bridge")(
            history_window=WINDOW,
            max_sessions=self._users // 20,
            idle_timeout=1_000.0,
            fold_after=300.0,
            clock=self.clock,
        )

    def play(self, bridge: Any, part: int) -> Iterator[int]:
        """Play a part, pausing at each of its moments, of which the last one is its end."""
        begin = _START + part * _PART
        between = self._users // MOMENTS
        for number, exchange in enumerate(self._exchanges, 1):
            self.clock.time = begin + exchange.time / _MICROSECONDS
            self._exchange(bridge, part, exchange)
            if number == self._users:
                self.clock.time = float(begin + _PART)
            if number % between == 0:
                self.counts.add("expired", len(bridge.expire()))
                self.counts.add("folded", bridge.fold())
                yield number // between - 1

    def _exchange(self, bridge: Any, part: int, exchange: Exchange) -> None:
        user = self._name(exchange.user, part)
        self.counts.add("opened", user not in bridge)
        room = None if exchange.room is None else f"room-{exchange.room:06d}"
        self.counts.add("escalated", bridge.receive(user, exchange.question, room))
        bridge.reply(user, exchange.answer)
        if exchange.next_room is not None:
            bridge.move(user, f"room-{exchange.next_room:06d}")
            self.counts.add("moved")
        if exchange.leaver is not None:
            leaver = self._name(exchange.leaver, part)
            if leaver in bridge:
                bridge.close(leaver)
                self.counts.add("closed")

    def _name(self, user: int, part: int) -> str:
        return workload.user(user + part % 2 * (self._users // 2))


def _plan(users: int) -> Iterator[Exchange]:
    """Iterate over the exchanges of a part.

    Some 3 in 100 talk at a time. Of those who stop, half say good-bye, and half just fall silent.
    """
    random = Random(users)
    talking: list[int] = []
    times = iter(_choose_times(random, users))
    for time in times:
        room = next_room = leaver = None
        if not talking or random.random() < 0.2:
            user = random.randrange(users // 2)
            room = random.choice((0, random.randrange(users // 20)))
            talking.append(user)
        else:
            user = random.choice(talking)
        if random.random() < 0.01 and length_hint(times) > max(map(len, TURNS_IN_NEED)):
            turns = random.choice(TURNS_IN_NEED)
            for is_flagged, at in zip(turns, chain([time], times), strict=False):
                yield Exchange(at, user, *_choose_texts(random, is_flagged), room)
            continue
        if random.random() < 0.05:
            next_room = random.randrange(users // 20)
        if len(talking) > users * 3 // 100:
            leaver = random.choice((None, talking.pop(random.randrange(len(talking)))))
        yield Exchange(time, user, *_choose_texts(random, False), room, next_room, leaver)


def _choose_times(random: Random, count: int) -> list[int]:
    rush, end = _RUSH * _MICROSECONDS, _PART * _MICROSECONDS
    said_in_rush = count * 4 // 5
    times = random.sample(range(1, rush), said_in_rush)
    times += random.sample(range(rush, end), count - said_in_rush)
    return sorted(times)


def _choose_texts(random: Random, is_flagged: bool) -> tuple[str, str]:
    payload, turn = random.choice(workload.PAYLOADS), random.randrange(workload.EXCHANGES)
    number = f"{random.randrange(10**6):06d}"
    question, answer = (
        workload.chat_line(payload, turn, said).replace("#", number) for said in (False, True)
    )
    return f"{IN_NEED}. {question}" if is_flagged else question, answer
