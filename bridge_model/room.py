"""Room: who is where."""

from dataclasses import dataclass

DEFAULT_ROOM = "lobby"


@dataclass(frozen=True, slots=True)
class Room:
    """A room and the users in it at the moment of asking."""

    name: str
    members: frozenset[str]


class Presence:
    """The members of every room that has any; an empty room leaves nothing behind."""

    __slots__ = ("_members",)

    def __init__(self) -> None:
        self._members: dict[str, set[str]] = {}

    def enter(self, user: str, room: str) -> None:
        """Add a user to a room."""
        self._members.setdefault(room, set()).add(user)

    def leave(self, user: str, room: str) -> None:
        """Remove a user from the room they are in."""
        members = self._members[room]
        members.remove(user)
        if not members:
            del self._members[room]

    def room(self, name: str) -> Room:
        """Return a room and its members; a room that nobody entered has none."""
        return Room(name, frozenset(self._members.get(name, ())))
