"""Markdown: memory.md, the same for those who read it where the code is hosted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from asv_ledger.render.terminal import tell_number
from asv_ledger.render.wording import (
    AT_FIRST,
    CELLS,
    INEXACT,
    NO_CHANGES,
    NO_CREEP,
    NO_GAPS,
    NO_HEADLINE,
    NO_PROOF,
    NO_SUMMARY,
    NO_TABLES,
    ONE_OF_THEM,
    SCORES,
    Memory,
    count,
    find_present,
    pick_lead,
    shorten,
    tell_change,
    tell_columns,
    tell_date,
    tell_extent,
    tell_figure,
    tell_fleet,
    tell_hash,
    tell_inexact,
    tell_measured,
    tell_old,
    tell_outside,
    tell_parameters,
    tell_percent,
    tell_place,
    tell_proof,
    tell_range,
    tell_scores,
    tell_signed,
    tell_summary,
    tell_verdict,
    tell_verdicts,
)
from asv_ledger.text import escape_markdown

_CHANGES = 20
_CREEPS = 20
_GAPS = 20
_CAUSES = 12
_SUBJECT = 100  # characters
_CODE = 120


def render_markdown(memory: Memory) -> str:
    """Return what memory.json holds as markdown: the verdict, the tables, the newest changes."""
    return "\n".join(_lines(memory)) + "\n"


def _lines(memory: Memory) -> Iterator[str]:
    yield f"# {escape_markdown(memory['project'])}: memory by commit"
    yield ""
    sentence, subject = tell_verdict(memory)
    told = escape_markdown(sentence)
    yield f"**{told}**." if subject is None else f"**{told}:** {_subject(subject)}"
    yield ""
    if memory["tables"]["commits"]:
        yield f"{tell_extent(memory)}. Python {escape_markdown(memory['python'])}."
    sections = (
        ("What it costs", _cost(memory)),
        ("What changed, and why", _changes(memory)),
        ("The published tables", _tables(memory)),
        ("Summary", _summary(memory)),
        ("Creep", _creep(memory)),
        ("Gaps", _gaps(memory)),
        ("Proof", _proof(memory)),
    )
    for title, lines in sections:
        yield ""
        yield f"## {title}"
        yield ""
        yield from lines
    yield ""
    yield "[memory.html](memory.html) draws all of this, [memory.json](memory.json) holds it."


def _cost(memory: Memory) -> Iterator[str]:
    headline, parts = memory["tables"]["headline"], memory["tables"]["parts"]
    if headline is None:
        yield NO_HEADLINE
        return
    yield from _newest(headline)
    if parts is not None:
        yield ""
        yield from _newest(parts)


def _newest(table: Mapping[str, Any]) -> Iterator[str]:
    """Iterate over a table of what the lines of a chart are now, those that are not always 0."""
    rows = []
    for line in table["lines"]:
        present = find_present(line["values"])
        if any(present):
            values = tell_number(present[0]), tell_number(present[-1])
            change = tell_change(present[0], present[-1])
            rows.append((tell_parameters(line["parameters"]), *values, change))
    if rows:
        name = f"{table['benchmark']}, {table['unit']}"
        yield from _table((name, "at first", "now", "change"), rows)
    else:
        yield f"{escape_markdown(table['benchmark'])} has no value yet, or none but 0."


def _changes(memory: Memory) -> Iterator[str]:
    if not memory["changes"]:
        yield NO_CHANGES
    for place, change in enumerate(memory["changes"][:_CHANGES]):
        if place:
            yield ""
        yield f"### {tell_range(change) if change['unmeasured'] else _commit(change)}"
        yield ""
        yield from _entry(memory, change)
    if len(memory["changes"]) > _CHANGES:
        yield ""
        yield f"{count(memory['changes'][_CHANGES:], 'older commit')} in memory.json."


def _entry(memory: Memory, change: Mapping[str, Any]) -> Iterator[str]:
    lead = pick_lead(memory, change["figures"])
    told = f"**{tell_signed(lead['delta'])} {escape_markdown(lead['unit'])}**"
    percent = tell_percent(lead["before"], lead["after"])
    course = f"{tell_number(lead['before'])} \N{RIGHTWARDS ARROW} {tell_number(lead['after'])}"
    name = escape_markdown(tell_figure(lead, memory["environment"]))
    yield f"{', '.join(filter(None, (told, percent, course)))}: {name}"
    if lead["fleet"]:
        yield ""
        yield tell_fleet(lead["fleet"])
    if change["unmeasured"]:
        yield ""
        yield ONE_OF_THEM
        yield ""
        yield from (f"- {_commit(one)}" for one in reversed(change["suspects"]))
    if lead["causes"]:
        yield ""
        rows = [
            (tell_place(one), shorten(one["code"] or "", _CODE), tell_signed(one["bytes"]))
            for one in lead["causes"][:_CAUSES]
        ]
        yield from _table(("line", "code", "bytes"), rows, texts=2)
    if len(change["figures"]) > 1:
        yield ""
        yield f"{count(change['figures'][1:], 'other exact figure')} changed too."


def _tables(memory: Memory) -> Iterator[str]:
    if not memory["tables"]["published"]:
        yield NO_TABLES
        return
    yield AT_FIRST
    for table in memory["tables"]["published"]:
        yield ""
        yield f"### {escape_markdown(table['title'])}"
        yield ""
        names = tell_columns([column["benchmark"] for column in table["columns"]])
        heads = [", ".join(table["parameters"])]
        for name, column in zip(names, table["columns"], strict=True):
            noisy = "" if column["exact"] else ", noisy"
            heads += [f"{name}, {column['unit']}{noisy}: at first", "now", "change"]
        rows = []
        for row in table["rows"]:
            cells = [tell_parameters(row["parameters"])]
            columns = zip(table["columns"], *map(row.get, CELLS), strict=True)
            for column, first, now, commit in columns:
                is_exact = column["exact"]
                cells += [tell_measured(first, is_exact), tell_measured(now, is_exact)]
                cells[-1] += f" {tell_old(commit)}" if commit else ""
                cells.append(tell_change(first, now))
            rows.append(cells)
        yield from _table(heads, rows)


def _summary(memory: Memory) -> Iterator[str]:
    if not memory["summary"]:
        yield NO_SUMMARY
        return
    yield from _table(("key", "value"), [*tell_summary(memory)])


def _creep(memory: Memory) -> Iterator[str]:
    if not memory["creep"]:
        yield NO_CREEP
    for creep in memory["creep"][:_CREEPS]:
        told = f"**{tell_signed(creep['delta'])} {escape_markdown(creep['unit'])}**"
        percent = tell_percent(creep["before"], creep["after"])
        name = escape_markdown(tell_figure(creep, memory["environment"]))
        since = escape_markdown(creep["since"])
        commits = f"in {count(creep['commits'], 'commit')}"
        if creep["commits"]:
            most = creep["commits"][0]
            commits += f", most of it, {tell_signed(most['delta'])}, in {_commit(most)}"
        yield f"- {' '.join(filter(None, (told, percent)))} since {since}: {name}, {commits}"
    if len(memory["creep"]) > _CREEPS:
        yield f"- {count(memory['creep'][_CREEPS:], 'more figure')} in memory.json"


def _gaps(memory: Memory) -> Iterator[str]:
    if not memory["gaps"]:
        yield NO_GAPS
    for gap in memory["gaps"][:_GAPS]:
        yield f"- {gap['failed']:,} of {gap['of']:,} figures failed: {_commit(gap)}"
    if len(memory["gaps"]) > _GAPS:
        yield f"- {count(memory['gaps'][_GAPS:], 'more commit')} in memory.json"
    if memory["inexact"]:
        yield ""
        yield INEXACT
        yield ""
    for one in memory["inexact"][:_GAPS]:
        for told in tell_inexact(one, memory["environment"], _GAPS):
            yield f"- {escape_markdown(told)}: {_commit(one)}"
    if memory["outside"]:
        yield ""
        yield escape_markdown(tell_outside(memory))


def _proof(memory: Memory) -> Iterator[str]:
    proof = memory["proof"]
    if proof is None:
        yield NO_PROOF
        return
    yield escape_markdown(tell_proof(proof))
    yield ""
    scores = [(by, *map(str, numbers)) for by, numbers in tell_scores(proof)]
    yield from _table(("found by", *SCORES), scores)
    wrong = [one for one in proof["commits"] if one["faults"]]
    if wrong:
        yield ""
    for one in wrong:
        yield f"- {_subject(one['subject'])}: {escape_markdown(', '.join(tell_verdicts(one)))}"
    if proof["unseen"]:
        yield ""
        yield "What no benchmark sees:"
        yield ""
    for one in proof["unseen"]:
        yield f"- {escape_markdown(one['kind'])}: {escape_markdown(one['why'])}"


def _table(heads: Sequence[str], rows: Iterable[Iterable[str]], texts: int = 1) -> Iterator[str]:
    """Iterate over a table whose first columns are texts and whose others are numbers."""
    yield _row(heads)
    yield f"|{'---|' * texts}{'--:|' * (len(heads) - texts)}"
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(escape_markdown, cells))} |"


def _commit(commit: Mapping[str, Any]) -> str:
    """Return hash, day where it is known, and subject: last, for it may run from right to left."""
    parts = [tell_hash(commit["commit"]), tell_date(commit.get("date", ""))]
    return " ".join([*filter(None, parts), _subject(commit["subject"])])


def _subject(subject: str) -> str:
    return escape_markdown(shorten(subject, _SUBJECT))
