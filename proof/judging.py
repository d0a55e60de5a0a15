"""Judging: what was found in a planted history, against what was planted."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from asv_ledger.config import read_settings
from asv_ledger.model.changes import find_changes
from asv_ledger.sources.commits import read_commits
from asv_ledger.sources.series import read_series
from proof.planting import Line, Planted
from proof.scratch import Project


class Cause(NamedTuple):
    """A line that a figure's bytes are allocated at, and how many more or less than before."""

    file: str | None
    line: int | None
    code: str | None
    bytes: float


class Figure(NamedTuple):
    """An exact figure that a commit was found to change; ``causes`` are None where not known."""

    benchmark: str
    parameters: tuple[str, ...]
    delta: float
    causes: tuple[Cause, ...] | None = None


Found = Mapping[str, list[Figure]]  # by the hash of the commit


def read_ledger(project: Project) -> Found:
    """Return the changes that the ledger finds in the results; their causes it leaves to others."""
    settings = read_settings(project.folder / "asv.conf.json")
    commits = read_commits(settings.repository)
    found: dict[str, list[Figure]] = {}
    for series in read_series(settings.results, settings.exact).series:
        for change in find_changes(series, commits) if series.is_exact else ():
            figure = Figure(series.key.benchmark, series.key.parameters, change.delta)
            found.setdefault(change.commit, []).append(figure)
    return found


def read_page(page: Path) -> Found:
    """Return the changes of exact figures that ``asv publish`` wrote into memory.json."""
    return {
        change["commit"]: [
            Figure(
                figure["benchmark"],
                tuple(figure["parameters"]),
                figure["delta"],
                None
                if figure["causes"] is None
                else tuple(Cause(**cause) for cause in figure["causes"]),
            )
            for figure in change["figures"]
            if figure["exact"]
        ]
        for change in json.loads(page.read_text())["changes"]
    }


def faults_of_commits(planted: Mapping[str, Planted], found: Found) -> Iterator[str]:
    """Tell each commit named that is innocent, guilty and not named, or said to do another thing.

    One line each: none where the guilty are named for what they did, and nobody else.
    """
    named = {commit for commit, figures in found.items() if figures}
    for commit in named - planted.keys():
        yield f"{commit[:8]}: named, and not planted"
    for commit, one in planted.items():
        if (commit in named) != one.is_guilty:
            verdict = "innocent, and named" if commit in named else "guilty, and not named"
            yield f"{commit[:8]} {one.subject}: {verdict}"
            continue
        deltas = {(figure[0], figure[1]): figure.delta for figure in found.get(commit, ())}
        for growth in one.growth:
            told = deltas.get((growth.benchmark, growth.parameters), 0)
            is_right = growth.varies and told * growth.delta > 0
            if not is_right and not math.isclose(told, growth.delta, abs_tol=1e-6):
                figure = " ".join((growth.benchmark, *growth.parameters))
                yield f"{commit[:8]} {one.subject}: {figure} grew by {told}, not by {growth.delta}"


def faults_of_lines(
    planted: Mapping[str, Planted], found: Found, project: Project
) -> Iterator[str]:
    """Tell each guilty commit for which other lines are named than those that were planted.

    Causes must sum to what they cause. A figure said to change by so much must be caused by the
    planted lines alone; each of them must be named for one of the figures.
    """
    for commit, one in planted.items():
        said = {(growth.benchmark, growth.parameters) for growth in one.growth}
        named: set[Line] = set()
        for figure in found.get(commit, ()):
            if figure.causes is None:
                continue
            name = f"{commit[:8]} {one.subject}: {figure.benchmark}"
            total = sum(cause.bytes for cause in figure.causes)
            if not math.isclose(total, figure.delta, abs_tol=1e-6):
                yield f"{name} has causes of {total}, not of {figure.delta}"
            # Where a line was rewritten, what it allocated before is a cause too, of less.
            guilty = [cause for cause in figure.causes if cause.bytes * figure.delta > 0]
            lines = {Line(str(cause.file), str(cause.code)) for cause in guilty}
            named |= lines
            if (figure.benchmark, figure.parameters) in said and not lines <= set(one.lines):
                yield f"{name} is caused by {sorted(lines - set(one.lines))}"
            yield from (
                f"{name}: {cause.file}:{cause.line} is not {cause.code}"
                for cause in guilty
                if not _stands(cause, commit, project)
            )
        for line in one.lines:
            if line not in named:
                yield f"{commit[:8]} {one.subject}: no figure is caused by {line}"


def _stands(cause: Cause, commit: str, project: Project) -> bool:
    """Return whether a cause's code is at its line or, where it allocates no more, was before."""
    if cause.file is None:
        return False
    revision = f"{commit}~1" if cause.line is None else commit
    lines = [line.strip() for line in project.git("show", f"{revision}:{cause.file}").splitlines()]
    if cause.line is None:
        return cause.code in lines
    return lines[cause.line - 1 : cause.line] == [cause.code]


class Score(NamedTuple):
    """How many planted commits were named for growth of a figure, and how.

    Those that grow a figure are ``named`` by themselves, are in a ``range`` of commits that was
    named, or are ``missed``. ``innocent`` commits should not have been named. Those planted to make
    figures shrink are counted as ``shrinking`` where another figure was found to grow.
    """

    named: int
    range: int
    missed: int
    innocent: int
    shrinking: int


def score(planted: Mapping[str, Planted], named: set[str], within: set[str]) -> Score:
    """Count the planted commits named by themselves, and those within ranges that were named."""
    growing = {commit for commit, one in planted.items() if one.grows}
    guilty = {commit for commit, one in planted.items() if one.is_guilty}
    return Score(
        len(growing & named),
        len(growing & within - named),
        len(growing - named - within),
        len(named & planted.keys() - guilty),
        len(named & guilty - growing),
    )


def score_ledger(planted: Mapping[str, Planted], found: Found) -> Score:
    """Count the commits for which the ledger tells a figure that grew."""
    named = {
        commit for commit, figures in found.items() if any(figure.delta > 0 for figure in figures)
    }
    return score(planted, named, set())


def score_asv(planted: Mapping[str, Planted], html: Path, benchmarks: str = "") -> Score:
    """Count the commits that asv's regression page names, for benchmarks that match a pattern.

    A regression is told as steps of a figure, each at one commit or in a range of them.
    """
    revisions = json.loads((html / "index.json").read_text())["revision_to_hash"]
    commits = {int(revision): commit for revision, commit in revisions.items()}
    named: set[str] = set()
    within: set[str] = set()
    for entry, _, _, _, _, _, steps in json.loads((html / "regressions.json").read_text())[
        "regressions"
    ]:
        if not re.search(benchmarks, entry.partition("(")[0]):
            continue
        for before, after, _, _ in steps:
            if before is None:
                named.add(commits[after])
            else:
                within |= {commits[place] for place in commits if before < place <= after}
    return score(planted, named, within)
