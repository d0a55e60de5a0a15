"""Verdict: builds the document of a judgement, which the gate's reports are made of."""

from collections.abc import Iterable, Mapping

from asv_ledger import __version__
from asv_ledger.document import verdict_schema as schema
from asv_ledger.document.commits import describe_commit
from asv_ledger.document.scale import describe_many
from asv_ledger.model.gate import Change, Comparison, Failure
from asv_ledger.model.judgement import Judgement, Own
from asv_ledger.model.layout import Changed, Kind
from asv_ledger.model.scale import Scale
from asv_ledger.statuses import Status
from asv_ledger.text import clean_document

_OUTCOMES: Mapping[Status, schema.Outcome] = {
    Status.PASSED: "passed",
    Status.GREW: "grew",
    Status.NOT_MEASURED: "not measured",
    Status.FAILED: "failed",
}
_KINDS = list(Kind)
_NOTHING = Comparison((), 0, (), (), (), (None, None))


def describe_judgement(judgement: Judgement) -> schema.VerdictDocument:
    """Return the document of a judgement: every text in it is clean."""
    comparison, units = judgement.comparison or _NOTHING, judgement.units
    base, head = comparison.broken
    document: schema.VerdictDocument = {
        "schema_version": schema.SCHEMA_VERSION,
        "generated_by": f"asv-ledger {__version__}",
        "python": judgement.python,
        "verdict": None if judgement.comparison is None else _OUTCOMES[comparison.verdict],
        "status": int(judgement.status),
        "base": describe_commit(judgement.base),
        "head": describe_commit(judgement.head),
        "lacking": judgement.lacking,
        "accept": judgement.commands.accept,
        "same": comparison.same,
        "changes": [
            _describe_change(change, units, judgement.scale) for change in comparison.changes
        ],
        "failed": _describe_failures(comparison.failed),
        "missing": _describe_failures(comparison.missing),
        "added": [
            {
                "name": one.name,
                "unit": _find_unit(units, one.name),
                "value": one.value,
                "has_failed": one.has_failed,
            }
            for one in comparison.added
        ],
        "broken": {"base": base, "head": head},
        "measured_files": judgement.measured,
        "measuring": _describe_measuring(judgement.changed),
        "reaches": [
            {"path": one.path, "line": one.line, "what": one.what} for one in judgement.reaches
        ],
        "own": None if judgement.own is None else _describe_own(judgement.own, units),
    }
    return clean_document(document)


def _describe_change(
    change: Change, units: Mapping[str, str], scale: Scale | None
) -> schema.JudgedMetric:
    unit = _find_unit(units, change.name)
    return {
        "name": change.name,
        "unit": unit,
        "before": change.before,
        "after": change.after,
        "delta": change.delta,
        "scale": None if scale is None else describe_many(scale, unit, change.delta),
        "baseline": change.baseline,
        "accepted": change.accepted,
        "regression": change.is_regression,
    }


def _describe_failures(failures: Iterable[Failure]) -> list[schema.Failure]:
    return [{"name": one.name, "why": one.why} for one in failures]


def _describe_measuring(changed: Iterable[Changed]) -> list[schema.MeasuringFile]:
    """Return the files by what they are: first what can hide most."""
    ordered = sorted(changed, key=lambda one: (_KINDS.index(one.kind), one.path))
    return [{"path": one.path, "kind": one.kind.value, "how": one.how} for one in ordered]


def _describe_own(own: Own, units: Mapping[str, str]) -> schema.Own:
    return {
        "differences": [
            {
                "name": one.name,
                "unit": _find_unit(units, one.name),
                "before": one.before,
                "after": one.after,
            }
            for one in own.differences
        ],
        "failed": _describe_failures(own.failed),
        "broken": own.broken,
    }


def _find_unit(units: Mapping[str, str], name: str) -> str:
    return units.get(name.partition("(")[0], "")
