"""The packed session: all that the bridge holds for one user, in one immutable ``bytes``.

    newest  count  step  step ...  room [FC crisis]  FF  text [FE room] [FD pause]  FF  text ...
    8       2      4     4         UTF-8             UTF-8, oldest message first

newest  time of the newest message, in microseconds since 1970, times 4; plus 2 if the assistant
        said it; plus 1 if there is a crisis state other than calm
count   number of messages, at least 1
step    for each message but the newest: microseconds until the next one, times 2; plus 1 if the
        assistant said it. A pause of 36 minutes or more does not fit: it is written in digits
        after the text, and all bits of the pause in the step are 1
room    where the user is now. A message names its own room only if that differs from the room of
        the next message or, for the newest message, from where the user is now
crisis  level, calm turns and times of the flagged turns, as text

UTF-8 never uses the bytes FC, FD, FE and FF, so each of them can end a part. A change makes a new
``bytes``: copying some kilobytes takes less time than keeping the parts as objects. Nothing stays
of what was dropped: equal states are packed into equal bytes.

A short session is padded with FF to 480 bytes, and its object then takes 513. CPython allocates
objects of up to 512 bytes from pools, one size to a pool. Sessions grow, so all of them would leave
the pools of small sizes, which nothing else would fill.

A folded session belongs to a user who has been quiet for long. The highest bit of newest is set,
and everything from the room on is compressed and padded. If compressing saves nothing, the next bit
is set too and the rest stays as it was, so that nobody tries again. Only ``unfold``, ``is_folded``
and ``last_active`` take a folded session.
"""

import zlib
from collections.abc import Iterable
from itertools import repeat
from struct import Struct, unpack_from

from bridge_model.crisis import CALM, CrisisLevel, CrisisState
from bridge_model.message import Message, Role, messages_of

_HEAD = Struct("<QH")
_STEP = Struct("<I")
_HEAD_SIZE, _STEP_SIZE = _HEAD.size, _STEP.size
_LONG_PAUSE = 2**31 - 1
_ASSISTANT = Role.ASSISTANT
_ROLE_OF_BYTE = (Role.USER, _ASSISTANT) * 128
_NAMES = {role: role.value for role in Role}
_FOLDED = 1 << 63
_UNCOMPRESSED = 1 << 62
_AT_REST = _FOLDED | _UNCOMPRESSED
_WINDOW_BITS = -12  # for zlib: a window of 4 KB, no header and no checksum
_SMALLEST = 480
_LARGE = 32_768
_LOWEST_MARK = 0xFC
_CRISIS = b"\xfc"
_PAUSE = b"\xfd"
_ROOM = b"\xfe"
_NEXT = b"\xff"


def begin(role: Role, text: str, time: int, room: str) -> bytes:
    """Return a calm session of one message; ``time`` is in microseconds since 1970."""
    head = _HEAD.pack(time << 2 | (role is _ASSISTANT) << 1, 1)
    return _filled(head, room.encode(), _NEXT, text.encode())


def append(packed: bytes, limit: int, role: Role, text: str, time: int) -> bytes:
    """Return the session with one more message; at the limit, it drops the oldest one.

    The limit is 2 or more; the time is not before that of the newest message.
    """
    packed = packed.rstrip(_NEXT)
    newest, count = _HEAD.unpack_from(packed)
    strings = _HEAD_SIZE + (count - 1) * _STEP_SIZE
    # Slice a large session without a copy: the system is slow to give memory by the 100 KB.
    source: bytes | memoryview = packed if len(packed) < _LARGE else memoryview(packed)
    if count < limit:
        count += 1
        steps, here, others = source[_HEAD_SIZE:strings], source[strings:], source[:0]
    else:
        oldest = packed.index(_NEXT, strings) + 1
        second = packed.index(_NEXT, oldest) + 1
        steps = source[_HEAD_SIZE + _STEP_SIZE : strings]
        here, others = source[strings:oldest], source[second:]
    pause, mark = time - (newest >> 2), _NEXT
    if pause >= _LONG_PAUSE:
        pause, mark = _LONG_PAUSE, b"%b%d%b" % (_PAUSE, pause, _NEXT)
    head = _HEAD.pack(time << 2 | (role is _ASSISTANT) << 1 | newest & 1, count)
    step = _STEP.pack(pause << 1 | newest >> 1 & 1)
    parts = head, steps, step, here, others, mark, text.encode()
    return b"".join(parts).ljust(_SMALLEST, _NEXT)


def move(packed: bytes, room: str) -> bytes:
    """Return the session with the user in a room; earlier messages keep the room they were said in.

    It is the same object if the user is in the room already.
    """
    here = room.encode()
    _, count = _HEAD.unpack_from(packed)
    strings = _strings_at(count)
    if packed.startswith(here, strings) and packed[strings + len(here)] >= _LOWEST_MARK:
        return packed
    packed = packed.rstrip(_NEXT)
    texts = packed.index(_NEXT, strings)
    newest = packed.rindex(_NEXT)
    left, *crisis = packed[strings:texts].split(_CRISIS)
    text, _, said_in = packed[newest:].partition(_ROOM)
    said_in = said_in or left
    mark = b"" if said_in == here else _ROOM + said_in
    first = _CRISIS.join((here, *crisis))
    return _filled(packed[:strings], first, packed[texts:newest], text, mark)


def change_crisis(packed: bytes, crisis: CrisisState) -> bytes:
    """Return the session with another crisis state; the calm state takes no bytes."""
    packed = packed.rstrip(_NEXT)
    newest, count = _HEAD.unpack_from(packed)
    strings = _strings_at(count)
    texts = packed.index(_NEXT, strings)
    here, _, _ = packed[strings:texts].partition(_CRISIS)
    head, mark = newest & ~1, b""
    if crisis != CALM:
        head, mark = newest | 1, _CRISIS + _written(crisis).encode()
    steps = packed[_HEAD_SIZE:strings]
    return _filled(_HEAD.pack(head, count), steps, here, mark, packed[texts:])


def fold(packed: bytes) -> bytes:
    """Return the session folded; it has the same length if compressing saves nothing."""
    newest, count = _HEAD.unpack_from(packed)
    strings = _strings_at(count)
    # Small tables are enough for some kilobytes, and need no memory from the system.
    compressor = zlib.compressobj(9, wbits=_WINDOW_BITS, memLevel=5)
    compressed = compressor.compress(packed[strings:].rstrip(_NEXT)) + compressor.flush()
    folded = _filled(_HEAD.pack(newest | _FOLDED, count), packed[_HEAD_SIZE:strings], compressed)
    if len(folded) < len(packed):
        return folded
    return _HEAD.pack(newest | _AT_REST, count) + packed[_HEAD_SIZE:]


def unfold(packed: bytes) -> bytes:
    """Return the session as it was before it was folded, or unchanged if it is not folded."""
    if packed[7] < 0x80:  # as is_folded says, without a call for every message
        return packed
    newest, count = _HEAD.unpack_from(packed)
    if newest & _UNCOMPRESSED:
        return _HEAD.pack(newest ^ _AT_REST, count) + packed[_HEAD_SIZE:]
    strings = _strings_at(count)
    decompressed = zlib.decompressobj(_WINDOW_BITS).decompress(packed[strings:])
    return _filled(_HEAD.pack(newest ^ _FOLDED, count), packed[_HEAD_SIZE:strings], decompressed)


def is_folded(packed: bytes) -> bool:
    """Return whether the session is folded."""
    return packed[7] >= 0x80


def is_calm(packed: bytes) -> bool:
    """Return whether the crisis state is the calm one."""
    return not packed[0] & 1


def crisis(packed: bytes) -> CrisisState:
    """Return the crisis state."""
    if is_calm(packed):
        return CALM
    strings = _strings_at(length(packed))
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
    return int(newest & ~_AT_REST) >> 2


def room(packed: bytes) -> str:
    """Return the room that the user is in now."""
    _, count = _HEAD.unpack_from(packed)
    strings = _strings_at(count)
    here = packed[strings : packed.index(_NEXT, strings)]
    return _without_crisis(here).decode()


def last(packed: bytes) -> Message:
    """Return the last message without reading the others."""
    packed = packed.rstrip(_NEXT)
    newest, _ = _HEAD.unpack_from(packed)
    text, _, said_in = packed[packed.rindex(_NEXT) + 1 :].partition(_ROOM)
    where = said_in.decode() or room(packed)
    role = _ROLE_OF_BYTE[newest >> 1 & 1]
    (message,) = messages_of([role], [text.decode()], [newest >> 2], [where])
    return message


def messages(packed: bytes) -> list[Message]:
    """Return all messages, oldest first."""
    newest, count = _HEAD.unpack_from(packed)
    pauses = [step >> 1 for step in unpack_from(f"<{count - 1}I", packed, _HEAD_SIZE)]
    strings = packed[_strings_at(count) :].rstrip(_NEXT)
    rooms: Iterable[str]
    if _is_plain(strings):
        here, *contents = _read_plain(strings)
        rooms = repeat(here)
    else:
        first, *texts = strings.split(_NEXT)
        pauses = _read_pauses(texts, pauses)
        rooms = _read_rooms(texts, _without_crisis(first).decode())
        contents = _read_contents(texts)
    time = newest >> 2
    times = [time, *[time := time - pause for pause in reversed(pauses)]]
    return messages_of(_roles(packed, newest, count), contents, reversed(times), rooms)


def chat(packed: bytes) -> list[dict[str, str]]:
    """Return role and content of all messages, oldest first, as chat-completion APIs take them."""
    newest, count = _HEAD.unpack_from(packed)
    strings = packed[_strings_at(count) :].rstrip(_NEXT)
    if _is_plain(strings):
        _, *contents = _read_plain(strings)
    else:
        _, *texts = strings.split(_NEXT)
        contents = _read_contents(texts)
    return [
        {"role": _NAMES[role], "content": content}
        for role, content in zip(_roles(packed, newest, count), contents, strict=True)
    ]


def _filled(*parts: bytes) -> bytes:
    return b"".join(parts).ljust(_SMALLEST, _NEXT)


def _strings_at(count: int) -> int:
    return _HEAD_SIZE + (count - 1) * _STEP_SIZE


def _roles(packed: bytes, newest: int, count: int) -> list[Role]:
    """Return who said each message: one bit of each step says so, and one of newest."""
    lowest_bytes = packed[_HEAD_SIZE : _strings_at(count) : _STEP_SIZE]
    return [*[_ROLE_OF_BYTE[byte] for byte in lowest_bytes], _ROLE_OF_BYTE[newest >> 1 & 1]]


def _without_crisis(first: bytes) -> bytes:
    return first.partition(_CRISIS)[0]


def _is_plain(strings: bytes) -> bool:
    """Return whether there is no mark and no NUL, so that all texts can be decoded at once."""
    return not (_ROOM in strings or _PAUSE in strings or _CRISIS in strings or b"\0" in strings)


def _read_plain(strings: bytes) -> list[str]:
    return strings.replace(_NEXT, b"\0").decode().split("\0")


def _read_pauses(texts: list[bytes], pauses: list[int]) -> list[int]:
    """Return the pause after each message but the newest; long ones are read from the texts."""
    written = (text.partition(_PAUSE)[2] for text in texts)
    return [int(mark or pause) for pause, mark in zip(pauses, written, strict=False)]


def _read_rooms(texts: list[bytes], here: str) -> list[str]:
    """Return the room that each message was said in."""
    rooms = []
    for text in reversed(texts):
        here = text.partition(_PAUSE)[0].partition(_ROOM)[2].decode() or here
        rooms.append(here)
    return rooms[::-1]


def _read_contents(texts: list[bytes]) -> list[str]:
    return [text.partition(_PAUSE)[0].partition(_ROOM)[0].decode() for text in texts]


def _written(crisis: CrisisState) -> str:
    return " ".join((crisis.level.value, str(crisis.calm_turns), *map(repr, crisis.flagged_at)))
