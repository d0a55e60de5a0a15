"""Guilty commits: of every kind a maintainer meets, each real code, small, that changes memory.

What reserves bytes that nothing reads yet is the smallest change of that many bytes. Where a commit
adds what would pile up, a later one takes it back, which is a change too.
"""

from proof.planting import Edit, Growth, Line, Planted, a_session, taken_back

_BRIDGE = "bridge_model/bridge.py"
_CRISIS = "bridge_model/crisis.py"
_HISTORY = "bridge_model/history.py"
_LIMITS = "bridge_model/limits.py"
_PACKED = "bridge_model/packed.py"
_ROOM = "bridge_model/room.py"

# Where append makes an open session, and _filled a folded one: two lines of one text.
PACKS = Line(_PACKED, 'return b"".join(parts).ljust(_SMALLEST, _NEXT)')
# Where append makes one once the line is split.
JOINS = Line(_PACKED, 'joined = b"".join(parts)')

# What is handed in counts too where it is kept.
_WORKLOAD = "benchmarks/workload.py"
_ASKED = Line(
    _WORKLOAD, 'bridge.receive(f"user-{number}", question.replace("#", number), room=room)'
)
_ANSWERED = Line(_WORKLOAD, 'bridge.reply(f"user-{number}", answer.replace("#", number))')
_PLACED = Line(_WORKLOAD, 'room = f"room-{session // ROOM_SIZE if place is None else place:06d}"')
_NUMBERED = Line(_WORKLOAD, 'return text.replace("#", f"{number:06d}")')
_USER = Line(_WORKLOAD, 'return f"user-{session:06d}"')
_TIME = Line(_LIMITS, "return seconds * MICROSECONDS + round((time - seconds) * MICROSECONDS)")

_CLOSED = "churn_memory.Churn.track_leak_per_closed_session"
_EVICTED = "churn_memory.Churn.track_growth_at_full_window"
_REFUSED = "churn_memory.Refusals.track_leak_per_refused_call"
_FORGOTTEN = "churn_memory.ModuleState.track_growth_per_session"
_MOVED = "churn_memory.RoomChanges.track_growth_per_exchange"
_GARBAGE = "churn_memory.Garbage.track_uncollected_per_exchange"
_STEADY = "churn_memory.SteadyState.track_live"
_PARTS = "component_memory.Components.track_marginal"
_RECOVERED = "crisis_memory.Recovery.track_residue"
_STATES = "crisis_memory.CrisisStates.track_marginal"
_MANY = "session_memory.ManySessions.track_marginal"
_MOST = "session_memory.WorkingPeak.track_most"
_SESSION = "session_memory.OneMoreSession.track_marginal"


def _attribute(definition: str) -> Edit:
    """Return the edit that gives a bridge one more attribute."""
    last = "        self._latest = 0  # microseconds since 1970, as all times in here\n"
    return Edit(_BRIDGE, last, f"{last}        {definition}\n")


def _after(anchor: str, code: str) -> Edit:
    """Return the edit of the bridge that adds lines after others."""
    return Edit(_BRIDGE, anchor, f"{anchor}{code}")


_ON_RECEIVE = "        flagged = is_flagged(text, self._indicators)\n"
_ON_REPLY = "packed.append(found, self._messages_kept, Role.ASSISTANT, text, now)\n"
# Where a session alone changes, and where more does.
_ON_KEEP = "            self._latest = now  # first: no session may be ahead of it\n"
_ON_PUT = "        self._latest = now\n"
_ON_OPEN = "        self._commit(opening)\n"
_ON_MOVE = "            user = self._presence.name(user, left)\n"
_ON_MESSAGE_ELSEWHERE = (
    "        user = self._presence.name(user, left)  # the object that is kept, not an equal one\n"
)
_ON_CALM_OR_CRISIS = "            session = packed.change_crisis(session, after)\n"


def reserve(subject: str, kind: str, count: int, *lines: Line) -> Planted:
    """Return a commit that leaves so many bytes more in the head of every session."""
    head = '_HEAD = Struct("<QH'
    edit = Edit(_PACKED, head, f"{head}{count}x")
    return Planted(subject, kind, (edit,), a_session(count), lines)


def creep(number: int, *lines: Line) -> Planted:
    """Return one of the commits that add two bytes each, 0.2 % of a session."""
    return reserve(f"Reserve two bytes for flag {number} of a session", "creep", 2, *lines)


_FIELD = "an extra field"

ONE_BYTE = Planted(
    "End the last text as all others",
    _FIELD,
    (
        Edit(
            _PACKED,
            "others, mark, text.encode()\n",
            "others, mark, text.encode(), _NEXT\n",
        ),
    ),
    a_session(1),
    (PACKS,),
)

EIGHT_BYTES = reserve("Reserve 8 bytes for the time of the first message", _FIELD, 8, PACKS)

SIXTEEN_BYTES = reserve("Reserve 16 bytes for the id of a session", _FIELD, 16, PACKS)

FIVE_PERCENT = reserve("Reserve 52 bytes for a token of a session", _FIELD, 52, PACKS)

FIFTY_SIX_BYTES = Planted(
    "Hold the window beside every session",
    _FIELD,
    (
        Edit(
            _BRIDGE,
            "self._sessions: dict[str, bytes] = {}",
            "self._sessions: dict[str, tuple[bytes, int]] = {}",
        ),
        Edit(
            _BRIDGE,
            "        session = self._sessions.get(user)\n"
            "        if session is None and self._quiet:\n"
            "            session = self._quiet.get(user)\n",
            "        kept = self._sessions.get(user)\n"
            "        if kept is None and self._quiet:\n"
            "            kept = self._quiet.get(user)\n"
            "        session = None if kept is None else kept[0]\n",
        ),
        Edit(
            _BRIDGE,
            "for user, session in sessions.items():",
            "for user, (session, window) in sessions.items():",
        ),
        Edit(_BRIDGE, "sessions[user] = folded\n", "sessions[user] = folded, window\n"),
        Edit(_BRIDGE, "return oldest, quiet[oldest]\n", "return oldest, quiet[oldest][0]\n"),
        Edit(
            _BRIDGE,
            "(quiet if user in quiet else sessions)[user] = session\n",
            "(quiet if user in quiet else sessions)[user] = session, self._history_window\n",
        ),
        Edit(
            _BRIDGE,
            "            self._sessions[user] = session\n",
            "            self._sessions[user] = session, self._history_window\n",
        ),
        Edit(
            _BRIDGE,
            "            self._newest = user\n        self._sessions[user] = session\n",
            "            self._newest = user\n"
            "        self._sessions[user] = session, self._history_window\n",
        ),
    ),
    a_session(56),
    (
        Line(_BRIDGE, "self._sessions[user] = session, self._history_window"),
        Line(_BRIDGE, "sessions[user] = folded, window"),
    ),
)

INDEX = Planted(
    "Find the time a user was last active without a look at the session",
    "an object a session",
    (
        Edit(
            _BRIDGE,
            "        self._presence = Presence()\n",
            "        self._presence = Presence()\n        self._active_at: dict[str, int] = {}\n",
        ),
        Edit(
            _BRIDGE,
            "        self._take_out(user)\n        self._sessions = trimmed",
            "        self._take_out(user)\n"
            "        self._active_at.pop(user, None)\n"
            "        self._sessions = trimmed",
        ),
        Edit(_BRIDGE, _ON_KEEP, f"{_ON_KEEP}            self._active_at[user] = now\n"),
        Edit(_BRIDGE, _ON_PUT, f"{_ON_PUT}        self._active_at[user] = now\n"),
    ),
    a_session(36 + 23),  # an int, and its place in a dict
    (
        _TIME,
        Line(_BRIDGE, "self._active_at[user] = now"),
    ),
)

INDEX_TAKEN_BACK = taken_back(INDEX, "Look at the session again for the time of its last message")

WINDOW = Planted(
    "Keep the message that a window was full without",
    "a window off by one",
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
    (PACKS,),
)

LEAK = Planted(
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
            "        self._commit(partial(self._drop, user, packed.room(session)))\n",
            "        self._ended_at.append(packed.last_active(session))\n"
            "        self._commit(partial(self._drop, user, packed.room(session)))\n",
        ),
    ),
    # An int, and its place in a list: after 96 sessions it has 108 of them, after 192 it has 200.
    (Growth(_CLOSED, (), 32 + 8 * (200 - 108) / 96),),
    (
        Line(_BRIDGE, "self._ended_at.append(packed.last_active(session))"),
        Line(_PACKED, "return int(newest & ~_AT_REST) >> 2"),
    ),
)

IMPROVEMENT = Planted(
    "Make do with 8 bytes for the id of a session",
    "improvement",
    (Edit(_PACKED, "16x", "8x"),),
    a_session(-8),
    (JOINS, PACKS),
)

WINDOW_TAKEN_BACK = taken_back(WINDOW, "Let a window be as long as it says")

SLOT_OF_FLAGGED = Planted(
    "Leave the slots of a flagged state to its base",
    "a slot lost",
    (
        Edit(
            _CRISIS,
            '    """One flagged turn counts: its time."""\n\n    __slots__ = ()\n\n',
            '    """One flagged turn counts: its time."""\n\n',
        ),
    ),
    (Growth(_STATES, ("10000",), 16, varies=True),),
    (Line(_CRISIS, "return float.__new__(_FlaggedOnce, *seconds)"),),
)

SLOT_OF_STATES = Planted(
    "Define what a state matches before all else",
    "a slot lost",
    (Edit(_CRISIS, "    __slots__ = ()\n    __match_args__", "    __match_args__"),),
    (Growth(_STATES, ("10000",), 16, varies=True),),
    (Line(_CRISIS, "return float.__new__(_FlaggedOnce, *seconds)"),),
)

DICT_FOR_TUPLE = Planted(
    "Find the members of rooms of more than eight in a dict",
    "a dict where there was a tuple",
    (Edit(_ROOM, "LARGEST_TUPLE = 32 ", "LARGEST_TUPLE = 8 "),),
    # A crowd's table grows in place, a tuple is copied.
    (*a_session(18.5, 18.5), Growth(_MOST, ("'open'",), -608, varies=True)),
    (
        Line(_ROOM, "members[user] = user"),
        Line(_ROOM, "self._members[room] = {member: member for member in (*members, user)}"),
    ),
)

STRING_NOT_SHARED = Planted(
    "Let rooms have names of their own for their members",
    "a string no longer shared",
    (
        Edit(
            _BRIDGE,
            "            self._presence.enter(user, room)\n",
            '            self._presence.enter(str(user.encode(), "utf-8"), room)\n',
        ),
    ),
    a_session(52, 52),
    (Line(_BRIDGE, 'self._presence.enter(str(user.encode(), "utf-8"), room)'),),
)

LIST_FOR_TUPLE = Planted(
    "Add to the members of a room in place",
    "a list that over-allocates",
    (
        Edit(
            _ROOM,
            "            self._members[room] = (*members, user)\n",
            "            self._members.setdefault(room, []).append(user)\n",
        ),
        Edit(
            _ROOM,
            "self._members: dict[str, tuple[str, ...] | dict[str, str]] = {}",
            "self._members: dict[str, list[str] | dict[str, str]] = {}",
        ),
        Edit(
            _ROOM,
            "self._members.get(room, ())\n        if user",
            "self._members.get(room, [])\n        if user",
        ),
        Edit(_ROOM, "if is_crowd else tuple(members)", "if is_crowd else list(members)"),
    ),
    # A list grows in place, a tuple is copied.
    (*a_session(1), Growth(_MOST, ("'open'",), -1_496, varies=True)),
    (Line(_ROOM, "self._members.setdefault(room, []).append(user)"),),
)

LIST_TAKEN_BACK = taken_back(
    LIST_FOR_TUPLE,
    "Replace the members of a room as a whole again",
    Line(_ROOM, "self._members[room] = (*members, user)"),
)

_DATETIME = "datetime.fromtimestamp(now / MICROSECONDS, UTC)"

OBJECTS_FOR_TIMES = Planted(
    "Keep the time a user was last active as a datetime",
    "timestamps that became objects",
    (
        Edit(
            _BRIDGE,
            "self._active_at: dict[str, int] = {}",
            "self._active_at: dict[str, datetime] = {}",
        ),
        Edit(
            _BRIDGE,
            f"{_ON_KEEP}            self._active_at[user] = now\n",
            f"{_ON_KEEP}            self._active_at[user] = {_DATETIME}\n",
        ),
        Edit(
            _BRIDGE,
            f"{_ON_PUT}        self._active_at[user] = now\n",
            f"{_ON_PUT}        self._active_at[user] = {_DATETIME}\n",
        ),
        Edit(
            _BRIDGE,
            "from enum import Enum\n",
            "from datetime import UTC, datetime\nfrom enum import Enum\n",
        ),
    ),
    (*a_session(48 - 36), Growth(_PARTS, ("'limits'",), -36, varies=True)),
    (
        Line(_BRIDGE, f"self._active_at[user] = {_DATETIME}"),
        _TIME,
    ),
)

OBJECTS_TAKEN_BACK = taken_back(
    OBJECTS_FOR_TIMES,
    "Keep the time as a number again",
    # What took its place allocates nothing by itself: the number is there already.
    Line(_BRIDGE, "self._active_at[user] = datetime.fromtimestamp(now / MICROSECONDS, UTC)"),
    _TIME,
)

CACHE_OF_FLAGS = Planted(
    "Look for indicators once a text",
    "a cache without a bound",
    (
        _attribute("self._flags: dict[str, bool] = {}"),
        Edit(
            _BRIDGE,
            _ON_RECEIVE,
            "        if text not in self._flags:\n"
            "            self._flags[text] = is_flagged(text, self._indicators)\n"
            "        flagged = self._flags[text]\n",
        ),
    ),
    a_session(960, 1_399),
    (Line(_BRIDGE, "self._flags[text] = is_flagged(text, self._indicators)"), _ASKED),
)

CACHE_OF_NAMES = Planted(
    "Check a name of a room once",
    "a cache without a bound",
    (
        _attribute("self._rooms_checked: dict[str, str] = {}"),
        Edit(
            _BRIDGE,
            '        room = None if room is None else check_name("room", room)\n',
            "        if room is not None and room not in self._rooms_checked:\n"
            '            self._rooms_checked[room] = check_name("room", room)\n',
        ),
    ),
    (Growth(_MOVED, (), 84.48, varies=True),),
    (Line(_BRIDGE, 'self._rooms_checked[room] = check_name("room", room)'), _PLACED),
)

CACHE_OF_MODULE = Planted(
    "Remember which texts are flagged",
    "a cache without a bound",
    (
        Edit(
            _CRISIS,
            "from enum import Enum\n",
            "from enum import Enum\nfrom functools import cache\n",
        ),
        Edit(_CRISIS, "def is_flagged(", "@cache\ndef is_flagged("),
    ),
    (Growth(_FORGOTTEN, (), 145.85, varies=True),),
    (Line(_BRIDGE, "flagged = is_flagged(text, self._indicators)"), _ASKED),
)

CYCLE = Planted(
    "Choose once how a history is read",
    "a reference cycle",
    (
        Edit(_HISTORY, '("_packed", "_window")', '("_packed", "_read", "_window")'),
        Edit(
            _HISTORY,
            '        self._packed = b""\n',
            '        self._packed = b""\n        self._read = self._messages\n',
        ),
        Edit(
            _HISTORY,
            "        history._packed = session\n",
            "        history._packed = session\n        history._read = history._messages\n",
        ),
        Edit(_HISTORY, "return iter(self._messages())", "return iter(self._read())"),
    ),
    (Growth(_GARBAGE, (), 513 + 64 + 56, varies=True),),
    (
        Line(_HISTORY, "history._read = history._messages"),
        Line(_HISTORY, "history = cls.__new__(cls)"),
        PACKS,
    ),
)

CLOSURE = Planted(
    "Let the last change of a session be undone",
    "a closure that keeps the session",
    (
        _attribute("self._undo: dict[str, Callable[[], bytes | None]] = {}"),
        _after(
            _ON_KEEP,
            "            before = self._sessions.get(user)\n"
            "            self._undo[user] = lambda: before\n",
        ),
        _after(
            _ON_PUT,
            "        before = self._sessions.get(user)\n"
            "        self._undo[user] = lambda: before\n",
        ),
    ),
    a_session(1_163, 1_446),
    (
        Line(_BRIDGE, "self._undo[user] = lambda: before"),
        Line(_BRIDGE, "self._keep(user, found, session, now, None)"),
        PACKS,
    ),
)

LISTENER = Planted(
    "Tell rooms when the bridge ends",
    "a listener not removed",
    (
        _attribute("self._at_end: list[Callable[[], None]] = []"),
        _after(
            _ON_OPEN,
            "        self._at_end.append(partial(self._presence.leave, user, room))\n",
        ),
    ),
    (Growth(_CLOSED, (), 1_130 / 3, varies=True),),
    (
        Line(_BRIDGE, "self._at_end.append(partial(self._presence.leave, user, room))"),
        _ASKED,
        _PLACED,
    ),
)

HISTORY_OF_ROOMS = Planted(
    "Keep what was said in a room for those who come back",
    "history kept after a room change",
    (
        _attribute("self._said: dict[tuple[str, str], bytes] = {}"),
        _after(_ON_MOVE, "            self._said[user, left] = found\n"),
        _after(
            _ON_MESSAGE_ELSEWHERE,
            "        if room is not None:\n            self._said[user, left] = found\n",
        ),
    ),
    (Growth(_MOVED, (), 1_402.88, varies=True),),
    (
        Line(_BRIDGE, "self._said[user, left] = found"),
        Line(_PACKED, "return _without_crisis(here).decode()"),
        PACKS,
    ),
)

CRISIS_REMEMBERED = Planted(
    "Know who has recovered",
    "crisis state kept after recovery",
    (
        _attribute("self._recovered: dict[str, int] = {}"),
        _after(
            _ON_CALM_OR_CRISIS,
            "            if before.is_escalated and not after.is_escalated:\n"
            "                self._recovered[user] = now\n",
        ),
    ),
    (Growth(_RECOVERED, (), 113, varies=True),),
    (Line(_BRIDGE, "self._recovered[user] = now"), _TIME, _USER),
)

CRISIS_WRITTEN = Planted(
    "Write a calm state down after a crisis",
    "crisis state kept after recovery",
    (Edit(_PACKED, "    if crisis != CALM:\n", "    if crisis != CALM or newest & 1:\n"),),
    (Growth(_RECOVERED, (), 7),),
    (PACKS,),
)

REFUSED_USERS = Planted(
    "Count how often an unknown user is asked for",
    "a leak on refused input",
    (
        _attribute("self._unknown: dict[str, int] = {}"),
        Edit(
            _BRIDGE,
            "        if user not in self._sessions and user not in self:\n",
            "        if user not in self._sessions and user not in self:\n"
            "            self._unknown[user] = self._unknown.get(user, 0) + 1\n",
        ),
    ),
    (Growth(_REFUSED, (), 521 / 30, varies=True),),
    (Line(_BRIDGE, "self._unknown[user] = self._unknown.get(user, 0) + 1"), _NUMBERED),
)

REFUSED_GUESTS = Planted(
    "Remember who came when all places were taken",
    "a leak on refused input",
    (
        _attribute("self._came_late: list[str] = []"),
        _after(
            "        if self._max_sessions is not None and len(self) >= self._max_sessions:\n",
            "            self._came_late.append(user)\n",
        ),
    ),
    (Growth(_REFUSED, (), 12.13, varies=True),),
    (Line(_BRIDGE, "self._came_late.append(user)"), _NUMBERED),
)

TEXT_TWICE = Planted(
    "Show the last text without a look at the session",
    "a text stored twice",
    (
        _attribute("self._last_text: dict[str, str] = {}"),
        _after(_ON_RECEIVE, "        self._last_text[user] = text\n"),
    ),
    a_session(104, 211),
    (Line(_BRIDGE, "self._last_text[user] = text"), _ASKED),
)

REPLY_TWICE = Planted(
    "Show the last reply without a look at the session",
    "a text stored twice",
    (
        _attribute("self._last_reply: dict[str, bytes] = {}"),
        _after(_ON_REPLY, "        self._last_reply[user] = text.encode()\n"),
    ),
    a_session(147, 149),
    (Line(_BRIDGE, "self._last_reply[user] = text.encode()"), _ANSWERED),
)

WIDER = Planted(
    "Show how the last text begins",
    "text kept as a wider string",
    (
        _attribute("self._previews: dict[str, str] = {}"),
        _after(_ON_RECEIVE, '        self._previews[user] = f"{text[:24]}\\u2026"\n'),
    ),
    a_session(131, 131),
    (Line(_BRIDGE, 'self._previews[user] = f"{text[:24]}\\u2026"'),),
)

AT_HIGH_COUNTS = Planted(
    "Number the sessions of a large bridge",
    "growth only at high session counts",
    (
        _attribute("self._numbers: dict[str, int] = {}"),
        _after(
            _ON_OPEN,
            "        if len(self._sessions) >= 2_000:\n"
            "            self._numbers[user] = len(self._sessions)\n",
        ),
    ),
    (Growth(_MANY, (), 66),),
    (Line(_BRIDGE, "self._numbers[user] = len(self._sessions)"),),
)

MULTILINGUAL = Planted(
    "Know who writes with other than ASCII letters",
    "growth only in the multilingual payload",
    (
        _attribute("self._writes_more: set[str] = set()"),
        _after(
            _ON_RECEIVE,
            "        if not text.isascii():\n            self._writes_more.add(user)\n",
        ),
    ),
    (Growth(_SESSION, ("'multilingual'",), 96),),
    (Line(_BRIDGE, "self._writes_more.add(user)"),),
)

MULTILINGUAL_TEXT = Planted(
    "Keep the last text that is not all ASCII for a transliteration",
    "growth only in the multilingual payload",
    (
        _attribute("self._foreign: dict[str, str] = {}"),
        _after(
            _ON_RECEIVE,
            "        if not text.isascii():\n            self._foreign[user] = text\n",
        ),
    ),
    (Growth(_SESSION, ("'multilingual'",), 211, varies=True),),
    (Line(_BRIDGE, "self._foreign[user] = text"), _ASKED),
)

AFTER_EVICTIONS = Planted(
    "Know who said more than fits the window",
    "growth only in steady state after evictions",
    (
        _attribute("self._talkative: dict[str, int] = {}"),
        _after(
            _ON_RECEIVE,
            "        if packed.length(session) == self._messages_kept:\n"
            "            self._talkative[user] = now\n",
        ),
    ),
    (Growth(_STEADY, ("'open'",), 45.36, varies=True),),
    (
        Line(_BRIDGE, "self._talkative[user] = now"),
        Line(_BRIDGE, "self._talkative: dict[str, int] = {}"),
        Line(_WORKLOAD, 'return api("Bridge")(clock=times().__next__, **options)'),
        _ASKED,
        _TIME,
    ),
)

PEAK_OF_EXCHANGE = Planted(
    "Find the oldest text by splitting what was said",
    "a peak while building that leaves nothing behind",
    (
        Edit(
            _PACKED,
            "        oldest = packed.index(_NEXT, strings) + 1\n",
            "        oldest = strings + len(packed[strings:].split(_NEXT)[0]) + 1\n",
        ),
    ),
    (Growth(_MOST, ("'exchange'",), 28_127, varies=True),),
)

PEAK_OF_READING = Planted(
    "Read all texts in one way",
    "a peak while building that leaves nothing behind",
    (
        Edit(
            _PACKED,
            '    return strings.replace(_NEXT, b"\\0").decode().split("\\0")\n',
            "    texts = strings.split(_NEXT)\n"
            "    return [text for text in [text.decode() for text in texts]]\n",
        ),
    ),
    (Growth(_MOST, ("'read'",), 5_080, varies=True),),
)
