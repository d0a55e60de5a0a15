"""Gate report: a judgement told to a reviewer, the verdict first, as text, Markdown and JSON."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from asv_ledger.document.memory import describe_commit
from asv_ledger.model.commits import Commit
from asv_ledger.model.gate import Change, Comparison
from asv_ledger.model.judgement import Judgement, Own
from asv_ledger.model.layout import Changed, Kind
from asv_ledger.render.terminal import format_commit
from asv_ledger.render.wording import format_number
from asv_ledger.statuses import Status
from asv_ledger.text import clean, escape_markdown

MARKER = "<!-- asv-ledger gate"  # begins a comment, and so finds it again
# A comment of a pull request may have 65,536 characters: five of these fit into one.
COMMENT_LIMIT = 12_500

_ADVICE = "If that is meant: make accept, and say why in the commit"
_LISTED = 20  # paths of a kind and places in code, so that none hides another
_ROWS = 12  # of a table that is not folded
_LONGEST = 300  # characters of a line, which may be anybody's text
_LARGEST = 1e15
_SESSIONS = 10_000
_KINDS = {kind: place for place, kind in enumerate(Kind)}


class _Section(NamedTuple):
    title: str
    lines: list[str]


def format_text(judgement: Judgement) -> Iterator[str]:
    """Iterate over lines that tell a judgement."""
    yield format_verdict(judgement)
    yield f"from {format_commit(describe_commit(judgement.base))}"
    yield f"to   {format_commit(describe_commit(judgement.head))}"
    yield from _format_lacking(judgement)
    comparison = judgement.comparison
    if comparison is not None:
        for change in comparison.changes:
            before, after, difference = _format_values(judgement, change)
            yield f"    {_clean(change.name)}: {before} -> {after}, {difference}"
        if comparison.regressions:
            yield _ADVICE
    for title, lines in _sections(judgement):
        yield title
        yield from (f"    {_clean(line)}" for line in lines)


def format_markdown(judgement: Judgement, limit: int = COMMENT_LIMIT) -> Iterator[str]:
    """Iterate over lines of a comment, of at most so many characters, the mark of it first."""
    lines = list(_list_markdown(judgement))
    room = limit - 100  # for what closes it
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            above = lines[:number]
            if above.count(_FOLD) > above.count(_UNFOLD):
                yield from ("", _UNFOLD)
            yield from ("", f"And {_count(len(lines) - number, 'more line')}, in the run's log.")
            return
        yield line


def format_json(judgement: Judgement) -> dict[str, object]:
    """Return all of a judgement as what JSON can hold."""
    told: dict[str, object] = {
        "python": judgement.python,
        "status": judgement.status,
        "base": judgement.base.hash,
        "head": judgement.head.hash,
        "lacking": judgement.lacking,
        "measured_files": judgement.measured,
        "measuring": [one._asdict() for one in judgement.changed],
        "reaches": [one._asdict() for one in judgement.reaches],
    }
    comparison, own = judgement.comparison, judgement.own
    if comparison is not None:
        told |= {
            "verdict": comparison.verdict.name.lower().replace("_", " "),
            "same": comparison.same,
            "changes": [
                one._asdict() | {"delta": one.delta, "unit": _unit(judgement, one.name)}
                for one in comparison.changes
            ],
            "failed": [one._asdict() for one in comparison.failed],
            "missing": [one._asdict() for one in comparison.missing],
            "added": [one._asdict() for one in comparison.added],
            "broken": dict(zip(("base", "head"), comparison.broken, strict=True)),
        }
    if own is not None:
        told["own"] = {
            "broken": own.broken,
            "failed": [one._asdict() for one in own.failed],
            "differences": [one._asdict() for one in own.differences],
        }
    return told


def _format_lacking(judgement: Judgement) -> Iterator[str]:
    """Iterate over a line that says where the head is not made on the base."""
    if judgement.lacking:
        lacking = _count(judgement.lacking, "commit")
        told = "what was saved there is told as growth here; merge the base first"
        yield f"The head lacks {lacking} of the base: {told}"


def format_verdict(judgement: Judgement) -> str:
    """Return in one line the Python judged, the verdict, and whether a reviewer must look."""
    comparison, notes = judgement.comparison, []
    told = "nothing was read" if comparison is None else _format_comparison(comparison)
    if judgement.changed:
        notes.append(f"changes how it is measured: {_count(len(judgement.changed), 'file')}")
    if judgement.reaches:
        notes.append(f"could act on how it is measured: {_count(len(judgement.reaches), 'place')}")
    is_fine = comparison is None or comparison.verdict is Status.PASSED
    note = f"; {'but' if is_fine else 'and'} this pull request {', and '.join(notes)}"
    return f"{judgement.python}: {told}{note if notes else ''}"


def _format_comparison(comparison: Comparison) -> str:
    of_base, of_head = comparison.broken
    if of_head is not None:
        return "the head could not be read"
    if of_base is not None:
        return "the base could not be read, and nothing is compared"
    compared = comparison.same + len(comparison.changes)
    if not (compared or comparison.missing or comparison.failed):
        return "nothing was measured at both commits"
    grew = sum(change.delta > 0 for change in comparison.changes)
    beyond = " beyond the baseline" if grew > len(comparison.regressions) else ""
    told = {
        Status.PASSED: f"nothing grew{beyond}",
        Status.GREW: f"{_count(len(comparison.regressions), 'metric')} grew{beyond}",
        Status.NOT_MEASURED: f"{_count(len(comparison.missing), 'metric')} not measured",
        Status.FAILED: f"{_count(len(comparison.failed), 'metric')} failed",
    }[comparison.verdict]
    shrank = len(comparison.changes) - grew
    return f"{told} (compared {compared:,}: {grew:,} grew, {shrank:,} shrank)"


def _format_values(judgement: Judgement, change: Change) -> tuple[str, str, str]:
    """Return what a metric was, what it is, and the difference, with what the baseline says."""
    before, after = _number(change.before), _number(change.after)
    unit = _unit(judgement, change.name)
    told = f"{_number(change.delta, sign='+')}{unit and f' {unit}'}"
    if change.before:
        told += f" ({100 * change.delta / change.before:+,.2f} %)"
    if unit == "bytes/session":
        told += f", {change.delta * _SESSIONS / 1e6:+,.2f} MB at {_SESSIONS:,} sessions"
    if change.accepted is not None:
        told += f"; accepted by the baseline of Python {change.accepted}"
    elif change.delta > 0 and change.baseline is not None:
        told += f"; the baseline says {_number(change.baseline)}"
    return before, after, told


def _sections(judgement: Judgement) -> Iterator[_Section]:
    """Iterate over what there is to tell beside the changes, what decides first."""
    sections = [
        *([] if judgement.comparison is None else _sections_of(judgement.comparison)),
        _Section(
            "This pull request also changes what is measured, or how:",
            list(_list_changed(judgement.changed)),
        ),
        _Section(
            "What is measured could tell that it is, or act on it; to be looked at:",
            _limit([f"{_place(one.path, one.line)} {one.what}" for one in judgement.reaches]),
        ),
    ]
    if judgement.own is not None:
        title = "The head's own benchmarks, which decide nothing, say otherwise:"
        sections.append(_Section(title, _limit(list(_list_own(judgement.own)))))
    yield from (section for section in sections if section.lines)


def _sections_of(comparison: Comparison) -> Iterator[_Section]:
    sides = zip(("base", "head"), comparison.broken, strict=True)
    broken = [f"{side}: {why}" for side, why in sides if why is not None]
    yield _Section("Could not be read:", broken)
    yield _Section("Failed at the head:", [f"{name}: {why}" for name, why in comparison.failed])
    yield _Section("Not measured:", [f"{name}: {why}" for name, why in comparison.missing])
    added = [
        f"{name}: {'works again' if has_failed else 'new'}: {_number(value)}"
        for name, value, has_failed in comparison.added
    ]
    yield _Section("Measured at the head alone, which decides nothing:", _limit(added))


def _list_changed(changed: Iterable[Changed]) -> Iterator[str]:
    """Iterate over paths by what they are, each kind cut by itself."""
    ordered = sorted(changed, key=lambda one: (_KINDS[one.kind], one.path))
    for kind, of_kind in groupby(ordered, key=lambda one: one.kind):
        yield from _limit([f"{kind}: {path} ({how})" for path, _, how in of_kind])


def _list_own(own: Own) -> Iterator[str]:
    if own.broken is not None:
        yield own.broken
    for name, why in own.failed:
        yield f"{name} fails: {why}"
    for name, before, after in own.differences:
        if after is None:
            yield f"{name}: not measured any more"
        elif before is None:
            yield f"{name}: {_number(after)}, new"
        else:
            yield f"{name}: {_number(after)}, not {_number(before)}"


def _list_markdown(judgement: Judgement) -> Iterator[str]:
    implementation, version = judgement.python.split()
    minor = ".".join(version.split(".")[:2])
    yield f"{MARKER}: {implementation} {minor} -->"
    yield f"### {_escape(format_verdict(judgement))}"
    yield ""
    yield f"From {_link_commit(judgement.base)}  "
    yield f"to {_link_commit(judgement.head)}"
    for line in _format_lacking(judgement):
        yield ""
        yield f"{_escape(line)}."
    comparison = judgement.comparison
    if comparison is not None and comparison.changes:
        yield ""
        yield from _table(judgement, comparison.changes[:_ROWS])
        more = comparison.changes[_ROWS:]
        if more:
            yield ""
            yield _FOLD
            yield ""
            yield from _table(judgement, more)
            yield ""
            yield _UNFOLD
        if comparison.regressions:
            yield ""
            yield f"{_ADVICE}."
    for title, lines in _sections(judgement):
        yield ""
        yield f"**{_escape(title)}**"
        yield ""
        yield from (f"- {_escape(line)}" for line in lines)


_FOLD = "<details><summary>More metrics that differ</summary>"
_UNFOLD = "</details>"


def _link_commit(commit: Commit) -> str:
    """Return a commit in Markdown: hosts of code link its hash, and nothing in its subject."""
    name, date, subject = format_commit(describe_commit(commit)).split(" ", 2)
    return f"{name} {date} {_escape(subject)}"


def _table(judgement: Judgement, changes: Iterable[Change]) -> Iterator[str]:
    yield "| metric | before | after | difference |"
    yield "|---|--:|--:|--:|"
    for change in changes:
        before, after, difference = _format_values(judgement, change)
        yield f"| {_escape(change.name)} | {before} | {after} | {_escape(difference)} |"


def _unit(judgement: Judgement, name: str) -> str:
    return judgement.units.get(name.partition("(")[0], "")


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}:{line}"


def _number(number: float, sign: str = "") -> str:
    """Return a number with its digits, and not with the 300 that a baseline may have."""
    return format_number(number, sign) if abs(number) < _LARGEST else f"{float(number):.3g}"


def _limit(lines: list[str]) -> list[str]:
    """Return so many lines that none is hidden by the number of the others."""
    more = len(lines) - _LISTED
    return lines if more <= 0 else [*lines[:_LISTED], f"and {more:,} more: --json has them all"]


def _clean(text: str) -> str:
    told = clean(text)
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}\N{HORIZONTAL ELLIPSIS}"


def _escape(text: str) -> str:
    return escape_markdown(_clean(text))


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"
