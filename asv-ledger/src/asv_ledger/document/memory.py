"""Memory: builds the document that memory.json holds, from the model."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby

from asv_ledger import __version__
from asv_ledger.config import Settings
from asv_ledger.document import schema, tables
from asv_ledger.document.commits import describe_commit
from asv_ledger.document.parameters import parse_parameters
from asv_ledger.document.scale import describe_many
from asv_ledger.model import attribution, changes
from asv_ledger.model.commits import Commit, find_last_tag
from asv_ledger.model.history import History
from asv_ledger.model.scale import Scale
from asv_ledger.model.series import Interval, Series
from asv_ledger.text import clean_document

LISTED = 12  # suspects of a change, and commits of a drift

# Returns the allocation sites of an exact change, None where they are not known.
Explain = Callable[[changes.Change], Sequence[attribution.Site] | None]


def describe(
    project: str,
    history: History,
    series: Sequence[Series],
    settings: Settings,
    explain: Explain,
    *,
    outside: Sequence[str] = (),
    sections: Sequence[schema.Section] = (),
    within: Collection[str] | None = None,
) -> schema.Memory:
    """Return the document of a project: every text in it is clean.

    ``outside`` are commits with results that are not of the history, ``sections`` what the project
    adds. ``within`` are the commits that are told of, None for all; a change is told where one of
    them can have done it, and no drift is, which is none of some commits.
    """
    wanted = history.keys() if within is None else history.keys() & within
    exact = [one for one in series if one.is_exact]
    values = set(chain.from_iterable(one.values for one in exact))
    measured = [name for name in history if name in values and name in wanted]
    python = tables.choose_python(exact, measured, settings.python)
    environment = tables.choose_environment(exact, measured, python)
    metrics = tables.choose(series, python, environment, measured)
    found = (change for one in exact for change in changes.find_changes(one, history))
    steps = (step for step in all_steps(series, history, settings) if step.commit in wanted)
    document: schema.Memory = {
        "schema_version": schema.SCHEMA_VERSION,
        "generated_by": f"asv-ledger {__version__}",
        "project": project,
        "commit": measured[-1] if measured else None,
        "python": python,
        "environment": environment,
        "summary": {
            name: tables.evaluate(metrics, quantity) for name, quantity in settings.summary.items()
        },
        "tables": {
            "commits": [_describe_measured(history[name], history.tags) for name in measured],
            "headline": tables.lines(metrics, settings.headline),
            "parts": tables.lines(metrics, settings.parts),
            "published": [
                tables.table(metrics, title, benchmarks)
                for title, benchmarks in (settings.tables or tables.classes(metrics)).items()
            ],
            "steps": list(_describe_steps(steps, history, settings.scale)),
        },
        "changes": describe_changes(
            (change for change in found if not wanted.isdisjoint(change.suspects)),
            history,
            explain,
            settings.scale,
        ),
        "drift": (
            _describe_drifts(exact, history, settings.scale) if within is None and history else []
        ),
        "failed": [one for one in _describe_failed(exact, history) if one["commit"] in wanted],
        "inexact": [one for one in _describe_inexact(exact, history) if one["commit"] in wanted],
        "outside": list(outside),
        "sections": list(sections),
    }
    return clean_document(document)


def describe_changes(
    found: Iterable[changes.Change],
    commits: Mapping[str, Commit],
    explain: Explain,
    scale: Scale | None,
) -> list[schema.Change]:
    """Return what exact metrics did, by commit, the newest first."""
    return [
        {
            **describe_commit(commits[one.commit]),
            "measured_at": one.reading,
            "unmeasured": _describe_range(one.unmeasured),
            "suspects": [describe_commit(commits[name]) for name in one.suspects[-LISTED:]],
            "metrics": [_describe_change(change, explain(change), scale) for change in group],
        }
        for one, group in _by_commit(found, commits)
    ]


def all_steps(
    series: Iterable[Series], history: History, settings: Settings
) -> Iterator[changes.Change]:
    """Iterate over the steps of all noisy series, those that branches have in common once."""
    for one in series:
        if not one.is_exact:
            threshold = settings.threshold(one.key.metric)
            steps = (
                step
                for branch in history.branches.values()
                for step in changes.find_steps(one, history, branch, threshold)
            )
            yield from {(step.ancestor, step.commit): step for step in steps}.values()


def _describe_measured(commit: Commit, tags: Mapping[str, str]) -> schema.MeasuredCommit:
    names = sorted(tag for tag, name in tags.items() if name == commit.hash)
    return {**describe_commit(commit), "tags": names}


def _describe_range(commits: Sequence[str]) -> schema.Range | None:
    if not commits:
        return None
    return {"count": len(commits), "first": commits[0], "last": commits[-1]}


def _describe_steps(
    steps: Iterable[changes.Change], commits: Mapping[str, Commit], scale: Scale | None
) -> Iterator[schema.Step]:
    """Iterate over the steps of noisy metrics: what asv's fit takes for one has no known site."""
    for one, group in _by_commit(steps, commits):
        yield {
            **describe_commit(commits[one.commit]),
            "unmeasured": _describe_range(one.unmeasured),
            "metrics": [_describe_change(step, None, scale) for step in group],
        }


def _by_commit(
    found: Iterable[changes.Change], commits: Mapping[str, Commit]
) -> Iterator[tuple[changes.Change, list[changes.Change]]]:
    """Iterate over changes by the commits that can have done them, with the first of each group."""
    places = {name: place for place, name in enumerate(commits)}
    ordered = sorted(
        found,
        key=lambda one: (-places[one.commit], one.unmeasured, -places[one.reading], one.series.key),
    )
    for _, group in groupby(ordered, lambda one: (one.suspects, one.reading)):
        alike = list(group)
        yield alike[0], alike


def _describe_change(
    change: changes.Change, sites: Sequence[attribution.Site] | None, scale: Scale | None
) -> schema.MetricChange:
    return {
        **_describe_growth(change.series, change.before, change.after, scale),
        "exact": change.series.is_exact,
        "interval": None if change.interval is None else _describe_interval(change.interval),
        "sites": None if sites is None else [_describe_site(site) for site in sites],
    }


def _describe_interval(interval: Interval) -> schema.Interval:
    return {"low": interval.low, "high": interval.high}


def _describe_site(site: attribution.Site) -> schema.Site:
    return {"file": site.file, "line": site.line, "code": site.code, "delta": site.size}


def _describe_growth(
    series: Series, before: float, after: float, scale: Scale | None
) -> schema.Growth:
    delta = after - before
    return {
        **_describe_metric(series),
        "before": before,
        "after": after,
        "delta": delta,
        "percent": 100 * delta / before if before else None,
        "scale": None if scale is None else _describe_at_scale(scale, series, before, after),
    }


def _describe_metric(series: Series) -> schema.Metric:
    return {
        "name": series.key.metric,
        "benchmark": series.key.benchmark,
        "parameters": parse_parameters(series.key.parameters),
        "environment": series.key.environment,
        "unit": series.unit,
    }


def _describe_at_scale(
    scale: Scale, series: Series, before: float, after: float
) -> schema.AtScale | None:
    many = describe_many(scale, series.unit, after - before)
    if many is None:
        return None
    is_whole = before > 0 < after and not series.is_part
    return {**many, "per_gigabyte": scale.per_gigabyte(after) if is_whole else None}


def _describe_drifts(
    exact: Sequence[Series], history: History, scale: Scale | None
) -> list[schema.Drift]:
    since, start = find_last_tag(history.tags, history)
    return [
        {
            **_describe_growth(drift.series, drift.before, drift.after, scale),
            "since": since,
            "changes": len(drift.changes),
            "commits": [
                {**describe_commit(history[change.commit]), "delta": change.delta}
                for change in drift.changes[:LISTED]
            ],
        }
        for drift in changes.find_drifts(exact, history, start)
    ]


def _describe_failed(exact: Sequence[Series], history: History) -> Iterator[schema.Failed]:
    for name, lacking in reversed(changes.find_failed(exact, history).items()):
        yield {
            **describe_commit(history[name]),
            "failed": len(lacking),
            "of": len(exact),
            "benchmarks": sorted({one.key.benchmark for one in lacking}),
        }


def _describe_inexact(exact: Sequence[Series], history: History) -> Iterator[schema.Inexact]:
    found = chain.from_iterable(changes.find_inexactness(one, history) for one in exact)
    for name, of_commit in reversed(changes.by_start(found, history).items()):
        yield {
            **describe_commit(history[name]),
            "metrics": [
                {
                    **_describe_metric(one.series),
                    "interval": _describe_interval(one.interval),
                    "from_first": one.unmeasured is None,
                    "unmeasured": _describe_range(one.unmeasured or ()),
                    "until": one.until,
                }
                for one in of_commit
            ],
        }
