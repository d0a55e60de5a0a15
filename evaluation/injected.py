"""Injected commits: patches of which is known, before they are measured, what each does to memory.

README.md beside this module says how a patch is written. A series lists patches in their order.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_string, policy
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from asv_ledger.sources.git import HistoryError, run_git

PATCHES = Path(__file__).resolve().parent / "patches"

REGRESSION, IMPROVEMENT, NEUTRAL = INJECTS = ("regression", "improvement", "neutral")

_DIFF = "\ndiff --git "
_TRAILER = re.compile(r"(?P<key>[A-Za-z-]+): (?P<value>.+)")
_METRIC = re.compile(
    r"(?P<name>[\w.]+(?:\(.+\))?) (?P<delta>[+-][0-9]+(?:[./][0-9]+)?)(?P<varies> varies)?"
)
_LINE = re.compile(r"(?P<file>\S+\.py): (?P<code>\S.*)")
_NO_LINE = "none"
# Whatever a user has set for patches of their own.
_PLAIN = ("-c", "core.autocrlf=false", "-c", "apply.ignoreWhitespace=no")


class PatchError(Exception):
    """A patch cannot be read or applied; the message is one line and names it."""


class Line(NamedTuple):
    """A line of code, by its file and its text without the indent: its number may change."""

    file: str
    code: str


class Metric(NamedTuple):
    """By how much an exact metric grows, in its unit; below 0 where it shrinks.

    The name is the benchmark's, with the parameters in parentheses as asv writes them. Where it
    ``varies``, that is so on CPython 3.12, and on others as much as their objects take.
    """

    name: str
    delta: float
    varies: bool = False


@dataclass(frozen=True, slots=True)
class Injected:
    """An injected commit: it builds, and leaves the bridge doing what it did, or what it claims.

    ``metrics`` are those that it is known to change; it may change others that hold the same
    memory. A neutral commit changes none. ``lines`` are all that allocate what is more, or less, of
    a session: where each allocates, not where the mistake was made.
    """

    patch: Path
    subject: str
    kind: str
    metrics: tuple[Metric, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def injects(self) -> str:
        """Whether a metric grows, all of them shrink, or none changes: one of INJECTS."""
        if not self.metrics:
            return NEUTRAL
        return REGRESSION if any(one.delta > 0 for one in self.metrics) else IMPROVEMENT


def read_series(name: str, folder: Path = PATCHES) -> tuple[Injected, ...]:
    """Return the injected commits that NAME.series lists, in its order. Raises PatchError."""
    lines = (folder / f"{name}.series").read_text(encoding="utf-8").splitlines()
    patches = [line for line in lines if line and not line.startswith("#")]
    return tuple(read_patch(folder / f"{patch}.patch") for patch in patches)


def read_patch(path: Path) -> Injected:
    """Return what a patch says of itself. Raises PatchError."""
    try:
        return _parse(path, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PatchError(f"{path.name}: there is none; a series lists it") from None
    except ValueError as error:
        raise PatchError(f"{path.name}: {error}") from None


def apply(folder: Path, patch: Path, *options: str) -> None:
    """Apply a patch to the files of a repository. Raises PatchError."""
    try:
        run_git(folder, *_PLAIN, "apply", "--whitespace=nowarn", *options, str(patch))
    except HistoryError as error:
        reason = str(error).removeprefix(f"{folder}: ")
        raise PatchError(
            f"{patch.name} does not apply: {reason}; run python -m evaluation refresh, or edit it"
        ) from None


def message_of(text: str) -> str:
    """Return what stands in a patch before its diff."""
    message, _, diff = text.partition(_DIFF)
    if not diff:
        raise ValueError("it has no diff; allowed: what git diff prints, after a message")
    return message


def _parse(path: Path, text: str) -> Injected:
    message = message_from_string(message_of(text), policy=policy.default)
    subject = re.sub(r"^\[PATCH[^]]*\] *", "", message["Subject"] or "")
    if not subject:
        raise ValueError("it has no subject; allowed: a first line such as Subject: Keep two")
    body = str(message.get_payload()).partition("\n---\n")[0]
    trailers = _trailers(body.strip().rpartition("\n\n")[2])
    lines = trailers["Line"]
    injected = Injected(
        path,
        subject,
        _only("Kind", trailers["Kind"], "what kind of change it is, as in Kind: an extra field"),
        tuple(map(_metric, trailers["Metric"])),
        tuple(map(_line, lines)) if lines != [_NO_LINE] else (),
    )
    injects = _only("Injects", trailers["Injects"], f"one of {', '.join(INJECTS)}")
    if injects != injected.injects:
        raise ValueError(
            f"Injects is {injects!r}, and its Metric trailers say {injected.injects!r}; allowed: "
            "regression where a metric grows, improvement where all shrink, neutral without any"
        )
    if bool(lines) != bool(injected.metrics):
        raise ValueError(
            f"it has {len(injected.metrics)} Metric and {len(lines)} Line trailers; allowed: "
            f"Line: FILE: CODE for each line that allocates, Line: {_NO_LINE} where none is known, "
            "and neither trailer in a neutral commit"
        )
    return injected


def _trailers(paragraph: str) -> Mapping[str, list[str]]:
    trailers: dict[str, list[str]] = {key: [] for key in ("Injects", "Kind", "Metric", "Line")}
    for line in paragraph.splitlines():
        match = _TRAILER.fullmatch(line)
        if match is None or match["key"] not in trailers:
            raise ValueError(f"{line!r} is no trailer; allowed: {', '.join(trailers)}")
        trailers[match["key"]].append(match["value"])
    return trailers


def _only(key: str, values: list[str], allowed: str) -> str:
    if len(values) != 1:
        raise ValueError(f"it has {len(values)} {key} trailers; allowed: {allowed}")
    return values[0]


def _metric(value: str) -> Metric:
    match = _METRIC.fullmatch(value)
    if match is None:
        raise ValueError(
            f"Metric is {value!r}; allowed: BENCHMARK(PARAMETERS) +BYTES, or +BYTES varies where "
            "other versions of Python change it by another amount"
        )
    return Metric(match["name"], float(Fraction(match["delta"])), match["varies"] is not None)


def _line(value: str) -> Line:
    match = _LINE.fullmatch(value)
    if match is None:
        raise ValueError(f"Line is {value!r}; allowed: FILE.py: CODE, or {_NO_LINE}")
    return Line(match["file"], match["code"])


def changed_modules(patch: Path) -> Iterator[str]:
    """Iterate over the paths of the Python files that a patch leaves changed."""
    yield from re.findall(r"^\+\+\+ b/(.+\.py)$", patch.read_text(encoding="utf-8"), re.MULTILINE)
