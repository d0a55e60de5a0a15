"""Split what is left to measure among workers: ``python -m dev.split 4 3.11 3.12``.

Prints at most so many parts for each version of Python, as the JSON of a hosted CI's matrix: a list
of objects with ``python``, ``part`` and ``range``. Each is for one worker, ``make bench
RANGE=...``. Copying the results/ and attribution/ of all into one folder merges the parts.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from asv.results import iter_results

from dev.checkout import check_repository, list_commits, read_configuration
from dev.environment import ROOT
from dev.errors import DevError


class Part(NamedTuple):
    """The commits that one worker measures, as ``make bench RANGE=...`` takes them."""

    python: str
    part: str
    range: str


def main() -> int:
    """Print the parts; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="split", description="Split what is left to measure among workers."
    )
    parser.add_argument("parts", type=_count, metavar="PARTS", help="how many for each Python")
    parser.add_argument("pythons", type=_version, nargs="+", metavar="PYTHON", help="such as 3.12")
    options = parser.parse_args()
    os.chdir(ROOT)
    try:
        check_repository()
        measured = read_configuration().measured
    except DevError as error:
        print(f"split: {error}", file=sys.stderr)
        return 1
    parts = [part for python in options.pythons for part in split(options.parts, python, measured)]
    print(json.dumps([part._asdict() for part in parts]))
    return 0


def split(count: int, python: str, measured: Sequence[str]) -> Iterator[Part]:
    """Iterate over at most ``count`` parts of what a Python has to measure, the oldest first."""
    waiting = find_unmeasured(python, measured)
    count = min(count, len(waiting))
    borders = [len(waiting) * number // count for number in range(count + 1)] if count else []
    for number, (start, end) in enumerate(pairwise(borders), 1):
        chosen = " ".join(waiting[start:end])
        yield Part(python, f"{number} of {count}", f"--no-walk {chosen}")


def find_unmeasured(python: str, measured: Sequence[str]) -> list[str]:
    """Return the commits that touch what is measured and have no results, the oldest first.

    Those of any machine count: an exact metric is the same on all of them.
    """
    known = {
        result.commit_hash
        for result in iter_results("results")
        if result.params["python"] == python
    }
    candidates = list_commits("--reverse", "HEAD", "--", *measured)
    return [commit for commit in candidates if commit not in known]


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no count; allowed: 1 or more")
    return int(text)


def _version(text: str) -> str:
    if not re.fullmatch(r"[0-9]+\.[0-9]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no version; allowed: such as 3.12")
    return text


if __name__ == "__main__":
    sys.exit(main())
