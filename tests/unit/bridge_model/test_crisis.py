import copy
import gc
import pickle
import sys
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge_model.crisis import DEFAULT_INDICATORS, CrisisLevel, CrisisState, is_flagged
from bridge_model.errors import BridgeError, InvalidTypeError, InvalidValueError
from tests.unit.bridge_model.naive import NaiveCrisisState
from tests.unit.bridge_model.support import Liar, Rude, RudeInt, expected_crisis

CALM = CrisisState()
ESCALATED = CrisisState(CrisisLevel.ESCALATED)


def watchful(*flagged_at: float) -> CrisisState:
    return CrisisState(CrisisLevel.WATCHFUL, flagged_at)


def escalated(calm_turns: int) -> CrisisState:
    return CrisisState(CrisisLevel.ESCALATED, calm_turns=calm_turns)


def after(*turns: tuple[bool, float]) -> CrisisState:
    state = CrisisState()
    for flagged, at in turns:
        state = state.observe(flagged, at)
    return state


def test_the_first_state_is_calm_and_remembers_nothing() -> None:
    assert CALM.level is CrisisLevel.CALM
    assert CALM.flagged_at == ()
    assert CALM.calm_turns == 0


@pytest.mark.parametrize(
    ("state", "flagged", "at", "following"),
    [
        (CALM, False, 1.0, CALM),
        (CALM, True, 1.0, watchful(1.0)),
        (watchful(1.0), False, 301.0, watchful(1.0)),
        (watchful(1.0), False, 301.5, CALM),
        (watchful(1.0), True, 1.0, watchful(1.0, 1.0)),
        (watchful(1.0), True, 301.0, watchful(1.0, 301.0)),
        (watchful(1.0), True, 301.5, watchful(301.5)),
        (watchful(1.0, 9.0), False, 301.5, watchful(9.0)),
        (watchful(1.0, 9.0), True, 301.0, ESCALATED),
        (watchful(1.0, 9.0), True, 301.5, watchful(9.0, 301.5)),
        (watchful(1.0, 9.0), True, 309.5, watchful(309.5)),
        (ESCALATED, False, 1.0, escalated(1)),
        (ESCALATED, True, 1.0, ESCALATED),
        (escalated(1), False, 1.0, escalated(2)),
        (escalated(1), True, 1.0, ESCALATED),
        (escalated(2), False, 1.0, CALM),
        (escalated(2), True, 1.0, ESCALATED),
    ],
)
def test_a_turn_leads_to_the_following_state(
    state: CrisisState, flagged: bool, at: float, following: CrisisState
) -> None:
    assert state.observe(flagged, at) == following


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([0.0, 0.5, 100.0, 150.0, 300.0, 300.5])),
        max_size=30,
    )
)
def test_any_turns_lead_to_the_state_the_rules_say(turns: list[tuple[bool, float]]) -> None:
    now = 0.0
    said = []
    for flagged, pause in turns:
        now += pause
        said.append((flagged, now))
    assert after(*said) == expected_crisis(said)


@given(st.integers(0, 400), st.integers(0, 400))
def test_three_flagged_turns_escalate_exactly_within_300_seconds(first: int, second: int) -> None:
    state = after((True, 0.0), (True, float(first)), (True, float(first + second)))
    assert state.is_escalated == (first + second <= 300)


@given(
    st.sampled_from(CrisisLevel),
    st.lists(st.floats(0, 1_000) | st.floats(), max_size=3).map(tuple),
    st.integers(-1, 4),
    st.lists(st.tuples(st.booleans(), st.floats(0, 1_000) | st.floats()), max_size=8),
)
def test_it_behaves_like_the_naive_state(
    level: CrisisLevel,
    flagged_at: tuple[float, ...],
    calm_turns: int,
    turns: list[tuple[bool, float]],
) -> None:
    """Both accept and observe the same, and refuse the same with the same message."""

    def observed(state_class: Any) -> list[object]:
        states: list[object] = []
        try:
            state = state_class(level, flagged_at, calm_turns)
            for flagged, at in turns:
                states.append((state.level, state.flagged_at, state.calm_turns, state.is_escalated))
                state = state.observe(flagged, at)
        except BridgeError as error:
            states.append((type(error), str(error)))
        return states

    assert observed(CrisisState) == observed(NaiveCrisisState)


def test_flagged_turns_keep_microseconds_and_no_more() -> None:
    assert after((True, 1_700_000_000.1234567)).flagged_at == (1_700_000_000.123457,)
    assert watchful(1_700_000_000.1234567).flagged_at == (1_700_000_000.123457,)


@given(st.integers(0, 2_000_000_000_000_000), st.integers(299_999_998, 300_000_002))
def test_300_seconds_are_counted_in_microseconds(start: int, microseconds: int) -> None:
    first, last = start / 1_000_000, (start + microseconds) / 1_000_000
    assert after((True, first), (True, first), (True, last)).is_escalated == (
        microseconds <= 300_000_000
    )


@given(st.lists(st.booleans(), max_size=30))
def test_three_calm_turns_after_300_seconds_leave_nothing_behind(flags: list[bool]) -> None:
    state = after(*[(flagged, float(at)) for at, flagged in enumerate(flags)])
    for at in (331.0, 332.0, 333.0):
        state = state.observe(False, at)
    assert state == CrisisState()


def test_calm_turns_between_flagged_turns_do_not_prevent_the_escalation() -> None:
    turns = [(True, 0.0), (False, 1.0), (True, 2.0), (False, 3.0), (False, 4.0), (True, 5.0)]
    assert after(*turns) == ESCALATED


@pytest.mark.parametrize(
    ("state", "is_escalated"),
    [(CALM, False), (watchful(1.0, 2.0), False), (ESCALATED, True), (escalated(2), True)],
)
def test_only_the_escalated_level_is_escalated(state: CrisisState, is_escalated: bool) -> None:
    assert state.is_escalated is is_escalated


def test_a_state_does_not_change() -> None:
    state = watchful(1.0)
    for field in CrisisState.__match_args__:
        with pytest.raises(AttributeError):
            setattr(state, field, 2)
    with pytest.raises(AttributeError):
        setattr(state, "note", 2)  # noqa: B010  # the type checker would refuse an assignment
    state.observe(True, 2.0)
    assert state == watchful(1.0)


@pytest.mark.parametrize("state", [CALM, watchful(1.0), watchful(1.0, 9.5), escalated(2)])
def test_a_state_is_equal_to_no_other_value(state: CrisisState) -> None:
    same = CrisisState(state.level, state.flagged_at, state.calm_turns)
    assert (same == state, same != state, hash(same) == hash(state)) == (True, False, True)
    for other in (watchful(2.0), 0, 1.0, 1 + 9.5j, 3, (state.level, state.flagged_at, 0)):
        assert (state == other, state != other) == (False, True)
        assert (other == state, other != state) == (False, True)


def test_its_repr_shows_its_fields() -> None:
    assert repr(watchful(1.0, 9.5)) == str(watchful(1.0, 9.5)) == f"{watchful(1.0, 9.5)}"
    assert repr(watchful(1.0, 9.5)) == (
        "CrisisState(level=<CrisisLevel.WATCHFUL: 'watchful'>, flagged_at=(1.0, 9.5), calm_turns=0)"
    )


@pytest.mark.parametrize("state", [CALM, watchful(1.0, 9.5), escalated(2)])
def test_a_state_can_be_copied_and_pickled(state: CrisisState) -> None:
    for twin in (copy.copy(state), copy.deepcopy(state), pickle.loads(pickle.dumps(state))):
        assert twin == state
        assert isinstance(twin, CrisisState)


def test_a_state_is_matched_by_its_fields() -> None:
    match watchful(1.0):
        case CrisisState(CrisisLevel.WATCHFUL, (first,)):
            assert first == 1.0
        case _:
            pytest.fail("not matched")


@pytest.mark.parametrize(
    ("state", "size"),
    [
        (watchful(253_402_300_799.0), 40),
        (watchful(253_402_300_499.0, 253_402_300_799.0), 48),
    ],
)
def test_a_state_is_one_small_object(state: CrisisState, size: int) -> None:
    assert sys.getsizeof(state) == size
    assert gc.get_referents(state) == [type(state)]


@pytest.mark.parametrize("state", [CALM, escalated(0), escalated(2)])
def test_a_state_without_times_is_a_single_shared_object(state: CrisisState) -> None:
    assert CrisisState(state.level, state.flagged_at, state.calm_turns) is state


@pytest.mark.parametrize(
    ("level", "flagged_at", "calm_turns", "message"),
    [
        (
            CrisisLevel.CALM,
            (1.0,),
            0,
            "crisis state calm is ((1.0,), 0); allowed: 0 flagged and 0 calm turns",
        ),
        (
            CrisisLevel.CALM,
            (),
            1,
            "crisis state calm is ((), 1); allowed: 0 flagged and 0 calm turns",
        ),
        (
            CrisisLevel.WATCHFUL,
            (),
            0,
            "crisis state watchful is ((), 0); allowed: 1 or 2 flagged and 0 calm turns",
        ),
        (
            CrisisLevel.WATCHFUL,
            (1.0, 2.0, 3.0),
            0,
            "crisis state watchful is ((1.0, 2.0, 3.0), 0); "
            "allowed: 1 or 2 flagged and 0 calm turns",
        ),
        (
            CrisisLevel.WATCHFUL,
            (1.0,),
            1,
            "crisis state watchful is ((1.0,), 1); allowed: 1 or 2 flagged and 0 calm turns",
        ),
        (
            CrisisLevel.ESCALATED,
            (1.0,),
            0,
            "crisis state escalated is ((1.0,), 0); allowed: 0 flagged and 0 or 1 or 2 calm turns",
        ),
        (
            CrisisLevel.ESCALATED,
            (),
            3,
            "crisis state escalated is ((), 3); allowed: 0 flagged and 0 or 1 or 2 calm turns",
        ),
        (
            CrisisLevel.ESCALATED,
            (),
            -1,
            "crisis state escalated is ((), -1); allowed: 0 flagged and 0 or 1 or 2 calm turns",
        ),
    ],
)
def test_a_state_that_no_turns_lead_to_is_refused(
    level: CrisisLevel, flagged_at: tuple[float, ...], calm_turns: int, message: str
) -> None:
    with pytest.raises(InvalidValueError) as raised:
        CrisisState(level, flagged_at, calm_turns)
    assert str(raised.value) == message
    assert raised.value.actual == (flagged_at, calm_turns)


@pytest.mark.parametrize("flagged_at", [(5.0, 1.0), (0.0, 300.25)])
def test_flagged_turns_out_of_order_or_too_far_apart_are_refused(
    flagged_at: tuple[float, ...],
) -> None:
    with pytest.raises(InvalidValueError) as raised:
        CrisisState(CrisisLevel.WATCHFUL, flagged_at)
    assert str(raised.value) == (
        f"flagged_at is {flagged_at}; allowed: times in order, within 300 seconds"
    )


@pytest.mark.parametrize("flagged_at", [("x",), (nan,), (True,)])
def test_flagged_turns_at_an_invalid_time_are_refused(flagged_at: tuple[Any, ...]) -> None:
    with pytest.raises(BridgeError) as raised:
        CrisisState(CrisisLevel.WATCHFUL, flagged_at)
    assert str(raised.value) == (
        f"time is {flagged_at[0]!r}; allowed: seconds from 0 to 253402300799"
    )


@pytest.mark.parametrize("calm_turns", [True, 1.0, "x", None])
def test_calm_turns_that_are_not_a_count_are_refused(calm_turns: Any) -> None:
    with pytest.raises(InvalidTypeError) as raised:
        CrisisState(CrisisLevel.ESCALATED, (), calm_turns)
    assert str(raised.value) == f"calm_turns is {calm_turns!r}; allowed: a whole number"


@pytest.mark.parametrize(
    ("level", "flagged_at", "message"),
    [
        ("calm", (), "crisis level is 'calm'; allowed: a CrisisLevel"),
        (None, (), "crisis level is None; allowed: a CrisisLevel"),
        (CrisisLevel.CALM, [], "flagged_at is []; allowed: a tuple of times"),
        (CrisisLevel.WATCHFUL, [1.0], "flagged_at is [1.0]; allowed: a tuple of times"),
    ],
)
def test_a_state_of_wrong_types_is_refused(level: Any, flagged_at: Any, message: str) -> None:
    with pytest.raises(InvalidTypeError) as raised:
        CrisisState(level, flagged_at)
    assert str(raised.value) == message


@pytest.mark.parametrize("state", [CALM, watchful(5.0), ESCALATED])
@pytest.mark.parametrize(
    ("flagged", "at", "kind", "message"),
    [
        (1, 9.0, InvalidTypeError, "flagged is 1; allowed: True or False"),
        (None, 9.0, InvalidTypeError, "flagged is None; allowed: True or False"),
        (True, "9", InvalidTypeError, "time is '9'; allowed: seconds from 0 to 253402300799"),
        (False, True, InvalidTypeError, "time is True; allowed: seconds from 0 to 253402300799"),
        (True, nan, InvalidValueError, "time is nan; allowed: seconds from 0 to 253402300799"),
        (False, -1.0, InvalidValueError, "time is -1.0; allowed: seconds from 0 to 253402300799"),
    ],
)
def test_a_bad_turn_is_refused(
    state: CrisisState, flagged: Any, at: Any, kind: type[BridgeError], message: str
) -> None:
    with pytest.raises(BridgeError) as raised:
        state.observe(flagged, at)
    assert type(raised.value) is kind
    assert str(raised.value) == message


@pytest.mark.parametrize("flagged", [True, False])
def test_a_turn_before_the_latest_flagged_one_is_refused(flagged: bool) -> None:
    with pytest.raises(InvalidValueError) as raised:
        watchful(1.0, 5.0).observe(flagged, 4.5)
    assert str(raised.value) == "time of the turn is 4.5; allowed: at least 5.0"
    assert raised.value.actual == 4.5


@pytest.mark.parametrize(
    ("text", "indicators", "flagged"),
    [
        ("I Want To DIE.", ("want to die",), True),
        ("I want to live", ("want to die",), False),
        ("GROSSE Not", ("grosse not",), True),
        ("große Not", ("grosse not",), True),
        ("the second", ("first", "second"), True),
        ("want to", ("want to die",), False),
        ("anything", (), False),
    ],
)
def test_a_text_is_flagged_by_an_indicator_in_any_case(
    text: str, indicators: tuple[str, ...], flagged: bool
) -> None:
    assert is_flagged(text, indicators) is flagged


def test_the_default_indicators_are_casefolded() -> None:
    assert tuple(map(str.casefold, DEFAULT_INDICATORS)) == DEFAULT_INDICATORS
    assert len(DEFAULT_INDICATORS) == 5


@pytest.mark.parametrize("kind", [Rude, Liar])
@pytest.mark.parametrize("field", ["level", "flagged_at", "calm_turns"])
def test_checking_a_field_runs_none_of_its_code(field: str, kind: Any) -> None:
    with pytest.raises(InvalidTypeError):
        CrisisState(**{field: kind()})


def test_calm_turns_are_stored_without_their_subclass() -> None:
    assert CrisisState(CrisisLevel.ESCALATED, calm_turns=RudeInt(2)) == escalated(2)
