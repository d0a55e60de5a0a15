"""What a session is made of: the cost of one more, by the module that allocated it."""

import os
from pathlib import Path

from asv_ledger import lenses
from asv_ledger.lenses import exact
from benchmarks import workload

_MODULES = (
    "bridge",
    "crisis",
    "errors",
    "history",
    "limits",
    "message",
    "packed",
    "room",
    "session",
)


class Components:
    """One more english session, by component: the parts sum exactly to OneMoreSession.

    A module stands for the blocks that its code allocated, ``payload`` for the texts and names
    handed in, ``unclassified`` for all else: where it is not 0, a module is missing here.
    """

    params = (*_MODULES, "payload", "unclassified")
    param_names = ("component",)
    version = "1"

    @lenses.with_intervals
    def setup_cache(self) -> dict[str, lenses.Bytes]:
        if not workload.supports("Bridge"):
            return {}
        with lenses.by_site(_roots()):
            session = lenses.marginal(workload.population, workload.LOW, workload.HIGH)
        assert isinstance(session, lenses.Bytes)
        return {component: _part(session, component) for component in self.params}

    def setup(self, marginal: dict[str, lenses.Bytes], component: str) -> None:
        workload.api("Bridge")

    @exact(unit="bytes/session")
    def track_marginal(self, marginal: dict[str, lenses.Bytes], component: str) -> float:
        return marginal[component]


def _roots() -> tuple[str, str]:
    """Return what the paths of the bridge's files begin with, and the path of the workload."""
    package = Path(workload.api("__file__")).parent
    return f"{package}{os.sep}", workload.__file__


def _part(session: lenses.Bytes, component: str) -> lenses.Bytes:
    sizes = {site: size for site, size in session.sites.items() if _component(site) == component}
    return lenses.Bytes(sum(sizes.values()), sizes)


def _component(site: lenses.AllocationSite | None) -> str:
    if site is None:
        return "unclassified"
    if site.file == workload.__file__:
        return "payload"
    module = Path(site.file).stem
    return module if module in _MODULES else "unclassified"
