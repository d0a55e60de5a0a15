"""Room: who is where."""

import sys
from dataclasses import dataclass
from typing import TypeVar

DEFAULT_ROOM = "lobby"
LARGEST_TUPLE = 32  # members

# A dict that only grew takes up to 44 bytes a name, one whose names came and went up to 88.
_LARGEST_TABLE = 128  # bytes a name
_SMALL_TABLE = 1_024  # bytes

_Held = TypeVar("_Held")


@dataclass(frozen=True, slots=True)
class Room:
    """A room and the users in it at the moment of asking."""

    name: str
    members: frozenset[str]


class Presence:
    """Who is in which room; an empty room leaves nothing behind.

    Most rooms have few members, whom a tuple holds in 8 bytes each; searching it takes longer with
    every one of them, so that a crowd is held in a dict, in 20 to 40 bytes each.
    """

    __slots__ = ("_members",)

    def __init__(self) -> None:
        self._members: dict[str, tuple[str, ...] | dict[str, str]] = {}

    def enter(self, user: str, room: str) -> None:
        """Add a user to a room, unless they are in it."""
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
            place = members.index(user)
            self._members[room] = members[:place] + members[place + 1 :]
        else:
            if user in members:
                del self._members[room]
            self._members = trimmed(self._members)

    def name(self, user: str, room: str) -> str:
        """Return the name of a user as it is kept for the room they are in."""
        members = self._members[room]
        return members[user] if isinstance(members, dict) else members[members.index(user)]

    def fit(self) -> None:
        """Give back what is kept for rooms and members beyond those there are."""
        self._members = {
            room: fitted(members) if isinstance(members, dict) else members
            for room, members in self._members.items()
        }

    def room(self, name: str) -> Room:
        """Return a room and its members; a room that nobody entered has none."""
        return Room(name, frozenset(self._members.get(name, ())))


def trimmed(table: dict[str, _Held], largest: int = _LARGEST_TABLE) -> dict[str, _Held]:
    """Return a dict by name, or a copy that takes less, once most of the names have left it.

    A dict does not take less because of what leaves it. ``largest`` is the most that it may take,
    in bytes a name. Those who left since the last copy were more than are copied, or not much
    fewer where it is small: for each, it takes no time to speak of.
    """
    if sys.getsizeof(table) <= _SMALL_TABLE + largest * len(table):
        return table
    return fitted(table)


def fitted(table: dict[str, _Held]) -> dict[str, _Held]:
    """Return a copy of a dict that takes no more than if nothing had ever left it."""
    return dict(table.items())  # dict(table) would copy some of what is free, too
