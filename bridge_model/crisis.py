"""CrisisState: whether a user needs the crisis resources, and the legal transitions.

    CALM      --flagged-->  WATCHFUL
    WATCHFUL  --three flagged turns within 300 s-->  ESCALATED    the resources are due
    WATCHFUL  --calm, the flagged turns older than 300 s-->  CALM
    ESCALATED --three calm turns in a row-->  CALM

The indicators are a small model of a detector: they give the states something to react to. They
are not a clinical instrument, and a bridge that serves people must replace them.
"""

from enum import Enum

from bridge_model.errors import InvalidTypeError, InvalidValueError
from bridge_model.limits import MICROSECONDS, check_flag, check_time, check_whole

FLAGGED_TURNS_TO_ESCALATE = 3
FLAGGED_TURNS_WITHIN = 300  # seconds
CALM_TURNS_TO_RECOVER = 3

DEFAULT_INDICATORS = (
    "can't go on",
    "end it all",
    "hurt myself",
    "no reason to live",
    "want to die",
)


class CrisisLevel(Enum):
    """How serious a user's crisis state is."""

    CALM = "calm"
    WATCHFUL = "watchful"
    ESCALATED = "escalated"


_WITHIN = FLAGGED_TURNS_WITHIN * MICROSECONDS

_NONE = range(1)
_LEGAL_FLAGGED_TURNS = {
    CrisisLevel.CALM: _NONE,
    CrisisLevel.WATCHFUL: range(1, FLAGGED_TURNS_TO_ESCALATE),
    CrisisLevel.ESCALATED: _NONE,
}
_LEGAL_CALM_TURNS = {
    CrisisLevel.CALM: _NONE,
    CrisisLevel.WATCHFUL: _NONE,
    CrisisLevel.ESCALATED: range(CALM_TURNS_TO_RECOVER),
}


class CrisisState:
    """What the bridge remembers of a user's flagged and calm turns; an immutable value.

    ``CrisisState()`` is calm; ``observe`` leads to the other states. ``flagged_at`` holds the times
    of the flagged turns that still count, in seconds since 1970, to the microsecond;
    ``calm_turns`` counts the calm turns in a row since the last flagged one while escalated.
    Raises InvalidTypeError, or InvalidValueError for a state that no sequence of turns leads to.

    Every state is a single object, the number that it has to remember: see below.
    """

    __slots__ = ()
    __match_args__ = ("level", "flagged_at", "calm_turns")

    level: CrisisLevel
    flagged_at: tuple[float, ...]
    calm_turns: int

    def __new__(
        cls,
        level: CrisisLevel = CrisisLevel.CALM,
        flagged_at: tuple[float, ...] = (),
        calm_turns: int = 0,
    ) -> "CrisisState":
        """Return the state with these fields, if any turns lead to it."""
        if type(level) is not CrisisLevel:
            raise InvalidTypeError("crisis level", actual=level, allowed="a CrisisLevel")
        if not issubclass(type(flagged_at), tuple):
            raise InvalidTypeError("flagged_at", actual=flagged_at, allowed="a tuple of times")
        calm_turns = check_whole("calm_turns", calm_turns, "a whole number")
        flagged = _LEGAL_FLAGGED_TURNS[level]
        calm = _LEGAL_CALM_TURNS[level]
        if len(flagged_at) not in flagged or calm_turns not in calm:
            raise InvalidValueError(
                f"crisis state {level.value}",
                actual=(flagged_at, calm_turns),
                allowed=f"{_choice(flagged)} flagged and {_choice(calm)} calm turns",
            )
        times = tuple(map(check_time, flagged_at))
        # There are two at most: the first and the last show whether they are in order.
        if times and not 0 <= times[-1] - times[0] <= _WITHIN:
            raise InvalidValueError(
                "flagged_at",
                actual=flagged_at,
                allowed=f"times in order, within {FLAGGED_TURNS_WITHIN} seconds",
            )
        return _ESCALATED[calm_turns] if level is CrisisLevel.ESCALATED else _flagged(times)

    @property
    def is_escalated(self) -> bool:
        """Whether the user is in crisis, which lasts from the escalation to the recovery."""
        return self.level is CrisisLevel.ESCALATED

    def observe(self, flagged: bool, at: float) -> "CrisisState":
        """Return the state after a user's turn at a time in seconds since 1970.

        Raises InvalidTypeError or InvalidValueError for a turn that is neither flagged nor calm,
        a time out of range, or one before the latest flagged turn.
        """
        flagged = check_flag("flagged", flagged)
        now = check_time(at)
        times = tuple(map(check_time, self.flagged_at))
        if times and now < times[-1]:
            raise InvalidValueError(
                "time of the turn", actual=at, allowed=f"at least {self.flagged_at[-1]}"
            )
        if self.is_escalated:
            return self._observe_escalated(flagged)
        recent = tuple(time for time in times if now - time <= _WITHIN)
        if flagged:
            recent += (now,)
        return _ESCALATED[0] if len(recent) == FLAGGED_TURNS_TO_ESCALATE else _flagged(recent)

    def _observe_escalated(self, flagged: bool) -> "CrisisState":
        if flagged:
            return _ESCALATED[0]
        if self.calm_turns + 1 == CALM_TURNS_TO_RECOVER:
            return CALM
        return _ESCALATED[self.calm_turns + 1]

    def _fields(self) -> tuple[CrisisLevel, tuple[float, ...], int]:
        return self.level, self.flagged_at, self.calm_turns

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CrisisState) and self._fields() == other._fields()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._fields())

    def __repr__(self) -> str:
        level, flagged_at, calm_turns = self._fields()
        return f"CrisisState({level=}, {flagged_at=}, {calm_turns=})"

    def __reduce__(self) -> tuple[object, ...]:
        return CrisisState, self._fields()


# An instance of an ordinary class takes 32 bytes, 8 for each reference, and the objects that it
# refers to. An instance that is a number takes 32 bytes and 8 or 16 for its value.


class _Unflagged(CrisisState, int):
    """No flagged turn counts: 0 is calm, and n + 1 is escalated after n calm turns."""

    __slots__ = ()

    flagged_at = ()

    @property
    def level(self) -> CrisisLevel:  # type: ignore[override]
        return CrisisLevel.ESCALATED if int(self) else CrisisLevel.CALM

    @property
    def calm_turns(self) -> int:  # type: ignore[override]
        return max(int(self) - 1, 0)


class _FlaggedOnce(CrisisState, float):
    """One flagged turn counts: its time."""

    __slots__ = ()

    level = CrisisLevel.WATCHFUL
    calm_turns = 0

    @property
    def flagged_at(self) -> tuple[float, ...]:  # type: ignore[override]
        return (float(self),)


class _FlaggedTwice(CrisisState, complex):
    """Two flagged turns count: the real part is the time of the first, the other of the second."""

    __slots__ = ()

    level = CrisisLevel.WATCHFUL
    calm_turns = 0

    @property
    def flagged_at(self) -> tuple[float, ...]:  # type: ignore[override]
        return (self.real, self.imag)


CALM: CrisisState = int.__new__(_Unflagged, 0)
_ESCALATED: tuple[CrisisState, ...] = tuple(
    int.__new__(_Unflagged, 1 + calm_turns) for calm_turns in range(CALM_TURNS_TO_RECOVER)
)


def _flagged(times: tuple[int, ...]) -> CrisisState:
    """Return the state that remembers flagged turns at these times, in microseconds."""
    seconds = tuple(time / MICROSECONDS for time in times)
    if not seconds:
        return CALM
    if len(seconds) == 1:
        return float.__new__(_FlaggedOnce, *seconds)
    return complex.__new__(_FlaggedTwice, *seconds)


def is_flagged(text: str, indicators: tuple[str, ...]) -> bool:
    """Return whether a text contains one of the indicators, which must be casefolded."""
    folded = text.casefold()
    for indicator in indicators:  # noqa: SIM110  # half the time of any()
        if indicator in folded:
            return True
    return False


def _choice(counts: range) -> str:
    return " or ".join(map(str, counts))
