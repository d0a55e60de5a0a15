from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf, nan
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge_model.errors import BridgeError, InvalidTypeError, InvalidValueError, TooLongError
from bridge_model.limits import (
    LATEST_TIME,
    check_clock,
    check_count,
    check_duration,
    check_flag,
    check_indicators,
    check_name,
    check_text,
    check_time,
)
from tests.unit.bridge_model.support import Clock, Liar, Rude, RudeFloat, RudeInt, RudeText

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Label(str):
    def __str__(self) -> str:
        return "not the characters"


def is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        (3, InvalidTypeError, "text is 3; allowed: a str of 1 to 4000 characters"),
        (None, InvalidTypeError, "text is None; allowed: a str of 1 to 4000 characters"),
        (b"hi", InvalidTypeError, "text is b'hi'; allowed: a str of 1 to 4000 characters"),
        ("", InvalidValueError, "text is ''; allowed: 1 to 4000 characters"),
        (
            "a" * 4_001,
            TooLongError,
            f"text of 4001 characters is '{'a' * 55} ...; allowed: 1 to 4000",
        ),
        (
            "hi \udfff",
            InvalidValueError,
            "text is 'hi \\udfff'; allowed: characters that UTF-8 can encode",
        ),
    ],
)
def test_a_bad_text_is_refused(text: object, kind: type[BridgeError], message: str) -> None:
    with pytest.raises(BridgeError) as raised:
        check_text(text)
    assert type(raised.value) is kind
    assert str(raised.value) == message
    assert raised.value.actual is text
    assert message.endswith(raised.value.allowed)


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        (3, InvalidTypeError, "room is 3; allowed: a str of 1 to 64 characters"),
        ("", InvalidValueError, "room is ''; allowed: 1 to 64 characters"),
        ("a" * 65, TooLongError, f"room of 65 characters is '{'a' * 55} ...; allowed: 1 to 64"),
        (
            "\ud800",
            InvalidValueError,
            "room is '\\ud800'; allowed: characters that UTF-8 can encode",
        ),
    ],
)
def test_a_bad_name_is_refused(name: object, kind: type[BridgeError], message: str) -> None:
    with pytest.raises(BridgeError) as raised:
        check_name("room", name)
    assert type(raised.value) is kind
    assert str(raised.value) == message
    assert raised.value.actual is name
    assert message.endswith(raised.value.allowed)


@pytest.mark.parametrize("text", ["a", "a" * 4_000, "🌹" * 4_000, " ", "\x00"])
def test_a_text_within_the_limits_is_returned(text: str) -> None:
    assert check_text(text) is text


@given(st.text(st.characters(), max_size=70))
def test_a_name_is_accepted_exactly_when_it_is_within_the_limits(name: str) -> None:
    if 1 <= len(name) <= 64 and not any(map(is_surrogate, name)):
        assert check_name("user", name) is name
    else:
        with pytest.raises(InvalidValueError) as raised:
            check_name("user", name)
        assert raised.value.actual == name


def test_a_string_is_returned_without_its_subclass() -> None:
    text = check_text(Label("hello"))
    assert type(text) is str
    assert text == "hello"


def test_a_value_that_only_poses_as_a_string_is_refused() -> None:
    poser = Mock(spec=str)
    assert isinstance(poser, str)
    with pytest.raises(InvalidTypeError) as raised:
        check_text(poser)
    assert raised.value.actual is poser


def test_a_string_subclass_is_held_to_the_limits() -> None:
    with pytest.raises(TooLongError) as raised:
        check_name("user", Label("a" * 65))
    assert type(raised.value.actual) is str


def test_the_latest_time_is_the_last_second_of_the_year_9999() -> None:
    assert datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp() == LATEST_TIME


@pytest.mark.parametrize(
    ("time", "kind", "shown"),
    [
        ("12", InvalidTypeError, "'12'"),
        (None, InvalidTypeError, "None"),
        (True, InvalidTypeError, "True"),
        (1j, InvalidTypeError, "1j"),
        (nan, InvalidValueError, "nan"),
        (inf, InvalidValueError, "inf"),
        (-inf, InvalidValueError, "-inf"),
        (-0.5, InvalidValueError, "-0.5"),
        (253_402_300_799.5, InvalidValueError, "253402300799.5"),
        (10**400, InvalidValueError, f"1{'0' * 55} ..."),
    ],
)
def test_a_bad_time_is_refused(time: object, kind: type[BridgeError], shown: str) -> None:
    with pytest.raises(BridgeError) as raised:
        check_time(time)
    assert type(raised.value) is kind
    assert str(raised.value) == f"time is {shown}; allowed: seconds from 0 to 253402300799"
    assert raised.value.actual is time
    assert raised.value.allowed == "seconds from 0 to 253402300799"


@given(st.floats() | st.integers())
def test_a_time_is_accepted_exactly_from_0_to_the_latest(time: float) -> None:
    if 0 <= time <= 253_402_300_799:
        assert type(check_time(time)) is int
        assert EPOCH + timedelta(microseconds=check_time(time)) == datetime.fromtimestamp(time, UTC)
    else:
        with pytest.raises(InvalidValueError):
            check_time(time)


@pytest.mark.parametrize(
    ("count", "maximum", "kind", "message"),
    [
        (0, None, InvalidValueError, "limit is 0; allowed: a whole number from 1"),
        (-1, 9, InvalidValueError, "limit is -1; allowed: a whole number from 1 to 9"),
        (10, 9, InvalidValueError, "limit is 10; allowed: a whole number from 1 to 9"),
        (True, 9, InvalidTypeError, "limit is True; allowed: a whole number from 1 to 9"),
        (2.0, None, InvalidTypeError, "limit is 2.0; allowed: a whole number from 1"),
        ("2", None, InvalidTypeError, "limit is '2'; allowed: a whole number from 1"),
        (None, None, InvalidTypeError, "limit is None; allowed: a whole number from 1"),
    ],
)
def test_a_bad_count_is_refused(
    count: object, maximum: int | None, kind: type[BridgeError], message: str
) -> None:
    with pytest.raises(BridgeError) as raised:
        check_count("limit", count, maximum)
    assert type(raised.value) is kind
    assert str(raised.value) == message
    assert raised.value.actual is count


@pytest.mark.parametrize(("count", "maximum"), [(1, None), (10**400, None), (1, 9), (9, 9)])
def test_a_count_within_the_limits_is_returned(count: int, maximum: int | None) -> None:
    assert check_count("limit", count, maximum) == count


@pytest.mark.parametrize(
    ("duration", "kind", "shown"),
    [
        (0, InvalidValueError, "0"),
        (-1.5, InvalidValueError, "-1.5"),
        (nan, InvalidValueError, "nan"),
        (inf, InvalidValueError, "inf"),
        (253_402_300_800, InvalidValueError, "253402300800"),
        (10**400, InvalidValueError, f"1{'0' * 55} ..."),
        (True, InvalidTypeError, "True"),
        ("60", InvalidTypeError, "'60'"),
        (None, InvalidTypeError, "None"),
    ],
)
def test_a_bad_duration_is_refused(duration: object, kind: type[BridgeError], shown: str) -> None:
    with pytest.raises(BridgeError) as raised:
        check_duration("timeout", duration)
    assert type(raised.value) is kind
    assert (
        str(raised.value) == f"timeout is {shown}; allowed: seconds above 0, at most 253402300799"
    )
    assert raised.value.actual is duration


@pytest.mark.parametrize("duration", [5e-324, 0.5, 60, 253_402_300_799])
def test_a_duration_within_the_limits_is_returned_as_a_float(duration: float) -> None:
    assert type(check_duration("timeout", duration)) is float
    assert check_duration("timeout", duration) == duration


@pytest.mark.parametrize("flag", [True, False])
def test_a_flag_is_returned(flag: bool) -> None:
    assert check_flag("flagged", flag) is flag


@pytest.mark.parametrize(("flag", "shown"), [(1, "1"), (None, "None"), ("yes", "'yes'")])
def test_a_bad_flag_is_refused(flag: object, shown: str) -> None:
    with pytest.raises(InvalidTypeError) as raised:
        check_flag("flagged", flag)
    assert str(raised.value) == f"flagged is {shown}; allowed: True or False"


def test_a_clock_is_returned_and_not_read() -> None:
    clock = Clock(AssertionError("read"))
    assert check_clock(clock) is clock


def test_a_clock_that_cannot_be_called_is_refused() -> None:
    with pytest.raises(InvalidTypeError) as raised:
        check_clock(12.5)
    assert str(raised.value) == "clock is 12.5; allowed: a callable returning seconds"


@pytest.mark.parametrize(
    ("indicators", "kind", "message"),
    [
        ("die", InvalidTypeError, "indicators is 'die'; allowed: a collection of phrases"),
        (None, InvalidTypeError, "indicators is None; allowed: a collection of phrases"),
        (["die", ""], InvalidValueError, "indicator is ''; allowed: 1 to 4000 characters"),
        ([3], InvalidTypeError, "indicator is 3; allowed: a str of 1 to 4000 characters"),
        (
            ["a" * 4_001],
            TooLongError,
            f"indicator of 4001 characters is '{'a' * 55} ...; allowed: 1 to 4000",
        ),
        (
            ["\ud800"],
            InvalidValueError,
            "indicator is '\\ud800'; allowed: characters that UTF-8 can encode",
        ),
    ],
)
def test_bad_indicators_are_refused(
    indicators: object, kind: type[BridgeError], message: str
) -> None:
    with pytest.raises(BridgeError) as raised:
        check_indicators(indicators)
    assert type(raised.value) is kind
    assert str(raised.value) == message


@pytest.mark.parametrize(
    "indicators", [["end", "die"], ("end", "die"), iter(["end", "die"]), {"end": 1, "die": 2}]
)
def test_indicators_are_returned_in_a_tuple(indicators: Any) -> None:
    assert check_indicators(indicators) == ("end", "die")


def test_there_may_be_no_indicators() -> None:
    assert check_indicators([]) == ()


CHECKS: dict[str, Callable[[Any], object]] = {
    "text": check_text,
    "name": partial(check_name, "room"),
    "time": check_time,
    "count": partial(check_count, "window"),
    "duration": partial(check_duration, "timeout"),
    "flag": partial(check_flag, "flagged"),
    "clock": check_clock,
    "indicators": check_indicators,
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_checking_a_value_runs_none_of_its_code(check: Callable[[Any], object]) -> None:
    for value in (Rude(), Liar()):
        with pytest.raises(InvalidTypeError):
            check(value)


def test_any_value_is_returned_without_its_subclass() -> None:
    count = check_count("window", RudeInt(3))
    assert (type(count), count) == (int, 3)
    duration = check_duration("timeout", RudeFloat(3.5))
    assert (type(duration), duration) == (float, 3.5)
    assert check_duration("timeout", RudeInt(3)) == 3.0
    assert check_time(RudeInt(3)) == 3_000_000
    assert check_time(RudeFloat(3.5)) == 3_500_000
    assert check_text(RudeText("ada")) == "ada"
    assert check_indicators([RudeText("help")]) == ("help",)


def test_a_subclass_out_of_range_is_refused() -> None:
    for time in (RudeInt(-1), RudeFloat(nan)):
        with pytest.raises(InvalidValueError):
            check_time(time)
