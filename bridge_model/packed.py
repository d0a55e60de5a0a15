"""The packed conversation: all that was said in one session, in one immutable ``bytes``.

    count   entry  entry ...   room  FF  text [FE room]  FF  text [FE room] ...
    2       8      8           UTF-8     UTF-8, oldest message first

``count`` is the number of messages, at least one. An ``entry`` is the time of a message, in
microseconds since 1970, and its role in the lowest bit. ``room`` is where the user is now. A
message said in another room than what followed it carries the name of that room. UTF-8 has no
bytes FE and FF: where they stand, something ends.

A change makes a new ``bytes``: copying some kilobytes takes less time than to keep them apart.
"""

from datetime import UTC, datetime
from struct import Struct, unpack_from

from bridge_model.limits import MICROSECONDS
from bridge_model.message import Message, Role

_COUNT = Struct("<H")
_ENTRY = Struct("<Q")
_ROLES = (Role.USER, Role.ASSISTANT)
_PLACE = b"\xfe"
_NEXT = b"\xff"


def begin(role: Role, text: str, time: int, room: str) -> bytes:
    """Return a conversation of one message, said at a time in microseconds since 1970."""
    return b"".join((_COUNT.pack(1), _entry(role, time), room.encode(), _NEXT, text.encode()))


def append(packed: bytes, limit: int, role: Role, text: str, time: int) -> bytes:
    """Return the conversation with one more message; beyond the limit the oldest goes."""
    (count,) = _COUNT.unpack_from(packed)
    entries = _COUNT.size
    strings = entries + count * _ENTRY.size
    if count < limit:
        count += 1
        kept = packed[strings:]
    else:
        entries += _ENTRY.size
        oldest = packed.index(_NEXT, strings)
        second = packed.find(_NEXT, oldest + 1)
        kept = packed[strings:oldest] + (packed[second:] if second > 0 else b"")
    return b"".join(
        (
            _COUNT.pack(count),
            packed[entries:strings],
            _entry(role, time),
            kept,
            _NEXT,
            text.encode(),
        )
    )


def move(packed: bytes, room: str) -> bytes:
    """Return the conversation after the user went to a room; what was said stays where it was."""
    (count,) = _COUNT.unpack_from(packed)
    strings = _COUNT.size + count * _ENTRY.size
    texts = packed.index(_NEXT, strings)
    newest = packed.rindex(_NEXT)
    text, _, place = packed[newest:].partition(_PLACE)
    here, place = room.encode(), place or packed[strings:texts]
    mark = b"" if place == here else _PLACE + place
    return b"".join((packed[:strings], here, packed[texts:newest], text, mark))


def length(packed: bytes) -> int:
    """Return the number of messages."""
    (count,) = _COUNT.unpack_from(packed)
    return int(count)


def room(packed: bytes) -> str:
    """Return where the user is now."""
    strings = _COUNT.size + length(packed) * _ENTRY.size
    return packed[strings : packed.index(_NEXT, strings)].decode()


def newest(packed: bytes) -> Message:
    """Return the last message, without a look at the others."""
    (entry,) = _ENTRY.unpack_from(packed, _COUNT.size + (length(packed) - 1) * _ENTRY.size)
    text, _, place = packed[packed.rindex(_NEXT) + 1 :].partition(_PLACE)
    return _message(entry, text, place.decode() or room(packed))


def messages(packed: bytes) -> list[Message]:
    """Return all messages, oldest first."""
    entries = unpack_from(f"<{length(packed)}Q", packed, _COUNT.size)
    return list(map(_message, entries, *_strings(packed)))


def chat(packed: bytes) -> list[dict[str, str]]:
    """Return role and text of all messages, oldest first, as chat-completion APIs take them."""
    entries = unpack_from(f"<{length(packed)}Q", packed, _COUNT.size)
    texts, _ = _strings(packed)
    return [
        {"role": _ROLES[entry & 1].value, "content": text.decode()}
        for entry, text in zip(entries, texts, strict=True)
    ]


def _entry(role: Role, time: int) -> bytes:
    return _ENTRY.pack(time << 1 | _ROLES.index(role))


def _message(entry: int, text: bytes, place: str) -> Message:
    timestamp = datetime.fromtimestamp((entry >> 1) / MICROSECONDS, UTC)
    return Message(_ROLES[entry & 1], text.decode(), timestamp, place)


def _strings(packed: bytes) -> tuple[list[bytes], list[str]]:
    """Return the texts, and the rooms they were said in."""
    here, *strings = packed[_COUNT.size + length(packed) * _ENTRY.size :].split(_NEXT)
    place = here.decode()
    texts, places = [], []
    for string in reversed(strings):
        text, _, mark = string.partition(_PLACE)
        place = mark.decode() or place
        texts.append(text)
        places.append(place)
    return texts[::-1], places[::-1]
