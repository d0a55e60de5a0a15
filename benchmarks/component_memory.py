"""What a session is made of: the cost of one more, by the module that allocated it."""

from pathlib import Path

from benchmarks import measure, sites, workload
from benchmarks.units import in_unit

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

    @measure.with_intervals
    def setup_cache(self) -> dict[str, measure.Bytes]:
        if not workload.supports("Bridge"):
            return {}
        workload.settle()
        with measure.by_site(sites.roots()):
            session = measure.marginal(workload.population, workload.LOW, workload.HIGH)
        assert isinstance(session, measure.Bytes)
        return {component: _part(session, component) for component in self.params}

    def setup(self, marginal: dict[str, measure.Bytes], component: str) -> None:
        workload.api("Bridge")

    @in_unit("bytes/session")
    def track_marginal(self, marginal: dict[str, measure.Bytes], component: str) -> float:
        return marginal[component]


def _part(session: measure.Bytes, component: str) -> measure.Bytes:
    sizes = {site: size for site, size in session.sites.items() if _component(site) == component}
    return measure.Bytes(sum(sizes.values()), sizes)


def _component(site: measure.Site | None) -> str:
    if site is None:
        return "unclassified"
    if site.file == workload.__file__:
        return "payload"
    module = Path(site.file).stem
    return module if module in _MODULES else "unclassified"
