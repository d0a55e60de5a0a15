"""The packed session: all that the bridge holds of one user, in one immutable ``bytes``.

    newest  count  step  step ...  room [FC crisis]  FF  text [FE room] [FD pause]  FF  text ...
    8       2      4     4         UTF-8             UTF-8, oldest message first

newest  time of the newest message, in microseconds since 1970, times 4; plus 2 if the assistant
        said it; plus 1 if there is a crisis state other than calm
count   number of messages, at least 1
step    for each message but the newest: microseconds until the next one, times 2; plus 1 if the
        assistant said it. A pause that does not fit, of 36 minutes and more, is written in digits
        after the text; the step then has all ones in its place
room    where the user is now. A message said elsewhere than what followed it, or than where the
        user is now if nothing did, carries the name of its room
crisis  level, calm turns and times of the flagged turns, as text

UTF-8 has no bytes FC, FD, FE and FF: where they stand, something ends. A change makes a new
``bytes``: to copy some kilobytes takes less time than to keep their parts apart. What has gone
leaves no trace: the same state is always packed the same.
"""

from datetime import UTC, datetime
from itertools import accumulate
from operator import sub
from struct import Struct, unpack_from

from bridge_model.crisis import CALM, CrisisLevel, CrisisState
from bridge_model.limits import MICROSECONDS
from bridge_model.message import Message, Role

_HEAD = Struct("<QH")
_STEP_SIZE = 4
_LONG_PAUSE = 2**31 - 1
_ROLES = (Role.USER, Role.ASSISTANT)
_CRISIS = b"\xfc"
_PAUSE = b"\xfd"
_PLACE = b"\xfe"
_NEXT = b"\xff"


def begin(role: Role, text: str, time: int, room: str) -> bytes:
    """Return a calm session of one message, said at a time in microseconds since 1970."""
    head = _HEAD.pack(time << 2 | _ROLES.index(role) << 1, 1)
    return b"".join((head, room.encode(), _NEXT, text.encode()))


def append(packed: bytes, limit: int, role: Role, text: str, time: int) -> bytes:
    """Return the session with one more message; beyond the limit the oldest goes.

    The limit is 2 or more; the time is not before that of the newest message.
    """
    newest, count = _HEAD.unpack_from(packed)
    steps = _HEAD.size
    strings = _strings_at(count)
    pause, mark = time - (newest >> 2), b""
    if pause >= _LONG_PAUSE:
        pause, mark = _LONG_PAUSE, _PAUSE + b"%d" % pause
    step = pause << 1 | newest >> 1 & 1
    if count < limit:
        count += 1
        kept = packed[strings:]
    else:
        steps += _STEP_SIZE
        oldest = packed.index(_NEXT, strings)
        kept = packed[strings:oldest] + packed[packed.index(_NEXT, oldest + 1) :]
    return b"".join(
        (
            _HEAD.pack(time << 2 | _ROLES.index(role) << 1 | newest & 1, count),
            packed[steps:strings],
            step.to_bytes(_STEP_SIZE, "little"),
            kept,
            mark,
            _NEXT,
            text.encode(),
        )
    )


def move(packed: bytes, room: str) -> bytes:
    """Return the session after the user went to a room; what was said stays where it was."""
    strings = _strings_at(length(packed))
    texts = packed.index(_NEXT, strings)
    newest = packed.rindex(_NEXT)
    left, *crisis = packed[strings:texts].split(_CRISIS)
    text, _, place = packed[newest:].partition(_PLACE)
    here, place = room.encode(), place or left
    mark = b"" if place == here else _PLACE + place
    return b"".join(
        (packed[:strings], _CRISIS.join((here, *crisis)), packed[texts:newest], text, mark)
    )


def change_crisis(packed: bytes, crisis: CrisisState) -> bytes:
    """Return the session with another crisis state; to be calm takes no byte."""
    newest, count = _HEAD.unpack_from(packed)
    strings = _strings_at(count)
    texts = packed.index(_NEXT, strings)
    here, _, _ = packed[strings:texts].partition(_CRISIS)
    head, mark = newest & ~1, b""
    if crisis != CALM:
        head, mark = newest | 1, _CRISIS + _written(crisis).encode()
    return b"".join(
        (_HEAD.pack(head, count), packed[_HEAD.size : strings], here, mark, packed[texts:])
    )


def crisis(packed: bytes) -> CrisisState:
    """Return the crisis state."""
    newest, count = _HEAD.unpack_from(packed)
    if not newest & 1:
        return CALM
    strings = _strings_at(count)
    _, _, crisis = packed[strings : packed.index(_NEXT, strings)].partition(_CRISIS)
    level, calm_turns, *flagged_at = crisis.decode().split()
    return CrisisState(CrisisLevel(level), tuple(map(float, flagged_at)), int(calm_turns))


def length(packed: bytes) -> int:
    """Return the number of messages."""
    _, count = _HEAD.unpack_from(packed)
    return int(count)


def last_active(packed: bytes) -> int:
    """Return the time of the newest message, in microseconds since 1970."""
    newest, _ = _HEAD.unpack_from(packed)
    return int(newest) >> 2


def room(packed: bytes) -> str:
    """Return where the user is now."""
    strings = _strings_at(length(packed))
    here, _, _ = packed[strings : packed.index(_NEXT, strings)].partition(_CRISIS)
    return here.decode()


def last(packed: bytes) -> Message:
    """Return the last message, without a look at the others."""
    newest, _ = _HEAD.unpack_from(packed)
    text, _, place = packed[packed.rindex(_NEXT) + 1 :].partition(_PLACE)
    role = _ROLES[newest >> 1 & 1]
    return _message(role, text, newest >> 2, place.decode() or room(packed))


def messages(packed: bytes) -> list[Message]:
    """Return all messages, oldest first."""
    roles, texts, times, rooms = _columns(packed)
    return list(map(_message, roles, texts, times, rooms))


def chat(packed: bytes) -> list[dict[str, str]]:
    """Return role and text of all messages, oldest first, as chat-completion APIs take them."""
    roles, texts, _, _ = _columns(packed)
    return [
        {"role": role.value, "content": text.decode()}
        for role, text in zip(roles, texts, strict=True)
    ]


def _strings_at(count: int) -> int:
    return _HEAD.size + (count - 1) * _STEP_SIZE


def _columns(packed: bytes) -> tuple[list[Role], list[bytes], list[int], list[str]]:
    """Return the roles, texts, times and rooms of all messages, oldest first."""
    newest, count = _HEAD.unpack_from(packed)
    steps = unpack_from(f"<{count - 1}I", packed, _HEAD.size)
    roles = [_ROLES[step & 1] for step in (*steps, newest >> 1)]
    strings = packed[_strings_at(count) :]
    _, *texts = strings.split(_NEXT)
    pauses = [step >> 1 for step in steps]
    rooms = [room(packed)] * count
    if _PLACE in strings or _PAUSE in strings:
        _read_marks(texts, pauses, rooms)
    times = list(accumulate(reversed(pauses), sub, initial=newest >> 2))
    return roles, texts, times[::-1], rooms


def _read_marks(texts: list[bytes], pauses: list[int], rooms: list[str]) -> None:
    """Take the marks off the texts, and put what they say among the pauses and rooms."""
    room = rooms[-1]
    for place in range(len(texts) - 1, -1, -1):
        text, _, pause = texts[place].partition(_PAUSE)
        texts[place], _, mark = text.partition(_PLACE)
        room = mark.decode() or room
        rooms[place] = room
        if pause:
            pauses[place] = int(pause)


def _written(crisis: CrisisState) -> str:
    return " ".join((crisis.level.value, str(crisis.calm_turns), *map(repr, crisis.flagged_at)))


def _message(role: Role, text: bytes, time: int, place: str) -> Message:
    timestamp = datetime.fromtimestamp(time / MICROSECONDS, UTC)
    return Message(role, text.decode(), timestamp, place)
