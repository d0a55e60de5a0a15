"""Memory: all that the published pages tell, as one value that JSON can hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import Any

from asv_ledger.config import Settings
from asv_ledger.document import tables
from asv_ledger.document.sections import Section
from asv_ledger.model.attribution import Site
from asv_ledger.model.changes import (
    Change,
    Drift,
    by_start,
    find_changes,
    find_drifts,
    find_failed,
    find_inexactness,
    find_steps,
)
from asv_ledger.model.commits import Commit, find_last_tag
from asv_ledger.model.history import History
from asv_ledger.model.series import Series
from asv_ledger.render.terminal import Explain, fleet_of, identify
from asv_ledger.text import clean_document

SUSPECTS = 12  # commits of a range that are told one by one


def describe(
    project: str,
    history: History,
    series: Sequence[Series],
    settings: Settings,
    explain: Explain,
    *,
    outside: Sequence[str] = (),
    sections: Sequence[Section] = (),
) -> dict[str, Any]:
    """Return what the pages tell, by the keys of memory.json: every text in it is clean.

    ``explain`` returns the sites of an exact change, None where they are not known; ``outside``
    are commits with results that are not of the history, ``sections`` what the project adds.
    """
    commits = history
    exact = [one for one in series if one.is_exact]
    values = set(chain.from_iterable(one.values for one in exact))
    measured = [name for name in commits if name in values]
    python = tables.choose_python(exact, measured, settings.python)
    environment = tables.choose_environment(exact, measured, python)
    metrics = tables.choose(series, python, environment, measured)
    since, start = find_last_tag(history.tags, commits)
    changes = [change for one in exact for change in find_changes(one, commits)]
    steps = list(all_steps(series, history, settings))
    document = {
        "project": project,
        "commit": measured[-1] if measured else None,
        "python": python,
        "environment": environment,
        "summary": {
            name: tables.evaluate(metrics, quantity) for name, quantity in settings.summary.items()
        },
        "tables": {
            "commits": [_describe_commit(commits[name], history.tags) for name in measured],
            "headline": tables.lines(metrics, settings.headline),
            "parts": tables.lines(metrics, settings.parts),
            "published": [
                tables.table(metrics, title, benchmarks)
                for title, benchmarks in (settings.tables or tables.classes(metrics)).items()
            ],
            "steps": list(_describe_changes(steps, commits, _unknown)),
        },
        "changes": list(_describe_changes(changes, commits, explain)),
        "drift": [
            _describe_drift(drift, since, commits) for drift in find_drifts(exact, commits, start)
        ],
        "gaps": list(_describe_gaps(exact, commits))[::-1],
        "inexact": list(_describe_inexact(exact, commits))[::-1],
        "outside": list(outside),
        "sections": list(sections),
    }
    return dict(clean_document(document))


def all_steps(series: Iterable[Series], history: History, settings: Settings) -> Iterator[Change]:
    """Iterate over the steps of all noisy series, those that branches have in common once."""
    for one in series:
        if not one.is_exact:
            threshold = settings.threshold(one.key.metric)
            steps = (
                step
                for branch in history.branches.values()
                for step in find_steps(one, history, branch, threshold)
            )
            yield from {(step.ancestor, step.commit): step for step in steps}.values()


def _describe_commit(commit: Commit, tags: Mapping[str, str]) -> dict[str, Any]:
    names = sorted(tag for tag, name in tags.items() if name == commit.hash)
    return _identify_commit(commit) | {"tags": names}


def _identify_commit(commit: Commit) -> dict[str, Any]:
    return {
        "commit": commit.hash,
        "subject": commit.subject,
        "date": commit.date.isoformat(),
    }


def _unknown(_: Change) -> None:
    """Explain nothing: what asv's fit takes for a step may be noise."""


def _describe_changes(
    changes: Iterable[Change], commits: Mapping[str, Commit], explain: Explain
) -> Iterator[dict[str, Any]]:
    """Iterate over the commits that changed a metric, the newest first."""
    places = {name: place for place, name in enumerate(commits)}
    ordered = sorted(
        changes,
        key=lambda one: (-places[one.commit], one.unmeasured, -places[one.reading], one.series.key),
    )
    for (name, unmeasured, reading), group in groupby(
        ordered, lambda one: (one.commit, one.unmeasured, one.reading)
    ):
        yield _identify_commit(commits[name]) | {
            "measured_at": reading,
            "unmeasured": list(unmeasured),
            "suspects": [_identify_commit(commits[one]) for one in (*unmeasured, name)[-SUSPECTS:]],
            "metrics": [_describe_change(change, explain(change)) for change in group],
        }


def _describe_change(change: Change, sites: Sequence[Site] | None) -> dict[str, Any]:
    fleet = fleet_of(change)
    return {
        **identify(change.series),
        "exact": change.series.is_exact,
        "interval": None if change.interval is None else list(change.interval),
        **_describe_growth(change.before, change.after),
        "fleet": None if fleet is None else fleet._asdict(),
        "sites": None if sites is None else [_describe_site(site) for site in sites],
    }


def _describe_site(site: Site) -> dict[str, Any]:
    return {"file": site.file, "line": site.line, "code": site.code, "bytes": site.size}


def _describe_growth(before: float, after: float) -> dict[str, Any]:
    delta = after - before
    return {
        "before": before,
        "after": after,
        "delta": delta,
        "percent": 100 * delta / before if before else None,
    }


def _describe_drift(drift: Drift, since: str, commits: Mapping[str, Commit]) -> dict[str, Any]:
    return {
        "since": since,
        **identify(drift.series),
        **_describe_growth(drift.before, drift.after),
        "commits": [
            {
                "commit": change.commit,
                "subject": commits[change.commit].subject,
                "delta": change.delta,
            }
            for change in drift.changes
        ],
    }


def _describe_gaps(
    exact: Sequence[Series], commits: Mapping[str, Commit]
) -> Iterator[dict[str, Any]]:
    for name, lacking in find_failed(exact, commits).items():
        yield _identify_commit(commits[name]) | {
            "failed": len(lacking),
            "of": len(exact),
            "benchmarks": sorted({one.key.benchmark for one in lacking}),
        }


def _describe_inexact(
    exact: Sequence[Series], commits: Mapping[str, Commit]
) -> Iterator[dict[str, Any]]:
    inexact = chain.from_iterable(find_inexactness(one, commits) for one in exact)
    for name, found in by_start(inexact, commits).items():
        yield _identify_commit(commits[name]) | {
            "metrics": [
                identify(one.series)
                | {
                    "interval": list(one.interval),
                    "until": one.until,
                    "unmeasured": None if one.unmeasured is None else list(one.unmeasured),
                }
                for one in found
            ]
        }
