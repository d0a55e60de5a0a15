"""What crisis tracking costs, and whether a recovery leaves anything behind."""

from functools import partial
from itertools import islice
from typing import Any

from asv_ledger import lenses
from asv_ledger.lenses import exact
from benchmarks import workload

# As long as each other: the two bridges then hold the same bytes. And so long that a bridge has no
# room left in a session that it fills up.
_FLAGGED = 20 * "red flag. "
_CALM = 20 * "blue sky. "


class CrisisStates:
    """The published metric: 10,000 states in a list, each after a flagged turn of its own time.

    ``track_per_instance`` shares the list among them, which keeps room for more; what one more
    costs, in a tuple, is ``track_marginal``: the state, and 8 bytes for its index.
    """

    params = (10_000,)
    param_names = ("instances",)
    version = "1"

    @lenses.with_intervals
    def setup_cache(self) -> dict[int, float]:
        if not workload.supports("CrisisState"):
            return {}
        return {instances: lenses.live(partial(_states, instances)) for instances in self.params}

    def setup(self, live: dict[int, float], instances: int) -> None:
        assert len(set(_states(100))) == 100

    @exact(unit="bytes")
    def track_live(self, live: dict[int, float], instances: int) -> float:
        return live[instances]

    @exact(unit="bytes/instance")
    def track_per_instance(self, live: dict[int, float], instances: int) -> float:
        return live[instances] / instances

    @exact(unit="bytes/instance")
    def track_marginal(self, live: dict[int, float], instances: int) -> float:
        return lenses.marginal(lambda count: tuple(_states(count)), 1_000, 2_000)

    def peakmem_create(self, live: dict[int, float], instances: int) -> None:
        _states(instances)


class Recovery:
    """What a session keeps of a crisis it has recovered from: nothing.

    Two bridges hold the same messages; in one of them every user was in crisis before.
    """

    version = "2"

    def setup(self) -> None:
        bridge = _open_bridge()
        assert _talk(bridge, 0, _FLAGGED) == [False, False, True]
        assert bridge.session(workload.user(0)).crisis.is_escalated
        assert _talk(bridge, 0, _CALM) == [False, False, False]
        assert not bridge.session(workload.user(0)).crisis.is_escalated

    @exact(unit="bytes/session")
    def track_residue(self) -> float:
        recovered = lenses.live(partial(_recovered, _FLAGGED))
        never_in_crisis = lenses.live(partial(_recovered, _CALM))
        return (recovered - never_in_crisis) / workload.LOW


def _states(instances: int) -> list[Any]:
    calm = workload.api("CrisisState")()
    times = workload.times()
    return [calm.observe(True, time) for time in islice(times, instances)]


def _open_bridge() -> Any:
    return workload.open_bridge(history_window=3, indicators=("red flag",))


def _talk(bridge: Any, session: int, text: str) -> list[bool]:
    """Let a user say a text three times; return whether the crisis resources were due each time."""
    due = []
    for _ in range(3):
        due.append(bridge.receive(workload.user(session), text))
        bridge.reply(workload.user(session), text)
    return due


def _recovered(before: str) -> object:
    bridge = _open_bridge()
    for session in range(workload.LOW):
        _talk(bridge, session, before)
        _talk(bridge, session, _CALM)
    return bridge
