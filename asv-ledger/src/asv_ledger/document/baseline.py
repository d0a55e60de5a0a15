"""Baseline: builds the document of what changes in the baseline of a version of Python."""

from collections.abc import Mapping

from asv_ledger.document.verdict_schema import BaselineChanges
from asv_ledger.model.baseline import find_differences


def describe_baseline(
    python: str, before: Mapping[str, float], after: Mapping[str, float]
) -> BaselineChanges:
    """Return which exact metrics are not what was accepted, by name."""
    return {
        "python": python,
        "metrics": len(before.keys() | after.keys()),
        "changes": [
            {"name": one.name, "before": one.before, "after": one.after}
            for one in find_differences(before, after)
        ],
    }
