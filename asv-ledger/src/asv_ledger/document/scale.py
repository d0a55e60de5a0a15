"""Scale: what the documents say that a change of one thing makes to many."""

from asv_ledger.document.schema import Many
from asv_ledger.model.scale import Scale


def describe_many(scale: Scale, unit: str, delta: float) -> Many | None:
    """Return what a change makes to many things, None where its unit is not that of the scale."""
    if unit != scale.unit:
        return None
    return {"count": scale.count, "name": scale.name, "megabytes": scale.megabytes(delta)}
