"""Text: the one door for what others wrote, be it a subject, a name, a unit or an error.

Whatever passes it controls nothing that shows it: no terminal, no page, no feed reader, and not the
host of the code.
"""

import html
import re
import reprlib
import unicodedata
from typing import Any, TypeVar

MARK = "\N{REPLACEMENT CHARACTER}"

_Document = TypeVar("_Document")

_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_QUOTED = 80  # characters of a value that an error names
_SPLIT = "<!-- -->"  # shows nothing, and ends a word: what hosts look for is none any more
_HASH = 7  # hexadecimal digits: with fewer no host links to a commit

# In the order in which they are tried; what is not found here is text in Markdown anyway.
_MARKDOWN = re.compile(
    r"""
      (?P<hash> (?<![0-9A-Za-z]) [0-9A-Fa-f]{7,} (?![0-9A-Za-z]) )
    | (?P<split>
          ://  |  @  |  www(?=\.)  |  GH-(?=[0-9])
        | :(?=[0-9A-Za-z_+-]+:)            # the name of an emoji
      )
    | (?P<number> \#(?=[0-9]) )
    | (?P<list> \A [0-9]+ (?=\.(?:[ ]|\Z)) )
    | (?P<sign> [\\`*_{}\[\]()\#+!|~] | \A[-=](?=[-= ]|\Z) )
    | (?P<dollar> \$ )                     # begins mathematics
    | (?P<space> \A[ ] )                   # four of them begin code
    | (?P<entity> [&<>] )
    """,
    re.VERBOSE | re.IGNORECASE,
)

_ESCAPES = {
    "split": f"{{}}{_SPLIT}",
    "number": f"\\{{}}{_SPLIT}",
    "list": "{}\\",
    "sign": "\\{}",
    "dollar": "<span>{}</span>",
    "space": "&#32;",
}


def clean(text: str) -> str:
    """Return a text as one line, with a mark in place of each character that controls its reader.

    These are control characters, line ends, those that turn the direction of what follows, halves
    of characters and what shows nothing. Any space is a plain one. What joins letters or the parts
    of an emoji stays between them.
    """
    if text.isprintable():
        return text
    return "".join(_show(text, place) for place in range(len(text)))


def clean_document(document: _Document) -> _Document:
    """Return what JSON can hold with every text in it clean, those that name something too."""
    cleaned: _Document = _clean(document)
    return cleaned


def to_line(text: str) -> str:
    """Return a text as one line of output, in which the host of a workflow finds no command.

    GitHub takes a printed line for one that begins with ``::``, or has ``##[`` anywhere in it.
    """
    line = clean(text).replace("##[", f"#{MARK}[")
    start = len(line) - len(line.lstrip())
    return line[:start] + MARK + line[start + 1 :] if line.startswith("::", start) else line


def quote(value: object) -> str:
    """Return a value of unknown origin as Python writes it, cut to what a line can hold."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = short.maxlong = _QUOTED
    try:
        told = clean(short.repr(value))
    except ValueError:  # Python writes no number of more than 4,300 digits
        return "a number too large to be written"
    return told if len(told) <= 2 * _QUOTED else f"{told[: 2 * _QUOTED]}..."


def escape_markdown(text: str) -> str:
    """Return Markdown that shows a text as it is, and none of the markup in it.

    Nor does it link to anything, refer to an issue or a commit, or call anybody, as hosts of code
    do with ``#1``, ``www.example.org`` and ``@name``.
    """
    return _MARKDOWN.sub(_escape, clean(text))


def _clean(document: Any) -> Any:
    if isinstance(document, str):
        return clean(document)
    if isinstance(document, dict):
        return {clean(name): _clean(value) for name, value in document.items()}
    if isinstance(document, list | tuple):
        return [_clean(value) for value in document]
    return document


def _show(text: str, place: int) -> str:
    character = text[place]
    if character.isprintable():
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    before, after = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    joins = character in _JOINERS and _is_joined(before) and _is_joined(after)
    return character if joins else MARK


def _is_joined(character: str) -> bool:
    return character.isprintable() and not character.isascii()


def _escape(found: re.Match[str]) -> str:
    text = found[0]
    if found["hash"]:
        places = range(0, len(text), _HASH - 1)
        return _SPLIT.join(text[place : place + _HASH - 1] for place in places)
    return _ESCAPES.get(str(found.lastgroup), "{}").format(html.escape(text, quote=False))
