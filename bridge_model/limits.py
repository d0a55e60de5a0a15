"""What the bridge accepts: the limits, and the checks that enforce them.

Every check returns the accepted value or raises a BridgeError; none changes anything. A check never
runs the value's own code: it looks at type(value), because isinstance() may ask the value for its
class, and it calls the methods of str, int and float, not those of a subclass.
"""

from collections.abc import Callable, Iterable
from typing import cast

from bridge_model.errors import InvalidTypeError, InvalidValueError, TooLongError

MAX_MESSAGE_LENGTH = 4_000  # characters
MAX_NAME_LENGTH = 64  # characters, of a user's or a room's name
MAX_HISTORY_WINDOW = 10_000  # exchanges
LATEST_TIME = 253_402_300_799.0  # seconds since 1970: the last second of the year 9999, UTC
MICROSECONDS = 1_000_000  # a second

_TIME_ALLOWED = f"seconds from 0 to {LATEST_TIME:.0f}"


def check_text(text: object) -> str:
    """Return the text of a message, 1 to MAX_MESSAGE_LENGTH characters that UTF-8 can encode."""
    if type(text) is str and 0 < len(text) <= MAX_MESSAGE_LENGTH and text.isascii():
        return text  # the usual case, decided without another call
    return _check_string("text", text, MAX_MESSAGE_LENGTH)


def check_name(subject: str, name: object) -> str:
    """Return the name of a user or room, 1 to MAX_NAME_LENGTH characters that UTF-8 can encode."""
    if type(name) is str and 0 < len(name) <= MAX_NAME_LENGTH and name.isascii():
        return name
    return _check_string(subject, name, MAX_NAME_LENGTH)


def check_time(time: object) -> int:
    """Return a time given in seconds since 1970, UTC, from 0 to LATEST_TIME, in microseconds.

    Half a microsecond is rounded to even, as datetime does.
    """
    if type(time) is not float:
        time = _check_number("time", time, _TIME_ALLOWED)
    if not 0 <= time <= LATEST_TIME:
        raise InvalidValueError("time", actual=time, allowed=_TIME_ALLOWED)
    # Without its whole seconds, a float is exact to far below a microsecond.
    seconds = int(time)
    return seconds * MICROSECONDS + round((time - seconds) * MICROSECONDS)


def check_count(subject: str, count: object, maximum: int | None = None) -> int:
    """Return a whole number from 1 to the maximum, if there is one."""
    allowed = "a whole number from 1" + ("" if maximum is None else f" to {maximum}")
    count = check_whole(subject, count, allowed)
    if count < 1 or (maximum is not None and count > maximum):
        raise InvalidValueError(subject, actual=count, allowed=allowed)
    return count


def check_whole(subject: str, number: object, allowed: str) -> int:
    """Return a whole number as an int; a subclass of int may override any method."""
    if type(number) is bool or not issubclass(type(number), int):
        raise InvalidTypeError(subject, actual=number, allowed=allowed)
    return int.__index__(cast("int", number))


def check_duration(subject: str, duration: object) -> float:
    """Return a number of seconds, above 0 and at most LATEST_TIME."""
    allowed = f"seconds above 0, at most {LATEST_TIME:.0f}"
    duration = _check_number(subject, duration, allowed)
    if not 0 < duration <= LATEST_TIME:
        raise InvalidValueError(subject, actual=duration, allowed=allowed)
    return float(duration)


def check_flag(subject: str, flag: object) -> bool:
    """Return a bool."""
    if type(flag) is not bool:
        raise InvalidTypeError(subject, actual=flag, allowed="True or False")
    return flag


def check_clock(clock: object) -> Callable[[], float]:
    """Return a clock: a callable that takes nothing and returns seconds since 1970, UTC."""
    if not callable(clock):
        raise InvalidTypeError("clock", actual=clock, allowed="a callable returning seconds")
    return clock


def check_indicators(indicators: object) -> tuple[str, ...]:
    """Return the crisis indicators: phrases, each within the limits of a message."""
    kind = type(indicators)
    if issubclass(kind, str) or not issubclass(kind, Iterable):
        raise InvalidTypeError("indicators", actual=indicators, allowed="a collection of phrases")
    phrases = cast("Iterable[object]", indicators)
    return tuple(_check_string("indicator", phrase, MAX_MESSAGE_LENGTH) for phrase in phrases)


def _check_number(subject: str, number: object, allowed: str) -> float:
    if issubclass(type(number), float):
        return float.__float__(cast("float", number))
    return check_whole(subject, number, allowed)


def _check_string(subject: str, text: object, maximum: int) -> str:
    if type(text) is not str:
        if not issubclass(type(text), str):
            raise InvalidTypeError(
                subject, actual=text, allowed=f"a str of 1 to {maximum} characters"
            )
        # A subclass may have attributes of any size: take its characters alone.
        text = str.__str__(cast("str", text))
    if not text:
        raise InvalidValueError(subject, actual=text, allowed=f"1 to {maximum} characters")
    if len(text) > maximum:
        raise TooLongError(
            f"{subject} of {len(text)} characters", actual=text, allowed=f"1 to {maximum}"
        )
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidValueError(
                subject, actual=text, allowed="characters that UTF-8 can encode"
            ) from None
    return text
