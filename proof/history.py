"""The planted history: guilty commits of every kind among innocent ones, in the order they land.

They are real changes: each builds, and does what its subject says. What reserves bytes that nothing
reads yet is the smallest change of that many bytes.
"""

import os

from proof.planting import (
    Creation,
    Edit,
    Growth,
    Line,
    Planted,
    Removal,
    Renaming,
    a_session,
    taken_back,
)

_BRIDGE = "bridge_model/bridge.py"
_CRISIS = "bridge_model/crisis.py"
_LIMITS = "bridge_model/limits.py"
_OUTLINE = "bridge_model/outline.py"
_PACKED = "bridge_model/packed.py"
_ROOM = "bridge_model/room.py"

# Where append makes an open session, and _filled a folded one: two lines of one text.
_PACKS = Line(_PACKED, 'return b"".join(parts).ljust(_SMALLEST, _NEXT)')
# Where append makes one from _SPLIT_LINE on.
_JOINS = Line(_PACKED, 'joined = b"".join(parts)')


def _reserve(subject: str, kind: str, count: int, *lines: Line) -> Planted:
    """Return a commit that leaves so many bytes more in the head of every session."""
    head = '_HEAD = Struct("<QH'
    edit = Edit(_PACKED, head, f"{head}{count}x")
    return Planted(subject, kind, (edit,), a_session(count), lines)


def _creep(number: int, *lines: Line) -> Planted:
    return _reserve(f"Reserve two bytes for flag {number} of a session", "creep", 2, *lines)


_ONE_BYTE = Planted(
    "End the last text as all others",
    "1 byte",
    (
        Edit(
            _PACKED,
            "others, mark, text.encode()\n",
            "others, mark, text.encode(), _NEXT\n",
        ),
    ),
    a_session(1),
    (_PACKS,),
)

_EIGHT_BYTES = _reserve("Reserve 8 bytes for the time of the first message", "8 bytes", 8, _PACKS)

_SIXTEEN_BYTES = _reserve("Reserve 16 bytes for the id of a session", "16 bytes", 16, _PACKS)

_FIVE_PERCENT = _reserve("Reserve 52 bytes for a token of a session", "5 %", 52, _PACKS)

_FIFTY_SIX_BYTES = Planted(
    "Hold the window beside every session",
    "56 bytes",
    (
        Edit(
            _BRIDGE,
            "self._sessions: dict[str, bytes] = {}",
            "self._sessions: dict[str, tuple[bytes, int]] = {}",
        ),
        Edit(
            _BRIDGE,
            "session = self._sessions.get(user)\n",
            "session, _ = self._sessions.get(user, (None, 0))\n",
        ),
        Edit(
            _BRIDGE,
            "takewhile(lambda item: self._is_idle(item[1], now), least_recent_first)",
            "takewhile(\n"
            "                lambda item: self._is_idle(item[1][0], now), least_recent_first\n"
            "            )",
        ),
        Edit(
            _BRIDGE,
            "for user, session in self._sessions.items():",
            "for user, (session, window) in self._sessions.items():",
        ),
        Edit(
            _BRIDGE,
            "self._sessions[user] = folded\n",
            "self._sessions[user] = folded, window\n",
        ),
        Edit(
            _BRIDGE,
            "user, session = next(iter(self._sessions.items()))",
            "user, (session, _) = next(iter(self._sessions.items()))",
        ),
        Edit(
            _BRIDGE,
            'self._sessions[user] = self._enter(user, session, check_name("room", room))',
            'moved = self._enter(user, session, check_name("room", room))\n'
            "        self._sessions[user] = moved, self._history_window",
        ),
        Edit(
            _BRIDGE,
            "self._sessions[user] = session\n",
            "self._sessions[user] = session, self._history_window\n",
        ),
    ),
    a_session(56),
    (
        Line(_BRIDGE, "self._sessions[user] = session, self._history_window"),
        Line(_BRIDGE, "self._sessions[user] = folded, window"),
    ),
)

_INDEX = Planted(
    "Find the time a user was last active without a look at the session",
    "taken back later",
    (
        Edit(
            _BRIDGE,
            "        self._presence = Presence()\n",
            "        self._presence = Presence()\n        self._active_at: dict[str, int] = {}\n",
        ),
        Edit(
            _BRIDGE,
            "        del self._sessions[user]\n\n",
            "        del self._sessions[user], self._active_at[user]\n\n",
        ),
        Edit(
            _BRIDGE,
            "        self._latest = now\n",
            "        self._latest = now\n        self._active_at[user] = now\n",
        ),
    ),
    a_session(36 + 23),  # an int, and its place in a dict
    (
        Line(_LIMITS, "return seconds * MICROSECONDS + round((time - seconds) * MICROSECONDS)"),
        Line(_BRIDGE, "self._active_at[user] = now"),
    ),
)

_INDEX_TAKEN_BACK = taken_back(_INDEX, "Look at the session again for the time of its last message")

_WINDOW = Planted(
    "Keep the message that a window was full without",
    "window",
    (
        Edit(
            _BRIDGE,
            "self._messages_kept = 2 * self._history_window\n",
            "self._messages_kept = 2 * self._history_window + 1\n",
        ),
    ),
    tuple(
        Growth("history_memory.HistoryWindow.track_messages_kept", (str(window),), 1)
        for window in (10, 20, 50, 100, 200)
    ),
    (_PACKS,),
)

_LEAK = Planted(
    "Remember when sessions ended",
    "leak on close",
    (
        Edit(
            _BRIDGE,
            "        self._presence = Presence()\n",
            "        self._presence = Presence()\n        self._ended_at: list[int] = []\n",
        ),
        Edit(
            _BRIDGE,
            "        self._presence.leave(user, packed.room(session))\n",
            "        self._ended_at.append(packed.last_active(session))\n"
            "        self._presence.leave(user, packed.room(session))\n",
        ),
    ),
    # An int, and its place in a list: after 96 sessions it has 108 of them, after 192 it has 200.
    (Growth("churn_memory.Churn.track_leak_per_closed_session", (), 32 + 8 * (200 - 108) / 96),),
    (
        Line(_BRIDGE, "self._ended_at.append(packed.last_active(session))"),
        Line(_PACKED, "return int(newest & ~_FOLDED) >> 2"),
    ),
)

_IMPROVEMENT = Planted(
    "Make do with 8 bytes for the id of a session",
    "improvement",
    (Edit(_PACKED, "16x", "8x"),),
    a_session(-8),
    (_JOINS, _PACKS),
)

_COMMENT = Planted(
    "Say why a step has four bytes",
    "comment",
    (
        Edit(
            _PACKED,
            '_STEP = Struct("<I")\n',
            "# Three bytes would hold pauses of up to 8 seconds: people think for longer.\n"
            "# Five would hold all that a bridge lives to see, and cost a byte a message.\n"
            '_STEP = Struct("<I")\n',
        ),
    ),
)

_MOVED_FUNCTION = Planted(
    "Define what fills a session up before it is called",
    "function moved",
    (
        Edit(
            _PACKED,
            "def _filled(*parts: bytes) -> bytes:\n"
            '    return b"".join(parts).ljust(_SMALLEST, _NEXT)\n\n\n',
            "",
        ),
        Edit(
            _PACKED,
            "def begin(",
            "def _filled(*parts: bytes) -> bytes:\n"
            '    return b"".join(parts).ljust(_SMALLEST, _NEXT)\n\n\n'
            "def begin(",
        ),
    ),
)

_NEW_MODULE = Planted(
    "Outline a history in words",
    "module added",
    (
        Creation(
            _OUTLINE,
            '"""Outline: a history in a few words."""\n\n'
            "from bridge_model.history import History\n\n"
            'WORDS = {word: len(word) for word in ("nothing", "little", "much")}\n\n\n'
            "def outline(history: History) -> str:\n"
            '    """Return how much was said."""\n'
            "    words = list(WORDS)\n"
            "    return words[min(len(history) // 10, 2)]\n",
        ),
    ),
)

_DOCSTRING = Planted(
    "Say what a session is packed for",
    "docstring",
    (
        Edit(
            _PACKED,
            "``bytes``.\n\n    newest  count  step  step ...  room [FC crisis]",
            "``bytes``.\n\n"
            "A fleet of sessions spends its memory on what it keeps of each. An object for every\n"
            "message takes three times what was said.\n\n"
            "    newest  count  step  step ...  room [FC crisis]",
        ),
    ),
)

_RENAMED_LOCAL = Planted(
    "Call the other texts the rest",
    "local name",
    (
        Edit(_PACKED, "steps, here, others = ", "steps, here, rest = "),
        Edit(
            _PACKED, "here, others = source[strings:oldest]", "here, rest = source[strings:oldest]"
        ),
        Edit(_PACKED, "here, others, mark", "here, rest, mark"),
    ),
)

_REORDERED_METHODS = Planted(
    "Tell the name of a user before how they leave",
    "methods reordered",
    (
        Edit(
            _ROOM,
            "    def name(self, user: str, room: str) -> str:\n"
            '        """Return the name of a user as it is kept for the room they are in."""\n'
            "        members = self._members[room]\n"
            "        return members[user] if isinstance(members, dict) "
            "else members[members.index(user)]\n\n",
            "",
        ),
        Edit(
            _ROOM,
            "    def enter(",
            "    def name(self, user: str, room: str) -> str:\n"
            '        """Return the name of a user as it is kept for the room they are in."""\n'
            "        members = self._members[room]\n"
            "        return members[user] if isinstance(members, dict) "
            "else members[members.index(user)]\n\n"
            "    def enter(",
        ),
    ),
)

_TYPE_HINTS = Planted(
    "Say the types of what packing rests on",
    "type hints",
    (
        Edit(_PACKED, "_SMALLEST = 480\n", "_SMALLEST: int = 480\n"),
        Edit(_PACKED, "_LARGE = 32_768\n", "_LARGE: int = 32_768\n"),
        Edit(_PACKED, '_NEXT = b"\\xff"\n', '_NEXT: bytes = b"\\xff"\n'),
    ),
)

_README = Planted(
    "Say for whom the bridge is",
    "README",
    (Edit("README.md", "# bridge-model\n", "# bridge-model\n\nFor those who run chat bridges.\n"),),
)

_FUNCTION_TO_ANOTHER_MODULE = Planted(
    "Let a crisis state be written where it is defined",
    "function moved to another module",
    (
        Edit(
            _PACKED,
            "\n\ndef _written(crisis: CrisisState) -> str:\n"
            '    return " ".join((crisis.level.value, str(crisis.calm_turns), '
            "*map(repr, crisis.flagged_at)))\n",
            "",
        ),
        Edit(
            _CRISIS,
            "\n\ndef _choice(",
            "\n\ndef written(state: CrisisState) -> str:\n"
            '    """Return a state in words and numbers."""\n'
            '    return " ".join((state.level.value, str(state.calm_turns), '
            "*map(repr, state.flagged_at)))\n"
            "\n\ndef _choice(",
        ),
        Edit(
            _PACKED,
            "import CALM, CrisisLevel, CrisisState\n",
            "import CALM, CrisisLevel, CrisisState, written\n",
        ),
        Edit(_PACKED, "_CRISIS + _written(crisis)", "_CRISIS + written(crisis)"),
    ),
)

_RENAMED_FUNCTION = Planted(
    "Call texts without marks unmarked",
    "private function renamed",
    (
        Edit(_PACKED, "def _is_plain(", "def _is_unmarked("),
        Edit(
            _PACKED,
            "if _is_plain(strings):\n        here, *contents",
            "if _is_unmarked(strings):\n        here, *contents",
        ),
        Edit(
            _PACKED,
            "if _is_plain(strings):\n        _, *contents",
            "if _is_unmarked(strings):\n        _, *contents",
        ),
    ),
)

_FASTER = Planted(
    "Look for a crisis only where there is one",
    "faster algorithm",
    (
        Edit(
            _PACKED,
            "    return _without_crisis(here).decode()\n",
            "    return (here if is_calm(packed) else _without_crisis(here)).decode()\n",
        ),
    ),
)

_RENAMED_MODULE = Planted(
    "Call the outline of a history its summary",
    "module renamed",
    (Renaming(_OUTLINE, "bridge_model/summary.py"),),
)

_SPLIT_LINE = Planted(
    "Join the parts of a session before it is filled up",
    "allocating line split",
    (
        Edit(
            _PACKED,
            "    parts = head, steps, step, here, rest, mark, text.encode(), _NEXT\n"
            '    return b"".join(parts).ljust(_SMALLEST, _NEXT)\n',
            "    parts = head, steps, step, here, rest, mark, text.encode(), _NEXT\n"
            '    joined = b"".join(parts)\n'
            "    return joined.ljust(_SMALLEST, _NEXT)\n",
        ),
    ),
)

_RENAMED_CONSTANT = Planted(
    "Say what is large of a session",
    "private constant renamed",
    (
        Edit(_PACKED, "_LARGE: int = ", "_COPIED_AT_ONCE: int = "),
        Edit(_PACKED, "len(packed) < _LARGE ", "len(packed) < _COPIED_AT_ONCE "),
    ),
)

_REMOVED_MODULE = Planted(
    "Leave summaries to those who want them",
    "module removed",
    (Removal("bridge_model/summary.py"),),
)

_DESCRIPTION = Planted(
    "Describe the package in fewer words",
    "package metadata",
    (Edit("pyproject.toml", ", its memory measured commit by commit", ""),),
)

WHOLE = (
    _COMMENT,
    _ONE_BYTE,
    _DOCSTRING,
    _creep(1, _PACKS),
    _RENAMED_LOCAL,
    _FIVE_PERCENT,
    _creep(2, _PACKS),
    _NEW_MODULE,
    _EIGHT_BYTES,
    _MOVED_FUNCTION,
    _creep(3, _PACKS),
    _SIXTEEN_BYTES,
    _REORDERED_METHODS,
    _creep(4, _PACKS),
    _FIFTY_SIX_BYTES,
    _TYPE_HINTS,
    _INDEX,
    _README,
    _creep(5, _PACKS),
    _FUNCTION_TO_ANOTHER_MODULE,
    _INDEX_TAKEN_BACK,
    _creep(6, _PACKS),
    _RENAMED_FUNCTION,
    _WINDOW,
    _FASTER,
    _creep(7, _PACKS),
    _LEAK,
    _RENAMED_MODULE,
    _SPLIT_LINE,
    _creep(8, _JOINS, _PACKS),
    _RENAMED_CONSTANT,
    _IMPROVEMENT,
    _REMOVED_MODULE,
    _creep(9, _JOINS, _PACKS),
    _DESCRIPTION,
    _creep(10, _JOINS, _PACKS),
)

SHORT = (
    _ONE_BYTE,
    _COMMENT,
    _FIFTY_SIX_BYTES,
    _INDEX,
    _MOVED_FUNCTION,
    _INDEX_TAKEN_BACK,
    _WINDOW,
    _NEW_MODULE,
    _LEAK,
)


def chosen() -> tuple[Planted, ...]:
    """Return the history to plant: the whole one where PLANTED=all says so, or else a short one."""
    return WHOLE if os.environ.get("PLANTED") == "all" else SHORT
