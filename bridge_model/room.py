"""Room: which users are in which room."""

import sys
from dataclasses import dataclass
from typing import TypeVar

DEFAULT_ROOM = "lobby"
LARGEST_TUPLE = 32  # members

# A dict that only grew takes up to 44 bytes a name; one whose names come and go takes up to 88.
_LARGEST_TABLE = 128  # bytes a name
_SMALL_TABLE = 1_024  # bytes

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Room:
    """A room and the users who were in it when it was asked for."""

    name: str
    members: frozenset[str]


class Presence:
    """Which users are in which room; an empty room takes no memory.

    Most rooms have few members, and a tuple holds them in 8 bytes each. Searching a tuple takes
    longer with every member, so a dict holds a crowd, in 20 to 40 bytes each.
    """

    __slots__ = ("_members",)

    def __init__(self) -> None:
        self._members: dict[str, tuple[str, ...] | dict[str, str]] = {}

    def enter(self, user: str, room: str) -> None:
        """Add a user to a room, unless they are in it already."""
        members = self._members.get(room, ())
        if user in members:
            return
        if isinstance(members, dict):
            members[user] = user
        elif len(members) < LARGEST_TUPLE:
            self._members[room] = (*members, user)
        else:
            self._members[room] = {member: member for member in (*members, user)}

    def leave(self, user: str, room: str) -> None:
        """Remove a user from a room, if they are in it."""
        members = self._members.get(room, ())
        if isinstance(members, dict):
            members.pop(user, None)
            is_crowd = len(members) > LARGEST_TUPLE
            self._members[room] = trimmed(members) if is_crowd else tuple(members)
        elif user in members and len(members) > 1:
            index = members.index(user)
            self._members[room] = members[:index] + members[index + 1 :]
        else:
            if user in members:
                del self._members[room]
            self._members = trimmed(self._members)

    def name(self, user: str, room: str) -> str:
        """Return the name of a user as it is kept for the room they are in."""
        members = self._members[room]
        return members[user] if isinstance(members, dict) else members[members.index(user)]

    def fit(self) -> None:
        """Free the memory of rooms and members that are gone."""
        self._members = {
            room: fitted(members) if isinstance(members, dict) else members
            for room, members in self._members.items()
        }

    def room(self, name: str) -> Room:
        """Return a room and its members; a room that nobody entered has none."""
        return Room(name, frozenset(self._members.get(name, ())))


def trimmed(table: dict[str, _Value], largest: int = _LARGEST_TABLE) -> dict[str, _Value]:
    """Return a dict by name, or a smaller copy once most of its names were deleted.

    A dict never shrinks by itself. ``largest`` is the most that it may take, in bytes a name.
    Before a copy, about as many names were deleted as it copies, or more: its cost per deletion
    is negligible.
    """
    if sys.getsizeof(table) <= _SMALL_TABLE + largest * len(table):
        return table
    return fitted(table)


def fitted(table: dict[str, _Value]) -> dict[str, _Value]:
    """Return a copy of a dict, as small as if nothing had ever been deleted from it."""
    return dict(table.items())  # dict(table) would copy some free slots, too
