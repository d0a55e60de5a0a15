"""Innocent commits: what maintainers do all day that changes no byte of memory."""

from proof.planting import Creation, Edit, Planted, Removal, Renaming

_BRIDGE = "bridge_model/bridge.py"
_CRISIS = "bridge_model/crisis.py"
_ERRORS = "bridge_model/errors.py"
_HISTORY = "bridge_model/history.py"
_LIMITS = "bridge_model/limits.py"
_OUTLINE = "bridge_model/outline.py"
_PACKED = "bridge_model/packed.py"
_ROOM = "bridge_model/room.py"
_SESSION = "bridge_model/session.py"

COMMENT = Planted(
    "Say why a step has four bytes",
    "a comment",
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

MOVED_FUNCTION = Planted(
    "Define what fills a session up before it is called",
    "reordered code",
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

NEW_MODULE = Planted(
    "Outline a history in words",
    "a new unused module",
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

DOCSTRING = Planted(
    "Say what a session is packed for",
    "a docstring",
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

RENAMED_LOCAL = Planted(
    "Call the other texts the rest",
    "a rename",
    (
        Edit(_PACKED, "steps, here, others = ", "steps, here, rest = "),
        Edit(
            _PACKED, "here, others = source[strings:oldest]", "here, rest = source[strings:oldest]"
        ),
        Edit(_PACKED, "here, others, mark", "here, rest, mark"),
    ),
)

REORDERED_METHODS = Planted(
    "Tell the name of a user before how they leave",
    "reordered code",
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

TYPE_HINTS = Planted(
    "Say the types of what packing rests on",
    "type hints",
    (
        Edit(_PACKED, "_SMALLEST = 480\n", "_SMALLEST: int = 480\n"),
        Edit(_PACKED, "_LARGE = 32_768\n", "_LARGE: int = 32_768\n"),
        Edit(_PACKED, '_NEXT = b"\\xff"\n', '_NEXT: bytes = b"\\xff"\n'),
    ),
)

README = Planted(
    "Say for whom the bridge is",
    "README",
    (Edit("README.md", "# bridge-model\n", "# bridge-model\n\nFor those who run chat bridges.\n"),),
)

FUNCTION_TO_ANOTHER_MODULE = Planted(
    "Let a crisis state be written where it is defined",
    "reordered code",
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

RENAMED_FUNCTION = Planted(
    "Call texts without marks unmarked",
    "a rename",
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

FASTER = Planted(
    "Look for a crisis only where there is one",
    "a faster algorithm of the same memory",
    (
        Edit(
            _PACKED,
            "    return _without_crisis(here).decode()\n",
            "    return (here if is_calm(packed) else _without_crisis(here)).decode()\n",
        ),
    ),
)

RENAMED_MODULE = Planted(
    "Call the outline of a history its summary",
    "a rename",
    (Renaming(_OUTLINE, "bridge_model/summary.py"),),
)

SPLIT_LINE = Planted(
    "Join the parts of a session before it is filled up",
    "reordered code",
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

RENAMED_CONSTANT = Planted(
    "Say what is large of a session",
    "a rename",
    (
        Edit(_PACKED, "_LARGE: int = ", "_COPIED_AT_ONCE: int = "),
        Edit(_PACKED, "len(packed) < _LARGE ", "len(packed) < _COPIED_AT_ONCE "),
    ),
)

REMOVED_MODULE = Planted(
    "Leave summaries to those who want them",
    "an unused module removed",
    (Removal("bridge_model/summary.py"),),
)

DESCRIPTION = Planted(
    "Describe the package in fewer words",
    "package metadata",
    (Edit("pyproject.toml", ", its memory measured commit by commit", ""),),
)


def _reworded(subject: str, kind: str, path: str, old: str, new: str) -> Planted:
    """Return a commit of a single edit."""
    return Planted(subject, kind, (Edit(path, old, new),))


def _comment(subject: str, path: str, line: str, *comments: str) -> Planted:
    """Return a commit that puts comments above a line."""
    above = "".join(f"# {comment}\n" for comment in comments)
    return _reworded(subject, "a comment", path, line, f"{above}{line}")


_MORE_COMMENTS = (
    _comment(
        "Say why names are short",
        _LIMITS,
        "MAX_NAME_LENGTH = 64",
        "Longer names do not fit the lists that people read.",
    ),
    _comment(
        "Say why three turns escalate",
        _CRISIS,
        "FLAGGED_TURNS_TO_ESCALATE = 3",
        "One may be a joke, two a misunderstanding.",
        "Nobody says it three times without meaning it.",
    ),
)

_MORE_DOCSTRINGS = (
    _reworded(
        "Say what to do with a full bridge",
        "a docstring",
        _ERRORS,
        '"""A new session on a bridge that holds as many as it may and refuses more."""',
        '"""A new session on a bridge that holds as many as it may and refuses more.\n\n'
        "    Close a session, or ask for another policy.\n"
        '    """',
    ),
    _reworded(
        "Say who chooses the policy",
        "a docstring",
        _BRIDGE,
        '"""What a full bridge does with one more user."""',
        '"""What a full bridge does with one more user; its operator chooses."""',
    ),
)

_MORE_RENAMES = (
    Planted(
        "Call a check of the policy what it does",
        "a rename",
        (
            Edit(
                _BRIDGE,
                "self._capacity_policy = _check_policy(capacity_policy)",
                "self._capacity_policy = _require_policy(capacity_policy)",
            ),
            Edit(_BRIDGE, "def _check_policy(", "def _require_policy("),
        ),
    ),
    Planted(
        "Call a casefolded text small",
        "a rename",
        (
            Edit(_CRISIS, "    folded = text.casefold()\n", "    small = text.casefold()\n"),
            Edit(_CRISIS, "        if indicator in folded:\n", "        if indicator in small:\n"),
        ),
    ),
    Planted(
        "Call what a pickle calls rebuild",
        "a rename",
        (
            Edit(_ERRORS, "        return _restore, (", "        return _rebuild, ("),
            Edit(_ERRORS, "def _restore(", "def _rebuild("),
        ),
    ),
)

_MORE_REORDERED = (
    Planted(
        "Tell who is there before how many",
        "reordered code",
        (
            Edit(
                _BRIDGE,
                "    def __contains__(self, user: object) -> bool:\n"
                '        """Return whether a user has a session."""\n'
                "        if not issubclass(type(user), str):\n"
                "            return False\n"
                "        self._finish()\n"
                '        name = str.__str__(cast("str", user))\n'
                "        sessions, quiet = self._tables()\n"
                "        return name in sessions or name in quiet\n\n",
                "",
            ),
            Edit(
                _BRIDGE,
                "    def __len__(self) -> int:\n",
                "    def __contains__(self, user: object) -> bool:\n"
                '        """Return whether a user has a session."""\n'
                "        if not issubclass(type(user), str):\n"
                "            return False\n"
                "        self._finish()\n"
                '        name = str.__str__(cast("str", user))\n'
                "        sessions, quiet = self._tables()\n"
                "        return name in sessions or name in quiet\n\n"
                "    def __len__(self) -> int:\n",
            ),
        ),
    ),
    Planted(
        "Check a flag after all else",
        "reordered code",
        (
            Edit(
                _LIMITS,
                "def check_flag(subject: str, flag: object) -> bool:\n"
                '    """Return a bool."""\n'
                "    if type(flag) is not bool:\n"
                '        raise InvalidTypeError(subject, actual=flag, allowed="True or False")\n'
                "    return flag\n\n\n",
                "",
            ),
            Edit(
                _LIMITS,
                "def _check_string(",
                "def check_flag(subject: str, flag: object) -> bool:\n"
                '    """Return a bool."""\n'
                "    if type(flag) is not bool:\n"
                '        raise InvalidTypeError(subject, actual=flag, allowed="True or False")\n'
                "    return flag\n\n\n"
                "def _check_string(",
            ),
        ),
    ),
)

_MORE_MODULES = (
    Planted(
        "Count words",
        "a new unused module",
        (
            Creation(
                "bridge_model/words.py",
                '"""Words: how many a text has."""\n\n\n'
                "def count_words(text: str) -> int:\n"
                '    """Return the number of words."""\n'
                "    return len(text.split())\n",
            ),
        ),
    ),
    Planted(
        "Say how long ago a time was",
        "a new unused module",
        (
            Creation(
                "bridge_model/ago.py",
                '"""Ago: times as people say them."""\n\n'
                "UNITS = ((86_400, 'days'), (3_600, 'hours'), (60, 'minutes'))\n\n\n"
                "def tell(seconds: float) -> str:\n"
                '    """Return a time in the largest unit that it fills."""\n'
                "    for length, name in UNITS:\n"
                "        if seconds >= length:\n"
                "            return f'{seconds // length:.0f} {name} ago'\n"
                "    return 'just now'\n",
            ),
        ),
    ),
    Planted(
        "Leave the counting of words to others",
        "an unused module removed",
        (Removal("bridge_model/words.py"),),
    ),
)

_MORE_TYPE_HINTS = (
    _reworded(
        "Say the type of the latest time",
        "type hints",
        _LIMITS,
        "LATEST_TIME = ",
        "LATEST_TIME: float = ",
    ),
    _reworded(
        "Say the type of a recovery",
        "type hints",
        _CRISIS,
        "CALM_TURNS_TO_RECOVER = 3",
        "CALM_TURNS_TO_RECOVER: int = 3",
    ),
)

_MORE_FASTER = (
    _reworded(
        "Compare histories by their bytes first",
        "a faster algorithm of the same memory",
        _HISTORY,
        "return self._window == other._window and list(self) == list(other)",
        "if self._window != other._window:\n"
        "            return False\n"
        "        return self._packed == other._packed or list(self) == list(other)",
    ),
    _reworded(
        "Abbreviate a long text before its repr is made",
        "a faster algorithm of the same memory",
        _ERRORS,
        "        text = repr(value)\n",
        "        text = repr(value[:64] if type(value) is str else value)\n",
    ),
    _reworded(
        "Look the room up before the rest of a check",
        "a faster algorithm of the same memory",
        _PACKED,
        "if packed.startswith(here, strings) and packed[strings + len(here)] >= _LOWEST_MARK:",
        "if packed[strings + len(here)] >= _LOWEST_MARK and packed.startswith(here, strings):",
    ),
)

_PINS = (
    _reworded(
        "Check types with an older mypy",
        "a dependency pin",
        "pyproject.toml",
        '    "mypy==2.4.1",\n',
        '    "mypy==2.4.0",\n',
    ),
    _reworded(
        "Lock the older mypy too",
        "a dependency pin",
        "requirements.txt",
        "mypy==2.4.1",
        "mypy==2.4.0",
    ),
)

AFTER_ALL = (
    _reworded(
        "Say what the bridge is not",
        "README",
        "README.md",
        "For those who run chat bridges.\n",
        "For those who run chat bridges. It is no chat server.\n",
    ),
    _reworded(
        "Greet contributors",
        "README",
        "CONTRIBUTING.md",
        "# Contributing\n",
        "# Contributing\n\nWelcome.\n",
    ),
)

_BENCHMARKS = (
    _reworded(
        "Say how long a user stands",
        "a benchmark edited",
        "benchmarks/churn_memory.py",
        "_STANDING = 20",
        "# As many as a small bridge has.\n_STANDING = 20",
    ),
    _reworded(
        "Say of what the workload is made",
        "a benchmark edited",
        "benchmarks/workload.py",
        "the same chats on every machine, whatever the commit under test.",
        "the same chats on every machine, at every commit under test.",
    ),
    Planted(
        "Call the states of a benchmark observed",
        "a benchmark edited",
        (
            Edit(
                "benchmarks/crisis_memory.py",
                "measure.live(partial(_states, instances))",
                "measure.live(partial(_observed, instances))",
            ),
            Edit(
                "benchmarks/crisis_memory.py",
                "assert len(set(_states(100))) == 100",
                "assert len(set(_observed(100))) == 100",
            ),
            Edit("benchmarks/crisis_memory.py", "tuple(_states(count))", "tuple(_observed(count))"),
            Edit(
                "benchmarks/crisis_memory.py",
                "        _states(instances)\n",
                "        _observed(instances)\n",
            ),
            Edit("benchmarks/crisis_memory.py", "def _states(", "def _observed("),
        ),
    ),
)

# Those that need nothing that another planted commit made.
AT_ANY_TIME = (
    *_MORE_COMMENTS,
    *_MORE_DOCSTRINGS,
    *_MORE_RENAMES,
    *_MORE_REORDERED,
    *_MORE_MODULES,
    *_MORE_TYPE_HINTS,
    *_MORE_FASTER,
    *_PINS,
    *_BENCHMARKS,
)
