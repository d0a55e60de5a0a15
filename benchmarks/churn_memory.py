"""Whether anything grows while the number of sessions, and of messages kept, does not."""

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
        for evicted in (0, 7):
            bridge = _exchanges_at_full_window(evicted)
            assert len(bridge.session(workload.user(0)).history) == 2 * _WINDOW

    @in_unit("bytes/closed session")
    def track_leak_per_closed_session(self) -> float:
        return measure.marginal(_sessions_closed, *_CLOSED)

    @in_unit("bytes/exchange")
    def track_growth_at_full_window(self) -> float:
        return measure.marginal(_exchanges_at_full_window, 100, 200)


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
