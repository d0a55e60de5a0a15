"""What a session costs in resident memory, at the size of a fleet: measured, not extrapolated."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from asv_ledger.lenses import Growth, resident
from benchmarks import workload

_Build = Callable[[int], object]
_Growths = dict[tuple[_Build, int], Growth]  # by what is built, and the number of sessions

_CHANGING = 10_000  # sessions of a fleet that changes


def setup_cache() -> _Growths:
    """Return by how much a fresh process grows, for each fleet that is wanted of this commit.

    Two processes run at a time; those that take longest begin.
    """
    largest = int(os.environ.get("FLEET_SESSIONS", "10000"))
    wanted: list[tuple[_Build, int]] = []
    if workload.supports("Bridge.fold"):
        wanted.append((workload.rolling_population, _CHANGING))
    if workload.supports("Bridge"):
        wanted.append((workload.steady_population, _CHANGING))
        sizes = (sessions for sessions in reversed(Fleet.params) if sessions <= largest)
        wanted.extend((workload.population, sessions) for sessions in sizes)
    with ThreadPoolExecutor(max_workers=2) as pool:  # each only waits for its process
        return dict(zip(wanted, pool.map(lambda fleet: resident(*fleet), wanted), strict=True))


class _Benchmark:
    """The growth of a fresh process, per session."""

    param_names = ("sessions",)
    build: _Build
    needs = "Bridge"

    def setup(self, growths: _Growths, sessions: int) -> None:
        workload.api(self.needs)
        if (self.build, sessions) not in growths:
            raise NotImplementedError("measured on request: set FLEET_SESSIONS")

    def track_rss(self, growths: _Growths, sessions: int) -> float:
        return growths[self.build, sessions].rss / sessions

    def track_uss(self, growths: _Growths, sessions: int) -> float:
        return growths[self.build, sessions].uss / sessions

    track_rss.unit = track_uss.unit = "bytes/session"  # type: ignore[attr-defined]


class Fleet(_Benchmark):
    """The growth of a fresh process that opens so many sessions of 20 messages, per session.

    It sees what live bytes cannot: fragmentation, free lists, the allocator's own. It is not exact:
    the kernel deals in pages, some 1 % of the metric at 1,000 sessions. 100,000 sessions and more
    take minutes and gigabytes: set FLEET_SESSIONS to the largest size wanted to measure them.
    """

    params = (1_000, 10_000, 100_000, 1_000_000)
    version = "3"
    timeout = 3_600
    build = staticmethod(workload.population)


class SteadyFleet(_Benchmark):
    """The same of a fleet whose users arrived, talked and left at random for a long time.

    What a bulk fill hides shows here: memory that was freed, and is parked where nothing reuses it.
    What is held is SteadyState's metric: the rest is parked.
    """

    params = (_CHANGING,)
    version = "3"
    build = staticmethod(workload.steady_population)


class RollingFleet(_Benchmark):
    """The same of a fleet of which one in 20 talks, in turn, and the quiet sessions are folded.

    Whether what folding saves is really given back, and used by those who talk.
    """

    params = (_CHANGING,)
    version = "3"
    build = staticmethod(workload.rolling_population)
    needs = "Bridge.fold"
