"""The planted history: guilty commits of every kind among innocent ones, in the order they land."""

import os
from collections.abc import Iterator
from itertools import zip_longest

from proof import guilty, innocent
from proof.planting import Planted, taken_back

# What no benchmark can see: the kind, and why.
UNSEEN = (
    (
        "memory that a C library takes by itself",
        "only what is allocated through Python is counted to the byte",
    ),
    (
        "memory that is freed and not given back",
        "the resident figures show it, which are not exact: no commit is named for them",
    ),
    (
        "the line of a peak that leaves nothing behind",
        "the commit is named; where blocks came from that are gone again is not known",
    ),
)


def _whole() -> Iterator[Planted]:
    """Iterate over the history: first what is taken back at once, then what stays."""
    for planted, ordinary in zip_longest(_taken_back(), innocent.AT_ANY_TIME):
        yield from planted or ()
        if ordinary is not None:
            yield ordinary
    yield from _staying()


def _taken_back() -> Iterator[tuple[Planted, ...]]:
    """Iterate over commits that stay, and those that are taken back, each with what does it."""
    for one, subject in (
        (guilty.SLOT_OF_FLAGGED, "Give a flagged state its slots again"),
        (guilty.SLOT_OF_STATES, "Give all states their slots again"),
        (guilty.DICT_FOR_TUPLE, "Find the members of small rooms in a tuple again"),
        (guilty.STRING_NOT_SHARED, "Let rooms and sessions share the names of users"),
    ):
        yield one, taken_back(one, subject)
    yield guilty.LIST_FOR_TUPLE, guilty.LIST_TAKEN_BACK
    for one, subject in (
        (guilty.CACHE_OF_FLAGS, "Look for indicators in every text again"),
        (guilty.CACHE_OF_NAMES, "Check every name of a room again"),
        (guilty.CACHE_OF_MODULE, "Look at every text anew"),
        (guilty.CYCLE, "Look up how a history is read again"),
        (guilty.CLOSURE, "Do not undo what was said"),
        (guilty.LISTENER, "Let rooms find out by themselves"),
        (guilty.HISTORY_OF_ROOMS, "Forget what was said where nobody is any more"),
        (guilty.CRISIS_REMEMBERED, "Forget who has recovered"),
        (guilty.REFUSED_GUESTS, "Forget who came late"),
        (guilty.TEXT_TWICE, "Look at the session for the last text"),
        (guilty.REPLY_TWICE, "Look at the session for the last reply"),
        (guilty.WIDER, "Leave previews to those who show them"),
        (guilty.MULTILINGUAL_TEXT, "Leave transliterations to others"),
        (guilty.AFTER_EVICTIONS, "Do not tell the talkative from others"),
        (guilty.PEAK_OF_EXCHANGE, "Find the oldest text where it ends"),
        (guilty.PEAK_OF_READING, "Read plain texts at once again"),
    ):
        yield one, taken_back(one, subject)
    yield (guilty.CRISIS_WRITTEN,)
    yield (guilty.REFUSED_USERS,)
    yield (guilty.AT_HIGH_COUNTS,)
    yield (guilty.MULTILINGUAL,)


def _staying() -> Iterator[Planted]:
    flags = (guilty.creep(number, guilty.PACKS) for number in range(1, 8))
    later = (guilty.creep(number, guilty.JOINS, guilty.PACKS) for number in range(8, 11))
    yield innocent.COMMENT
    yield guilty.ONE_BYTE
    yield innocent.DOCSTRING
    yield next(flags)
    yield innocent.RENAMED_LOCAL
    yield guilty.FIVE_PERCENT
    yield next(flags)
    yield innocent.NEW_MODULE
    yield guilty.EIGHT_BYTES
    yield innocent.MOVED_FUNCTION
    yield next(flags)
    yield guilty.SIXTEEN_BYTES
    yield innocent.REORDERED_METHODS
    yield next(flags)
    yield guilty.FIFTY_SIX_BYTES
    yield innocent.TYPE_HINTS
    yield guilty.INDEX
    yield guilty.OBJECTS_FOR_TIMES
    yield innocent.README
    yield guilty.OBJECTS_TAKEN_BACK
    yield next(flags)
    yield innocent.FUNCTION_TO_ANOTHER_MODULE
    yield guilty.INDEX_TAKEN_BACK
    yield next(flags)
    yield innocent.RENAMED_FUNCTION
    yield guilty.WINDOW
    yield innocent.FASTER
    yield guilty.WINDOW_TAKEN_BACK
    yield next(flags)
    yield guilty.LEAK
    yield innocent.RENAMED_MODULE
    yield innocent.SPLIT_LINE
    yield next(later)
    yield innocent.RENAMED_CONSTANT
    yield guilty.IMPROVEMENT
    yield innocent.REMOVED_MODULE
    yield next(later)
    yield innocent.DESCRIPTION
    yield next(later)
    yield from innocent.AFTER_ALL


WHOLE = tuple(_whole())

SHORT = (
    guilty.ONE_BYTE,
    innocent.COMMENT,
    guilty.FIFTY_SIX_BYTES,
    guilty.INDEX,
    innocent.MOVED_FUNCTION,
    guilty.INDEX_TAKEN_BACK,
    guilty.WINDOW,
    innocent.NEW_MODULE,
    guilty.LEAK,
)


def chosen() -> tuple[Planted, ...]:
    """Return the history to plant: the whole one where PLANTED=all says so, or else a short one."""
    return WHOLE if os.environ.get("PLANTED") == "all" else SHORT
