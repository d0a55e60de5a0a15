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

    def setup_cache(self) -> dict[str, float]:
        if not workload.supports("Bridge"):
            return {}
        marginal = dict.fromkeys(self.params, 0.0)
        for site, size in sites.one_more_session("english").items():
            marginal[_component(site)] += size
        return marginal

    def setup(self, marginal: dict[str, float], component: str) -> None:
        workload.api("Bridge")

    @in_unit("bytes/session")
    def track_marginal(self, marginal: dict[str, float], component: str) -> float:
        return marginal[component]


def _component(site: measure.Site | None) -> str:
    if site is None:
        return "unclassified"
    if site.file == workload.__file__:
        return "payload"
    module = Path(site.file).stem
    return module if module in _MODULES else "unclassified"
