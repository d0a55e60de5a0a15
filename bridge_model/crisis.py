"""CrisisState: whether a user needs the crisis resources, and the legal transitions.

    CALM      --flagged-->  WATCHFUL
    WATCHFUL  --three flagged turns within 300 s-->  ESCALATED    the resources are due
    WATCHFUL  --calm, the flagged turns older than 300 s-->  CALM
    ESCALATED --three calm turns in a row-->  CALM

The indicators are a small model of a detector, there to give the states something to react to.
They are not a clinical instrument: a bridge that serves people replaces them.
"""

from dataclasses import dataclass
from enum import Enum

from bridge_model.errors import InvalidTypeError, InvalidValueError
from bridge_model.limits import MICROSECONDS, check_flag, check_time

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
    """How far a conversation has gone."""

    CALM = "calm"
    WATCHFUL = "watchful"
    ESCALATED = "escalated"


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


@dataclass(frozen=True)
class CrisisState:
    """What is remembered of a user's flagged and calm turns; a value that never changes.

    ``CrisisState()`` is calm; the others are reached by ``observe``. ``flagged_at`` holds the times
    of the flagged turns, in seconds since 1970 to the microsecond, that still count;
    ``calm_turns`` counts the calm turns in a row since the last flagged one while escalated.
    Raises InvalidTypeError, or InvalidValueError for what no sequence of turns leads to.
    """

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
        flagged = _LEGAL_FLAGGED_TURNS[self.level]
        calm = _LEGAL_CALM_TURNS[self.level]
        if len(self.flagged_at) not in flagged or self.calm_turns not in calm:
            raise InvalidValueError(
                f"crisis state {self.level.value}",
                actual=(self.flagged_at, self.calm_turns),
                allowed=f"{_choice(flagged)} flagged and {_choice(calm)} calm turns",
            )
        times = tuple(map(check_time, self.flagged_at))
        # Two at the most: the last and the first tell whether they are in order.
        if times and not 0 <= times[-1] - times[0] <= FLAGGED_TURNS_WITHIN * MICROSECONDS:
            raise InvalidValueError(
                "flagged_at",
                actual=self.flagged_at,
                allowed=f"times in order, within {FLAGGED_TURNS_WITHIN} seconds",
            )
        object.__setattr__(self, "flagged_at", tuple(time / MICROSECONDS for time in times))

    @property
    def is_escalated(self) -> bool:
        """Whether the user is in crisis: from the escalation until the recovery."""
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
        if self.level is CrisisLevel.ESCALATED:
            return self._observe_escalated(flagged)
        if not flagged and not self.flagged_at:
            return self
        recent = [time for time in times if now - time <= FLAGGED_TURNS_WITHIN * MICROSECONDS]
        if flagged:
            recent.append(now)
        if len(recent) == FLAGGED_TURNS_TO_ESCALATE:
            return CrisisState(CrisisLevel.ESCALATED)
        if not recent:
            return CrisisState()
        return CrisisState(CrisisLevel.WATCHFUL, tuple(time / MICROSECONDS for time in recent))

    def _observe_escalated(self, flagged: bool) -> "CrisisState":
        if flagged:
            return CrisisState(CrisisLevel.ESCALATED)
        if self.calm_turns + 1 == CALM_TURNS_TO_RECOVER:
            return CrisisState()
        return CrisisState(CrisisLevel.ESCALATED, calm_turns=self.calm_turns + 1)


def is_flagged(text: str, indicators: tuple[str, ...]) -> bool:
    """Return whether a text holds one of the indicators, which must be casefolded."""
    return any(map(text.casefold().__contains__, indicators))


def _choice(counts: range) -> str:
    return " or ".join(map(str, counts))
