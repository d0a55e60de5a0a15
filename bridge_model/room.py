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
        """Add a user, who is in no room, to a room."""
        members = self._members.get(room, ())
        if isinstance(members, dict):
            members[user] = user
        elif len(members) < LARGEST_TUPLE:
            self._members[room] = (*members, user)
        else:
            self._members[room] = {member: member for member in (*members, user)}

    def leave(self, user: str, room: str) -> str:
        """Remove a user from the room they are in; return the name as it was kept."""
        members = self._members[room]
        if isinstance(members, dict):
            user = members.pop(user)
            is_crowd = len(members) > LARGEST_TUPLE
            self._members[room] = trimmed(members) if is_crowd else tuple(members)
            return user
        place = members.index(user)
        user = members[place]
        if len(members) == 1:
            del self._members[room]
            self._members = trimmed(self._members)
        else:
            self._members[room] = members[:place] + members[place + 1 :]
        return user

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


def trimmed(table: dict[str, _Held]) -> dict[str, _Held]:
    """Return a dict by name, or a copy that takes less, once most of the names have left it.

    A dict does not take less because of what leaves it. Those who left since the last copy were
    more than are copied: for each, it takes no time to speak of.
    """
    if sys.getsizeof(table) <= _SMALL_TABLE + _LARGEST_TABLE * len(table):
        return table
    return fitted(table)


def fitted(table: dict[str, _Held]) -> dict[str, _Held]:
    """Return a copy of a dict that takes no more than if nothing had ever left it."""
    return dict(table.items())  # dict(table) would copy some of what is free, too
