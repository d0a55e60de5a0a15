"""Whether anything grows while the number of sessions, and of messages kept, does not."""

from functools import partial
from typing import Any

from benchmarks import measure, workload
from benchmarks.units import in_unit

_STANDING = 20  # sessions open at any time
# Whole rooms, so that those standing fill their rooms alike at both sizes.
_CLOSED = (6 * workload.ROOM_SIZE, 12 * workload.ROOM_SIZE)
_WINDOW = 5  # exchanges: half of the ten after which the texts repeat


class Churn:
    """What a closed session, and an exchange that evicts the oldest, leave behind: nothing.

    Exact, so that a leak of one byte shows; what grows without being kept by the bridge shows too.
    """

    version = "1"

    def setup(self) -> None:
        workload.settle()
        assert len(_sessions_closed(7)) == _STANDING
        # Full is a window that gets no longer. How many messages that takes is HistoryWindow's.
        kept, kept_later = (
            len(_exchanges_at_full_window(evicted).session(workload.user(0)).history)
            for evicted in (7, 14)
        )
        assert 2 * _WINDOW <= kept == kept_later

    @in_unit("bytes/closed session")
    def track_leak_per_closed_session(self) -> float:
        return measure.marginal(_sessions_closed, *_CLOSED)

    @in_unit("bytes/exchange")
    def track_growth_at_full_window(self) -> float:
        return measure.marginal(_exchanges_at_full_window, 100, 200)


class SteadyState:
    """What a session holds after users arrived, talked and left at random for a long time.

    Of 200 sessions, all of them open or all but those who talk, one in 20, folded. What fleets of
    10,000 like these reside in is SteadyFleet's and RollingFleet's figure.
    """

    params = ("open", "folded")
    param_names = ("sessions",)
    version = "1"

    def setup(self, sessions: str) -> None:
        workload.api("Bridge.fold" if sessions == "folded" else "Bridge")
        workload.settle()

    @in_unit("bytes/session")
    def track_live(self, sessions: str) -> float:
        folded = sessions == "folded"
        population = workload.rolling_population if folded else workload.steady_population
        return measure.live(partial(population, 200)) / 200


def _sessions_closed(closed: int) -> Any:
    """Return a bridge on which so many sessions came and went, the longest open first."""
    bridge = workload.open_bridge()
    for session in range(closed + _STANDING):
        workload.exchange(bridge, session, "Is seat # free?", "Yes, # is free.")
        if session >= _STANDING:
            bridge.close(workload.user(session - _STANDING))
    return bridge


def _exchanges_at_full_window(exchanges: int) -> Any:
    """Return a bridge of one session that evicted so many exchanges from its window."""
    return workload.population(1, exchanges=_WINDOW + exchanges, history_window=_WINDOW)
