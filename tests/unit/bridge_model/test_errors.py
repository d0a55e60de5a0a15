import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge_model.errors import (
    BridgeError,
    BridgeFullError,
    InvalidTypeError,
    InvalidValueError,
    SessionNotFoundError,
    TooLongError,
    UnknownRoleError,
    abbreviate,
)

KINDS = [
    BridgeError,
    BridgeFullError,
    InvalidTypeError,
    InvalidValueError,
    SessionNotFoundError,
    TooLongError,
    UnknownRoleError,
]


class UnprintableError(Exception):
    pass


class Unprintable:
    def __repr__(self) -> str:
        raise UnprintableError


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_says_what_is_given_and_what_is_allowed(kind: type[BridgeError]) -> None:
    error = kind("user", actual=["ada"], allowed="a name")
    assert isinstance(error, BridgeError)
    assert str(error) == "user is ['ada']; allowed: a name"
    assert error.args == ("user is ['ada']; allowed: a name",)
    assert error.actual == ["ada"]
    assert error.allowed == "a name"


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (InvalidTypeError, TypeError),
        (InvalidValueError, ValueError),
        (TooLongError, InvalidValueError),
        (UnknownRoleError, InvalidValueError),
        (SessionNotFoundError, KeyError),
    ],
)
def test_an_error_is_caught_as_the_builtin_it_resembles(
    kind: type[BridgeError], base: type[Exception]
) -> None:
    error = kind("user", actual="ada", allowed="a name")
    with pytest.raises(base) as raised:
        raise error
    assert raised.value is error


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickling(kind: type[BridgeError], protocol: int) -> None:
    error = kind("user", actual=["ada"], allowed="a name")
    restored = pickle.loads(pickle.dumps(error, protocol))
    assert type(restored) is kind
    assert restored.args == error.args
    assert str(restored) == "user is ['ada']; allowed: a name"
    assert restored.actual == ["ada"]
    assert restored.allowed == "a name"


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_copying(kind: type[BridgeError]) -> None:
    error = kind("user", actual=["ada"], allowed="a name")
    error.add_note("seen in the lobby")
    copied = copy.deepcopy(error)
    assert type(copied) is kind
    assert str(copied) == "user is ['ada']; allowed: a name"
    assert (copied.actual, copied.allowed) == (["ada"], "a name")
    assert copied.actual is not error.actual
    assert copied.__notes__ == ["seen in the lobby"]


def test_an_error_about_a_huge_input_is_short_and_carries_all_of_it() -> None:
    error = BridgeError("text", actual="a" * 1_000_000, allowed="less")
    assert str(error) == f"text is '{'a' * 55} ...; allowed: less"
    assert error.actual == "a" * 1_000_000


def test_sixty_characters_are_not_abbreviated() -> None:
    assert abbreviate("a" * 58) == f"'{'a' * 58}'"


def test_sixty_one_characters_are_abbreviated() -> None:
    assert abbreviate("a" * 59) == f"'{'a' * 55} ..."


@given(st.text(max_size=100) | st.lists(st.floats()) | st.binary())
def test_abbreviating_keeps_the_beginning_within_sixty_characters(value: object) -> None:
    text = abbreviate(value)
    if len(repr(value)) <= 60:
        assert text == repr(value)
    else:
        assert text == repr(value)[:56] + " ..."
        assert len(text) == 60


def test_a_value_that_cannot_be_shown_is_named_by_its_type() -> None:
    error = BridgeError("user", actual=Unprintable(), allowed="a name")
    assert str(error) == "user is a Unprintable whose repr fails; allowed: a name"


def test_a_number_too_long_to_be_shown_is_named_by_its_type() -> None:
    assert abbreviate(10**5_000) == "a int whose repr fails"
