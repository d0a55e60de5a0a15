import pickle
import sys
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge_model.room import DEFAULT_ROOM, Presence, Room, trimmed
from tests.unit.bridge_model.naive import NaivePresence


def test_the_default_room_is_the_lobby() -> None:
    assert DEFAULT_ROOM == "lobby"


def test_a_room_does_not_change() -> None:
    room = Room("library", frozenset({"ada"}))
    with pytest.raises(FrozenInstanceError) as raised:
        setattr(room, "name", "cellar")  # noqa: B010  # the type checker would refuse an assignment
    assert str(raised.value) == "cannot assign to field 'name'"
    assert room == Room("library", frozenset({"ada"}))


class PresenceBehaviour:
    """What every presence does; a subclass names the one under test."""

    presence_class: type[Presence]

    def test_a_room_that_nobody_entered_has_no_members(self) -> None:
        assert self.presence_class().room("library") == Room("library", frozenset())

    def test_a_room_holds_the_users_who_entered_and_did_not_leave(self) -> None:
        presence = self.presence_class()
        presence.enter("ada", "library")
        presence.enter("bo", "library")
        presence.enter("chi", "cellar")
        assert presence.room("library") == Room("library", frozenset({"ada", "bo"}))
        presence.leave("ada", "library")
        assert presence.room("library") == Room("library", frozenset({"bo"}))
        assert presence.room("cellar") == Room("cellar", frozenset({"chi"}))

    def test_a_room_that_was_returned_does_not_change(self) -> None:
        presence = self.presence_class()
        presence.enter("ada", "library")
        room = presence.room("library")
        presence.enter("bo", "library")
        assert room == Room("library", frozenset({"ada"}))

    def test_an_empty_room_leaves_nothing_behind(self) -> None:
        presence = self.presence_class()
        presence.enter("ada", "library")
        presence.leave("ada", "library")
        # Pickles of two objects are equal only if everything in them is.
        assert pickle.dumps(presence) == pickle.dumps(self.presence_class())

    @pytest.mark.parametrize("crowd", [32, 33, 34, 100])
    def test_a_room_may_be_crowded_and_empty_again(self, crowd: int) -> None:
        presence = self.presence_class()
        users = [f"user {number}" for number in range(crowd)]
        for number, user in enumerate(users, 1):
            presence.enter(user, "library")
            assert presence.room("library").members == set(users[:number])
        for number, user in enumerate(users, 1):
            presence.leave(user, "library")
            assert presence.room("library").members == set(users[number:])
        assert pickle.dumps(presence) == pickle.dumps(self.presence_class())

    @pytest.mark.parametrize("crowd", [1, 32, 33])
    def test_a_user_is_named_by_the_string_that_entered(self, crowd: int) -> None:
        presence = self.presence_class()
        users = [f"user {number}" for number in range(crowd)]
        for user in users:
            presence.enter(user, "library")
        for user in reversed(users):
            assert presence.name("".join([*user]), "library") is user
            presence.leave("".join([*user]), "library")

    @pytest.mark.parametrize("crowd", [0, 1, 32, 33, 34])
    def test_entering_or_leaving_twice_is_the_same_as_once(self, crowd: int) -> None:
        once, twice = self.presence_class(), self.presence_class()
        for presence, times in ((once, 1), (twice, 2)):
            for number in range(crowd + 1):
                for _ in range(times):
                    presence.enter(f"user {number}", "library")
            for _ in range(times):
                presence.leave("user 0", "library")
                presence.leave("nobody", "cellar")
        assert pickle.dumps(twice) == pickle.dumps(once)

    def test_asking_for_a_room_leaves_nothing_behind(self) -> None:
        presence = self.presence_class()
        presence.room("library")
        assert pickle.dumps(presence) == pickle.dumps(self.presence_class())


class TestPresence(PresenceBehaviour):
    presence_class = Presence


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_room_that_was_crowded_is_stored_like_one_that_never_was(left: int, stayed: int) -> None:
    presence, calm = Presence(), Presence()
    for number in range(left + stayed):
        presence.enter(f"user {number}", "library")
    for number in range(left):
        presence.leave(f"user {number}", "library")
    for number in range(left, left + stayed):
        calm.enter(f"user {number}", "library")
    assert pickle.dumps(presence) == pickle.dumps(calm)


class TestNaivePresence(PresenceBehaviour):
    presence_class = NaivePresence


def table_of(size: int) -> dict[str, int]:
    return {f"user {number}": number for number in range(size)}


@pytest.mark.parametrize("size", [1, 5, 43, 86, 1_000, 43_691])
def test_a_table_of_names_that_come_and_go_is_not_copied(size: int) -> None:
    table = table_of(size)
    for number in range(4 * size):
        assert trimmed(table) is table
        del table[f"user {number}"]
        table[f"user {number + size}"] = number + size


def test_a_table_that_most_names_have_left_is_copied_into_a_small_one() -> None:
    table = table_of(10_000)
    smallest = [sys.getsizeof(table)]
    for number in range(9_990):
        del table[f"user {number}"]
        table = trimmed(table)
        assert sys.getsizeof(table) <= 1_024 + 128 * len(table)
        if sys.getsizeof(table) < smallest[-1]:
            assert sys.getsizeof(table) == sys.getsizeof(table_of(len(table)))
            smallest.append(sys.getsizeof(table))
    assert len(smallest) < 10  # copies
    assert table == {f"user {number}": number for number in range(9_990, 10_000)}
    assert list(table) == [f"user {number}" for number in range(9_990, 10_000)]
