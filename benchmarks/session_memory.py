"""What sessions cost: the published table, and what one more session adds."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from asv_ledger import lenses
from asv_ledger.lenses import exact
from benchmarks import workload


class Cost(NamedTuple):
    """What OneMoreSession measures: bytes a session twice, and the bytes of an empty bridge."""

    marginal: float
    allocated: float
    fixed: float


class Sessions:
    """The published table: a bridge of a few sessions of 20 messages, and nothing else.

    The few sessions carry the bridge's fixed costs: compare sizes within a column, and take what
    one more session costs from OneMoreSession.
    """

    params = (1, 5, 10, 20, 50, 100)
    param_names = ("sessions",)
    version = "1"

    @lenses.with_intervals
    def setup_cache(self) -> dict[int, float]:
        if not workload.supports("Bridge"):
            return {}
        return {sessions: _live(sessions) for sessions in self.params}

    def setup(self, live: dict[int, float], sessions: int) -> None:
        workload.api("Bridge")

    @exact(unit="bytes")
    def track_live(self, live: dict[int, float], sessions: int) -> float:
        return live[sessions]

    @exact(unit="bytes/session")
    def track_live_per_session(self, live: dict[int, float], sessions: int) -> float:
        return live[sessions] / sessions


class OneMoreSession:
    """What one more session of 20 messages costs: the headline metric.

    Measured from 16 to 32 sessions, so the registry and the user's name are in it, and what a
    bridge costs without sessions is not. ``track_allocated`` adds what the allocator rounds up.
    """

    params = workload.PAYLOADS
    param_names = ("payload",)
    version = "1"

    @lenses.with_intervals
    def setup_cache(self) -> dict[str, Cost]:
        if not workload.supports("Bridge"):
            return {}
        return {payload: _one_more(payload) for payload in self.params}

    def setup(self, costs: dict[str, Cost], payload: str) -> None:
        workload.api("Bridge")

    @exact(unit="bytes/session")
    def track_marginal(self, costs: dict[str, Cost], payload: str) -> float:
        return costs[payload].marginal

    @exact(unit="bytes/session")
    def track_allocated(self, costs: dict[str, Cost], payload: str) -> float:
        return costs[payload].allocated

    @exact(unit="bytes")
    def track_fixed(self, costs: dict[str, Cost], payload: str) -> float:
        return costs[payload].fixed

    @exact(unit="held bytes/payload byte")
    def track_overhead(self, costs: dict[str, Cost], payload: str) -> float:
        return costs[payload].marginal / workload.payload_bytes(payload)


class FoldedSession:
    """What one more session of 20 messages costs while its user is quiet and it is folded.

    The texts of a session do not repeat each other, but for the number they all hold.
    """

    params = workload.PAYLOADS
    param_names = ("payload",)
    version = "1"

    def setup(self, payload: str) -> None:
        workload.api("Bridge.fold")
        bridge = workload.folded_population(2, payload)
        assert bridge.fold() == 0
        assert all(len(bridge.session(user).history) == 20 for user in bridge)

    @exact(unit="bytes/session")
    def track_marginal(self, payload: str) -> float:
        build = partial(workload.folded_population, payload=payload)
        return lenses.marginal(build, workload.LOW, workload.HIGH)


class ManySessions:
    """What one more session of one exchange costs on a bridge of thousands: 4,096 to 8,192.

    What only large registries pay shows here, and nowhere else that is exact.
    """

    version = "1"

    def setup(self) -> None:
        assert len(_opened(3)) == 3

    @exact(unit="bytes/session")
    def track_marginal(self) -> float:
        return lenses.marginal(_opened, 4_096, 8_192)


class WorkingPeak:
    """The peak of what is allocated while a bridge works, to the byte.

    While 16 sessions of 20 messages are opened; while one with a full window of 50 takes long
    messages; while its window is read; and while it is folded and unfolded. What stays is in it
    too: what a commit adds here and nowhere else was given back.
    """

    params = ("open", "exchange", "read", "fold")
    param_names = ("work",)
    version = "1"

    def setup(self, work: str) -> None:
        # Older bridges keep texts of times: by chance, a cache keeps some more of them alive.
        workload.api("Bridge.fold")
        assert len(_WORK[work]()) in (1, workload.LOW)

    @exact(unit="bytes")
    def track_most(self, work: str) -> float:
        return lenses.peak(_WORK[work])


class SessionPeak:
    """The peak RSS of the whole process while sessions are opened; 0 sessions is the control.

    What a size adds is its peak minus the control's. Start-up hides about the first megabyte, and
    the kernel deals in pages: below 1,000 sessions the metric says little, at 10,000 about 1 %.
    """

    params = (0, 1, 5, 10, 20, 50, 100, 1_000, 10_000)
    param_names = ("sessions",)
    version = "1"

    def setup(self, sessions: int) -> None:
        assert len(workload.population(min(sessions, 1))) == min(sessions, 1)

    def peakmem_open(self, sessions: int) -> None:
        workload.population(sessions)


def _live(sessions: int) -> float:
    bridge = workload.population(sessions)
    assert len(bridge) == sessions
    assert all(len(bridge.session(user).history) == 20 for user in bridge)
    return lenses.live(partial(workload.population, sessions))


def _one_more(payload: str) -> Cost:
    build = partial(workload.population, payload=payload)
    history = build(2).session(workload.user(1)).history
    assert len(history) == 20
    assert sum(len(m.content.encode()) for m in history) == workload.payload_bytes(payload)
    return Cost(
        marginal=lenses.marginal(build, workload.LOW, workload.HIGH),
        allocated=lenses.marginal(build, workload.LOW, workload.HIGH, lenses.allocated),
        fixed=lenses.live(lambda: build(0)),
    )


def _opened(sessions: int) -> Any:
    return workload.population(sessions, exchanges=1)


def _long_talk(exchanges: int = 60) -> Any:
    return workload.population(
        1, exchanges, text=workload.long_message, history_window=50, fold_after=1.0
    )


def _read() -> Any:
    bridge = _long_talk(50)
    list(bridge.session(workload.user(0)).history)
    return bridge


def _fold() -> Any:
    bridge = _long_talk(50)
    while not bridge.fold():  # the clock goes on
        pass
    workload.exchange(bridge, 0, "Is seat # free?", "Yes, # is free.")
    return bridge


_WORK: dict[str, Callable[[], Any]] = {
    "open": partial(workload.population, workload.LOW),
    "exchange": _long_talk,
    "read": _read,
    "fold": _fold,
}
