"""Judging: what is found in an injected history, against what was injected."""

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
from evaluation.injected import NEUTRAL, REGRESSION, Injected, Line
from evaluation.scratch import Project


class Site(NamedTuple):
    """A line that a metric's bytes are allocated at, and how many more or less than before."""

    file: str | None
    line: int | None
    code: str | None
    delta: float


class Change(NamedTuple):
    """A change of an exact metric that is found; ``sites`` are None where not known."""

    metric: str
    delta: float
    sites: tuple[Site, ...] | None = None


Found = Mapping[str, list[Change]]  # by the hash of the commit


def read_ledger(project: Project) -> Found:
    """Return the changes that the ledger finds in the results, without their sites."""
    settings = read_settings(project.folder / "asv.conf.json")
    commits = read_commits(settings.repository)
    found: dict[str, list[Change]] = {}
    for series in read_series(settings.results, settings.exact).series:
        for change in find_changes(series, commits) if series.is_exact else ():
            found.setdefault(change.commit, []).append(Change(series.key.metric, change.delta))
    return found


def read_page(page: Path) -> Found:
    """Return the changes of exact metrics that ``asv publish`` wrote into memory.json."""
    return {
        change["commit"]: [
            Change(
                metric["name"],
                metric["delta"],
                None
                if metric["sites"] is None
                else tuple(Site(**site) for site in metric["sites"]),
            )
            for metric in change["metrics"]
            if metric["exact"]
        ]
        for change in json.loads(page.read_text())["changes"]
    }


def faults_of_commits(injected: Mapping[str, Injected], found: Found) -> Iterator[str]:
    """Iterate over what is wrong with the commits named, one line each.

    A neutral commit is named, another one is not, or is said to do something else. There is none
    where those that change memory are named for what they do, and nobody else.
    """
    named = {commit for commit, changes in found.items() if changes}
    for commit in named - injected.keys():
        yield f"{commit[:8]}: named, and not injected"
    for commit, one in injected.items():
        if (commit in named) != bool(one.metrics):
            verdict = "and named" if commit in named else "and not named"
            yield f"{commit[:8]} {one.subject}: {one.injects}, {verdict}"
            continue
        deltas = {change.metric: change.delta for change in found.get(commit, ())}
        for metric in one.metrics:
            delta = deltas.get(metric.name, 0)
            is_right = metric.varies and delta * metric.delta > 0
            if not is_right and not math.isclose(delta, metric.delta, abs_tol=1e-6):
                name = f"{commit[:8]} {one.subject}: {metric.name}"
                yield f"{name} changed by {delta}, not by {metric.delta}"


def faults_of_lines(
    injected: Mapping[str, Injected], found: Found, project: Project
) -> Iterator[str]:
    """Iterate over what is wrong with the lines that commits are named with, one line each.

    Attribution must sum to the change. A metric that a patch says to change must be attributed to
    the lines of the patch alone; each of them must be named for one of the metrics.
    """
    for commit, one in injected.items():
        said = {metric.name for metric in one.metrics}
        named: set[Line] = set()
        for change in found.get(commit, ()):
            if change.sites is None:
                continue
            name = f"{commit[:8]} {one.subject}: {change.metric}"
            total = sum(site.delta for site in change.sites)
            if not math.isclose(total, change.delta, abs_tol=1e-6):
                yield f"{name} is attributed {total}, not {change.delta}"
            # Where a line was rewritten, what it allocated before is there too, as less.
            same = [site for site in change.sites if site.delta * change.delta > 0]
            lines = {Line(str(site.file), str(site.code)) for site in same}
            named |= lines
            if change.metric in said and not lines <= set(one.lines):
                yield f"{name} is attributed to {sorted(lines - set(one.lines))}"
            yield from (
                f"{name}: {site.file}:{site.line} is not {site.code}"
                for site in same
                if not _stands(site, commit, project)
            )
        for line in one.lines:
            if line not in named:
                yield f"{commit[:8]} {one.subject}: no metric is attributed to {line}"


def _stands(site: Site, commit: str, project: Project) -> bool:
    """Return whether a site's code is at its line or, where it allocates no more, was before."""
    if site.file is None:
        return False
    revision = f"{commit}~1" if site.line is None else commit
    lines = [line.strip() for line in project.git("show", f"{revision}:{site.file}").splitlines()]
    if site.line is None:
        return site.code in lines
    return lines[site.line - 1 : site.line] == [site.code]


class Score(NamedTuple):
    """How many injected commits are named for growth of a metric, and how.

    Regressing ones are ``named`` by themselves, are ``in_range`` of commits that is named, or are
    ``missed``. ``false_alarms`` are neutral commits that are named. ``improving`` ones are counted
    where another metric grows with them.
    """

    named: int
    in_range: int
    missed: int
    false_alarms: int
    improving: int


def score(injected: Mapping[str, Injected], named: set[str], within: set[str]) -> Score:
    """Count the injected commits named by themselves, and those within ranges that are named."""
    regressing = {commit for commit, one in injected.items() if one.injects == REGRESSION}
    neutral = {commit for commit, one in injected.items() if one.injects == NEUTRAL}
    return Score(
        len(regressing & named),
        len(regressing & within - named),
        len(regressing - named - within),
        len(neutral & named),
        len(named & injected.keys() - neutral - regressing),
    )


def score_ledger(injected: Mapping[str, Injected], found: Found) -> Score:
    """Count the commits of which the ledger says that a metric grew."""
    named = {
        commit for commit, changes in found.items() if any(change.delta > 0 for change in changes)
    }
    return score(injected, named, set())


def score_asv(injected: Mapping[str, Injected], html: Path, benchmarks: str = "") -> Score:
    """Count the commits that asv's regression page names, for benchmarks that match a pattern.

    A regression is shown as steps of a metric, each at one commit or in a range of them.
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
    return score(injected, named, within)
