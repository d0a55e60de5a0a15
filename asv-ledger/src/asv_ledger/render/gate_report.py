"""Gate report: the document of a verdict told to a reviewer, as text and Markdown."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from asv_ledger.document.schema import Commit
from asv_ledger.document.verdict_schema import (
    Addition,
    Failure,
    JudgedMetric,
    MeasuringFile,
    Outcome,
    Own,
    VerdictDocument,
)
from asv_ledger.render.terminal import format_commit
from asv_ledger.render.wording import format_count, format_number
from asv_ledger.text import escape_markdown

MARKER = "<!-- asv-ledger gate"  # begins a comment, and so finds it again
# A comment of a pull request may have 65,536 characters: five of these fit into one.
COMMENT_LIMIT = 12_500

_LISTED = 20  # paths of a kind and places in code, so that none hides another
_ROWS = 12  # of a table that is not folded
_LONGEST = 300  # characters of a line, which may be anybody's text
_LARGEST = 1e15


class _Section(NamedTuple):
    title: str
    lines: list[str]


def format_text(document: VerdictDocument) -> Iterator[str]:
    """Iterate over lines that tell a verdict."""
    yield format_verdict(document)
    yield f"from {format_commit(document['base'])}"
    yield f"to   {format_commit(document['head'])}"
    yield from _format_lacking(document)
    for metric in document["changes"]:
        before, after, difference = _format_values(metric)
        yield f"    {_shorten(metric['name'])}: {before} -> {after}, {difference}"
    if _has_regression(document):
        yield _advise(document)
    for title, lines in _sections(document):
        yield title
        yield from (f"    {_shorten(line)}" for line in lines)


def format_markdown(document: VerdictDocument, limit: int = COMMENT_LIMIT) -> Iterator[str]:
    """Iterate over lines of a comment, of at most so many characters, the mark of it first."""
    lines = list(_list_markdown(document))
    room = limit - 100  # for what closes it
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            above = lines[:number]
            if above.count(_FOLD) > above.count(_UNFOLD):
                yield from ("", _UNFOLD)
            yield from (
                "",
                f"And {format_count(len(lines) - number, 'more line')}, in the run's log.",
            )
            return
        yield line


def format_verdict(document: VerdictDocument) -> str:
    """Return in one line the Python judged, the verdict, and whether a reviewer must look."""
    verdict, notes = document["verdict"], []
    told = "nothing was read" if verdict is None else _format_outcome(document, verdict)
    if document["measuring"]:
        notes.append(
            f"changes how it is measured: {format_count(len(document['measuring']), 'file')}"
        )
    if document["reaches"]:
        places = format_count(len(document["reaches"]), "place")
        notes.append(f"could act on how it is measured: {places}")
    is_fine = verdict in (None, "passed")
    note = f"; {'but' if is_fine else 'and'} this pull request {', and '.join(notes)}"
    return f"{document['python']}: {told}{note if notes else ''}"


def _format_lacking(document: VerdictDocument) -> Iterator[str]:
    """Iterate over a line that says where the head is not made on the base."""
    if document["lacking"]:
        lacking = format_count(document["lacking"], "commit")
        told = "what was saved there is told as growth here; merge the base first"
        yield f"The head lacks {lacking} of the base: {told}"


def _format_outcome(document: VerdictDocument, verdict: Outcome) -> str:
    if document["broken"]["head"] is not None:
        return "the head could not be read"
    if document["broken"]["base"] is not None:
        return "the base could not be read, and nothing is compared"
    compared = document["same"] + len(document["changes"])
    if not (compared or document["missing"] or document["failed"]):
        return "nothing was measured at both commits"
    grew = sum(metric["delta"] > 0 for metric in document["changes"])
    regressions = sum(metric["regression"] for metric in document["changes"])
    beyond = " beyond the baseline" if grew > regressions else ""
    told = {
        "passed": f"nothing grew{beyond}",
        "grew": f"{format_count(regressions, 'metric')} grew{beyond}",
        "not measured": f"{format_count(len(document['missing']), 'metric')} not measured",
        "failed": f"{format_count(len(document['failed']), 'metric')} failed",
    }[verdict]
    shrank = len(document["changes"]) - grew
    return f"{told} (compared {compared:,}: {grew:,} grew, {shrank:,} shrank)"


def _has_regression(document: VerdictDocument) -> bool:
    return any(metric["regression"] for metric in document["changes"])


def _advise(document: VerdictDocument) -> str:
    return f"If that is meant: {document['accept']}, and say why in the commit"


def _format_values(metric: JudgedMetric) -> tuple[str, str, str]:
    """Return what a metric was, what it is, and the difference, with what the baseline says."""
    before, after, unit, delta = metric["before"], metric["after"], metric["unit"], metric["delta"]
    told = f"{_number(delta, sign='+')}{unit and f' {unit}'}"
    if before:
        told += f" ({100 * delta / before:+,.2f} %)"
    scale = metric["scale"]
    if scale is not None:
        told += f", {scale['megabytes']:+,.2f} MB at {scale['count']:,} {scale['name']}"
    if metric["accepted"] is not None:
        told += f"; accepted by the baseline of Python {metric['accepted']}"
    elif delta > 0 and metric["baseline"] is not None:
        told += f"; the baseline says {_number(metric['baseline'])}"
    return _number(before), _number(after), told


def _sections(document: VerdictDocument) -> Iterator[_Section]:
    """Iterate over what there is to tell beside the changes, what decides first."""
    sides = (("base", document["broken"]["base"]), ("head", document["broken"]["head"]))
    sections = [
        _Section(
            "Could not be read:", [f"{side}: {why}" for side, why in sides if why is not None]
        ),
        _Section("Failed at the head:", _list_failures(document["failed"])),
        _Section("Not measured:", _list_failures(document["missing"])),
        _Section(
            "Measured at the head alone, which decides nothing:",
            _limit([*map(_format_addition, document["added"])]),
        ),
        _Section(
            "This pull request also changes what is measured, or how:",
            list(_list_measuring(document["measuring"])),
        ),
        _Section(
            "What is measured could tell that it is, or act on it; to be looked at:",
            _limit(
                [f"{_place(one['path'], one['line'])} {one['what']}" for one in document["reaches"]]
            ),
        ),
        _Section(
            "The head's own benchmarks, which decide nothing, say otherwise:",
            _limit([] if document["own"] is None else [*_list_own(document["own"])]),
        ),
    ]
    yield from (section for section in sections if section.lines)


def _list_failures(failures: Iterable[Failure]) -> list[str]:
    return [f"{one['name']}: {one['why']}" for one in failures]


def _format_addition(one: Addition) -> str:
    return (
        f"{one['name']}: {'works again' if one['has_failed'] else 'new'}: {_number(one['value'])}"
    )


def _list_measuring(files: Iterable[MeasuringFile]) -> Iterator[str]:
    """Iterate over paths by what they are, each kind cut by itself."""
    for kind, of_kind in groupby(files, key=lambda one: one["kind"]):
        yield from _limit([f"{kind}: {one['path']} ({one['how']})" for one in of_kind])


def _list_own(own: Own) -> Iterator[str]:
    if own["broken"] is not None:
        yield own["broken"]
    yield from (f"{one['name']} fails: {one['why']}" for one in own["failed"])
    for one in own["differences"]:
        name, before, after = one["name"], one["before"], one["after"]
        if after is None:
            yield f"{name}: not measured any more"
        elif before is None:
            yield f"{name}: {_number(after)}, new"
        else:
            yield f"{name}: {_number(after)}, not {_number(before)}"


def _list_markdown(document: VerdictDocument) -> Iterator[str]:
    implementation, version = document["python"].split()
    minor = ".".join(version.split(".")[:2])
    yield f"{MARKER}: {implementation} {minor} -->"
    yield f"### {_escape(format_verdict(document))}"
    yield ""
    yield f"From {_link_commit(document['base'])}  "
    yield f"to {_link_commit(document['head'])}"
    for line in _format_lacking(document):
        yield ""
        yield f"{_escape(line)}."
    metrics = document["changes"]
    if metrics:
        yield ""
        yield from _table(metrics[:_ROWS])
    if len(metrics) > _ROWS:
        yield ""
        yield _FOLD
        yield ""
        yield from _table(metrics[_ROWS:])
        yield ""
        yield _UNFOLD
    if _has_regression(document):
        yield ""
        yield f"{_escape(_advise(document))}."
    for title, lines in _sections(document):
        yield ""
        yield f"**{_escape(title)}**"
        yield ""
        yield from (f"- {_escape(line)}" for line in lines)


_FOLD = "<details><summary>More metrics that differ</summary>"
_UNFOLD = "</details>"


def _link_commit(commit: Commit) -> str:
    """Return a commit in Markdown: hosts of code link its hash, and nothing in its subject."""
    name, date, subject = format_commit(commit).split(" ", 2)
    return f"{name} {date} {_escape(subject)}"


def _table(metrics: Iterable[JudgedMetric]) -> Iterator[str]:
    yield "| metric | before | after | difference |"
    yield "|---|--:|--:|--:|"
    for metric in metrics:
        before, after, difference = _format_values(metric)
        yield f"| {_escape(metric['name'])} | {before} | {after} | {_escape(difference)} |"


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}:{line}"


def _number(number: float, sign: str = "") -> str:
    """Return a number with its digits, and not with the 300 that a baseline may have."""
    return format_number(number, sign) if abs(number) < _LARGEST else f"{float(number):.3g}"


def _limit(lines: list[str]) -> list[str]:
    """Return so many lines that none is hidden by the number of the others."""
    more = len(lines) - _LISTED
    return lines if more <= 0 else [*lines[:_LISTED], f"and {more:,} more: --json has them all"]


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"


def _escape(text: str) -> str:
    return escape_markdown(_shorten(text))
