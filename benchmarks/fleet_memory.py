"""What a session costs in resident memory, at the size of a fleet: measured, not extrapolated."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks import measure, workload
from benchmarks.units import in_unit


class Fleet:
    """The growth of a fresh process that opens so many sessions of 20 messages, per session.

    It sees what live bytes cannot: fragmentation, free lists, the allocator's own. It is not exact:
    the kernel deals in pages, some 1 % of the figure at 1,000 sessions. 100,000 sessions and more
    take minutes and gigabytes: set FLEET_SESSIONS to the largest size wanted to measure them.
    """

    params = (1_000, 10_000, 100_000, 1_000_000)
    param_names = ("sessions",)
    version = "3"
    timeout = 3_600

    def setup_cache(self) -> dict[int, measure.Growth]:
        if not workload.supports("Bridge"):
            return {}
        largest = int(os.environ.get("FLEET_SESSIONS", "10000"))
        sizes = [sessions for sessions in self.params if sessions <= largest]
        grow = partial(measure.resident, workload.population)
        with ThreadPoolExecutor(max_workers=2) as pool:  # each only waits for its process
            return dict(zip(sizes, pool.map(grow, sizes), strict=True))

    def setup(self, growth: dict[int, measure.Growth], sessions: int) -> None:
        workload.api("Bridge")
        if sessions not in growth:
            raise NotImplementedError("measured on request: set FLEET_SESSIONS")

    @in_unit("bytes/session")
    def track_rss(self, growth: dict[int, measure.Growth], sessions: int) -> float:
        return growth[sessions].rss / sessions

    @in_unit("bytes/session")
    def track_uss(self, growth: dict[int, measure.Growth], sessions: int) -> float:
        return growth[sessions].uss / sessions


class SteadyFleet:
    """The same of a fleet whose users arrived, talked and left at random for a long time.

    What a bulk fill hides shows here: memory that was freed, and is parked where nothing reuses it.
    What is held is SteadyState's figure: the rest is parked.
    """

    params = (10_000,)
    param_names = ("sessions",)
    version = "3"

    def setup_cache(self) -> dict[int, measure.Growth]:
        if not workload.supports("Bridge"):
            return {}
        grow = partial(measure.resident, workload.steady_population)
        return {sessions: grow(sessions) for sessions in self.params}

    def setup(self, growth: dict[int, measure.Growth], sessions: int) -> None:
        workload.api("Bridge")

    @in_unit("bytes/session")
    def track_rss(self, growth: dict[int, measure.Growth], sessions: int) -> float:
        return growth[sessions].rss / sessions

    @in_unit("bytes/session")
    def track_uss(self, growth: dict[int, measure.Growth], sessions: int) -> float:
        return growth[sessions].uss / sessions


class RollingFleet:
    """The same of a fleet of which one in 20 talks, in turn, and the quiet sessions are folded.

    Whether what folding saves is really given back, and used by those who talk.
    """

    params = (10_000,)
    param_names = ("sessions",)
    version = "3"

    def setup_cache(self) -> dict[int, measure.Growth]:
        if not workload.supports("Bridge.fold"):
            return {}
        grow = partial(measure.resident, workload.rolling_population)
        return {sessions: grow(sessions) for sessions in self.params}

    def setup(self, growth: dict[int, measure.Growth], sessions: int) -> None:
        workload.api("Bridge.fold")

    @in_unit("bytes/session")
    def track_rss(self, growth: dict[int, measure.Growth], sessions: int) -> float:
        return growth[sessions].rss / sessions

    @in_unit("bytes/session")
    def track_uss(self, growth: dict[int, measure.Growth], sessions: int) -> float:
        return growth[sessions].uss / sessions
