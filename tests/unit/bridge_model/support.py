"""What the tests of the bridge share: a clock to set, bad input, a snapshot of a bridge."""

from collections.abc import Iterable
from math import inf, nan
from typing import Any, NoReturn

from bridge_model import Bridge, CrisisLevel, CrisisState

FLAGGED_TEXT = "I want to die"
CALM_TEXT = "the roses are out"

LONE_SURROGATE = "lone \ud800"

# Typed Any, so that the type checker lets the tests hand over what it would refuse.
BAD_NAMES: list[Any] = [None, 3, True, b"ada", ["ada"], "", "a" * 65, LONE_SURROGATE]
BAD_TEXTS: list[Any] = [None, 3, True, b"hello", ["hello"], "", "a" * 4_001, LONE_SURROGATE]
BAD_TIMES: list[Any] = [
    nan,
    inf,
    -inf,
    -1.0,
    253_402_300_800.0,
    10**400,
    "1000",
    None,
    True,
    1j,
]


def refuse(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("code of a hostile value was run")


class Liar:
    """A value that claims to be a str."""

    __class__ = property(lambda _: str)


class Rude:
    """A value whose methods all raise."""

    __class__ = property(refuse)
    __repr__ = __str__ = __hash__ = __eq__ = __bool__ = __len__ = refuse


class RudeText(str):
    """A text whose methods all raise."""

    __class__ = property(refuse)
    __repr__ = __str__ = __hash__ = __eq__ = __bool__ = __len__ = __iter__ = refuse
    isascii = encode = casefold = refuse


class RudeInt(int):
    """A whole number whose methods all raise."""

    __class__ = property(refuse)
    __repr__ = __str__ = __hash__ = __eq__ = __bool__ = __int__ = __index__ = __float__ = refuse
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __sub__ = __mul__ = __round__ = refuse


class RudeFloat(float):
    """A number whose methods all raise."""

    __class__ = property(refuse)
    __repr__ = __str__ = __hash__ = __eq__ = __bool__ = __int__ = __float__ = refuse
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __sub__ = __mul__ = __round__ = refuse


class Clock:
    """A clock that returns the time that a test sets, or raises it if it is an exception."""

    def __init__(self, time: Any = 1_000.0) -> None:
        self.time = time

    def __call__(self) -> Any:
        if issubclass(type(self.time), Exception):
            raise self.time
        return self.time


def snapshot(bridge: Bridge, rooms: Iterable[str]) -> object:
    """Return everything that a bridge shows of itself and of the rooms."""
    sessions = [bridge.session(user) for user in bridge]
    return (
        len(bridge),
        [
            (session.user, session.room, list(session.history), session.crisis)
            for session in sessions
        ],
        [bridge.room(room) for room in rooms],
    )


def expected_crisis(turns: Iterable[tuple[bool, float]]) -> CrisisState:
    """Return the state that a user's turns, (flagged, time), lead to by the rules."""
    flagged_at: list[float] = []
    escalated = False
    calm_turns = 0
    for flagged, at in turns:
        if escalated:
            calm_turns = 0 if flagged else calm_turns + 1
            escalated = calm_turns < 3
        else:
            flagged_at = [time for time in flagged_at if at - time <= 300]
            if flagged:
                flagged_at.append(at)
            if len(flagged_at) == 3:
                flagged_at = []
                escalated = True
                calm_turns = 0
    if escalated:
        return CrisisState(CrisisLevel.ESCALATED, calm_turns=calm_turns)
    if flagged_at:
        return CrisisState(CrisisLevel.WATCHFUL, tuple(flagged_at))
    return CrisisState()
