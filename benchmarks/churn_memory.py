"""Whether anything grows while the number of sessions, and of messages kept, does not."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from asv_ledger import lenses
from asv_ledger.lenses import exact
from benchmarks import workload

_STANDING = 20  # sessions open at any time
# Whole rooms, so that those standing fill their rooms alike at both sizes.
_CLOSED = (6 * workload.ROOM_SIZE, 12 * workload.ROOM_SIZE)
# More than the 128 calls that lru_cache keeps by default: what has a bound no longer grows.
_FORGOTTEN = (160, 320)
_WINDOW = 5  # exchanges: half of the ten after which the texts repeat

# What a bridge of one session refuses once user 0 has it: method and arguments. # is a number
# that is never the same.
_REFUSED: tuple[tuple[str, tuple[str | None, ...]], ...] = (
    ("receive", (workload.user(0), f"{4_000 * 'x'}#")),
    ("receive", (workload.user(0), None)),
    ("receive", (workload.user(0), "Is seat # free?", f"{60 * 'x'}#")),
    ("reply", ("guest-#", "Yes, # is free.")),
    ("receive", ("guest-#", "Is seat # free?")),
)


class Churn:
    """What a closed session, and an exchange that evicts the oldest, leave behind: nothing.

    Exact, so that a leak of one byte shows; what grows without being kept by the bridge shows too.
    """

    version = "1"

    def setup(self) -> None:
        assert len(_sessions_closed(7)) == _STANDING
        # Full is a window that gets no longer. How many messages that takes is HistoryWindow's.
        kept, kept_later = (
            len(_exchanges_at_full_window(evicted).session(workload.user(0)).history)
            for evicted in (7, 14)
        )
        assert 2 * _WINDOW <= kept == kept_later

    @exact(unit="bytes/closed session")
    def track_leak_per_closed_session(self) -> float:
        return lenses.marginal(_sessions_closed, *_CLOSED)

    @exact(unit="bytes/exchange")
    def track_growth_at_full_window(self) -> float:
        return lenses.marginal(_exchanges_at_full_window, 100, 200)


class Refusals:
    """What calls leave behind that the bridge refused: nothing.

    A text that is too long, and one that is none; a name that is too long; a user without a
    session; and a user for whom there is no room left. Exact.
    """

    version = "1"

    def setup(self) -> None:
        assert list(_calls_refused(3)) == [workload.user(0)]

    @exact(unit="bytes/refused call")
    def track_leak_per_refused_call(self) -> float:
        return lenses.marginal(_calls_refused, 96, 192) / len(_REFUSED)


class RoomChanges:
    """What a user leaves in rooms that they went to, said something in and left: nothing.

    A window of five exchanges is full all the time, each of them said in a room of its own, which
    nobody enters again. Exact.
    """

    version = "1"

    def setup(self) -> None:
        bridge = _rooms_changed(20)
        user = workload.user(0)
        assert bridge.session(user).room == workload.room(39)
        assert [message.room for message in bridge.session(user).history][-2:] == [
            workload.room(38)
        ] * 2
        assert not bridge.room(workload.room(37)).members

    @exact(unit="bytes/exchange")
    def track_growth_per_exchange(self) -> float:
        return lenses.marginal(_rooms_changed, 100, 200)


class Garbage:
    """What waits for the cycle collector after an exchange, a look and a new beginning: nothing.

    What refers to itself is no leak, but stays until a collection, which may be long to come: the
    other metrics are read after one. Exact.
    """

    version = "1"

    def setup(self) -> None:
        assert len(_looked_at(3)) == 1

    @exact(unit="bytes/exchange")
    def track_uncollected_per_exchange(self) -> float:
        return lenses.marginal(_looked_at, 96, 192, lenses.uncollected)


class ModuleState:
    """What modules keep of a session that is closed, and of its bridge that is gone: nothing.

    A cache that belongs to no bridge is in no metric of one: it knows the texts already when they
    are said again to be measured. So the modules are new for each reading. Exact.
    """

    version = "1"

    def setup(self) -> None:
        package = workload.import_anew()
        assert package.Bridge is not workload.api("Bridge")
        assert _bridges_forgotten(iter([package]), 3) is package

    @exact(unit="bytes/session")
    def track_growth_per_session(self) -> float:
        # A lens runs a build once, and then reads it; imports would not be exact.
        runs = 2 * (1 + lenses.READINGS)
        packages = iter([workload.import_anew() for _ in range(runs)])
        return lenses.marginal(partial(_bridges_forgotten, packages), *_FORGOTTEN)


class SteadyState:
    """What a session holds after users arrived, talked and left at random for a long time.

    Of 200 sessions, all of them open or all but those who talk, one in 20, folded. What fleets of
    10,000 like these reside in is SteadyFleet's and RollingFleet's metric.
    """

    params = ("open", "folded")
    param_names = ("sessions",)
    version = "1"

    def setup(self, sessions: str) -> None:
        workload.api("Bridge.fold" if sessions == "folded" else "Bridge")

    @exact(unit="bytes/session")
    def track_live(self, sessions: str) -> float:
        folded = sessions == "folded"
        population = workload.rolling_population if folded else workload.steady_population
        return lenses.live(partial(population, 200)) / 200


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


def _calls_refused(rounds: int) -> Any:
    """Return a bridge of one session after so many rounds of calls, each of which it refused."""
    full = workload.api("CapacityPolicy").REFUSE
    bridge = workload.open_bridge(max_sessions=1, capacity_policy=full)
    workload.exchange(bridge, 0, "Is seat # free?", "Yes, # is free.")
    error = workload.api("BridgeError")
    for number in range(rounds):
        for method, arguments in _REFUSED:
            fresh = [one and workload.numbered(one, number) for one in arguments]
            try:
                getattr(bridge, method)(*fresh)
            except error:
                continue
            raise AssertionError(f"{method} is not refused")
    return bridge


def _rooms_changed(exchanges: int) -> Any:
    """Return a bridge whose one user had so many exchanges, and changed rooms around each."""
    bridge = workload.open_bridge(history_window=_WINDOW)
    for turn in range(exchanges):
        question, answer = (workload.chat_line("english", turn, said) for said in (False, True))
        workload.exchange(bridge, 0, question, answer, place=2 * turn)
        bridge.move(workload.user(0), workload.room(2 * turn + 1))
    return bridge


def _bridges_forgotten(packages: Iterator[Any], sessions: int) -> Any:
    """Return the next package after so many sessions were opened, looked at and closed with it."""
    package = next(packages)
    bridge = package.Bridge(clock=workload.times().__next__)
    for session in range(sessions):
        workload.exchange(bridge, session, "Is seat # free?", "Yes, # is free.", place=session)
        list(bridge.session(workload.user(session)).history)
        bridge.close(workload.user(session))
    return package


def _looked_at(exchanges: int) -> Any:
    """Return a bridge of one session that was looked at, closed and opened so many times."""
    bridge = workload.population(1, exchanges=1)
    for _ in range(exchanges):
        list(bridge.session(workload.user(0)).history)
        bridge.close(workload.user(0))
        workload.exchange(bridge, 0, "Is seat # free?", "Yes, # is free.")
    return bridge
