"""Parameters: of a benchmark, as values that JSON has, from what asv writes of them."""

import re
from ast import literal_eval
from collections.abc import Iterable

from asv_ledger.document.schema import Parameter

# Texts and numbers as Python writes them. What is larger would take Python long to read.
_LITERAL = re.compile(
    r"""
      (?P<quote>['"]) (?: (?!(?P=quote)) [^\\\n] | \\[\\'nrt] | \\[xuU][0-9a-f]{2,8} )* (?P=quote)
    | -?[0-9.]{1,400} (?:e[+-][0-9]{1,3})?
    | True | False | None
    """,
    re.VERBOSE,
)


def parse_parameters(written: Iterable[str]) -> list[Parameter]:
    """Return parameters as values, those as texts that JSON has no value for."""
    return [_parse(one) for one in written]


def _parse(written: str) -> Parameter:
    if not _LITERAL.fullmatch(written):
        return written
    try:
        value: Parameter = literal_eval(written)
    except (SyntaxError, ValueError):
        return written
    # What is not written as Python writes it is none of Python's: 1e999 is no number of JSON.
    return value if repr(value) == written else written
