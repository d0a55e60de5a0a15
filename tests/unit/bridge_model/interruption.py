"""Exceptions at any point of a call, as signal handlers raise them, and what must hold then."""

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import bridge_model
from bridge_model import Bridge, CapacityPolicy, packed

PACKAGE = Path(bridge_model.__file__).parent
STATEFUL_MODULES = tuple(str(PACKAGE / name) for name in ("bridge.py", "room.py", "history.py"))


class Interruption(BaseException):
    """An exception that no code expects."""


class Interrupter:
    """Runs a call and raises an exception at one of its steps, which are lines or also bytecodes.

    Steps are counted from 0, in the modules that store state or everywhere in the package: what
    the other modules compute is lost just as well where they are called.
    """

    def __init__(
        self,
        bytecodes: bool,
        error: Callable[[], BaseException] = Interruption,
        everywhere: bool = False,
    ) -> None:
        self._bytecodes = bytecodes
        self._error = error
        self._files = (str(PACKAGE),) if everywhere else STATEFUL_MODULES

    def interrupts(self, call: Callable[[], object], step: int) -> bool:
        """Run a call and return whether it was interrupted; a call of fewer steps was not.

        A call that raises a BridgeError by itself has ended, too.
        """
        self._left = step
        self._raised: BaseException | None = None
        before = sys.gettrace()
        sys._getframe().f_trace_opcodes = self._bytecodes  # otherwise 3.12 begins too late
        sys.settrace(self._trace)
        try:
            call()
        except BaseException as error:
            if error is not self._raised and not isinstance(error, bridge_model.BridgeError):
                raise
        finally:
            sys.settrace(before)
        return self._raised is not None

    def steps(self, call: Callable[[], object]) -> int:
        """Return how many steps a call has."""
        assert not self.interrupts(call, sys.maxsize)
        return sys.maxsize - self._left

    def _trace(self, frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(self._files):
            return None
        frame.f_trace_opcodes = self._bytecodes
        if event != "exception":
            if self._left == 0:
                self._raised = self._error()
                raise self._raised
            self._left -= 1
        return self._trace


class State(NamedTuple):
    """What a bridge holds: unfolded sessions, the least recently active first, and rooms."""

    sessions: dict[str, bytes]
    rooms: dict[str, frozenset[str]]


def state_of(bridge: Bridge) -> State:
    """Return what a bridge holds. Raises AssertionError if its tables contradict each other."""
    users = list(bridge)
    rooms = {bridge.session(user).room for user in users}
    state = State(
        {user: packed.unfold(session) for user, session in bridge._least_recent_first()},
        {room: bridge.room(room).members for room in rooms},
    )
    sessions, quiet = bridge._tables()
    assert len(users) == len(bridge) == len(sessions) + len(quiet)
    assert users == list(state.sessions)
    assert all(user in bridge for user in users)
    # Every user is in the room that the session names, and nobody else is in any room.
    members = bridge._presence._members
    assert set(members) == rooms
    in_rooms = [(room, user) for room, users in members.items() for user in users]
    assert sorted(in_rooms) == sorted(
        (packed.room(session), user) for user, session in state.sessions.items()
    )
    # The name of a user is the same object everywhere.
    assert {id(user) for _, user in in_rooms} == set(map(id, state.sessions))
    times = [packed.last_active(session) for session in state.sessions.values()]
    assert max(times, default=0) <= bridge._latest
    if bridge._quiet is not None:
        assert times == sorted(times)
    assert bridge._newest in {None, *list(sessions)[-1:]}
    assert bridge._oldest in {None, *list(quiet)[-1:]}
    assert bridge._unfinished is None
    return state


def assert_usable(bridge: Bridge) -> None:
    """Let users talk, move, leave, expire and be evicted, on copies of a bridge."""
    for user in [*bridge][:4]:
        other = copy_of(bridge)
        other.receive(user, "still here", "garden")
        other.reply(user, "so am I")
        other.move(user, "lobby")
        other.fold()
        state_of(other)
        other.close(user)
        assert user not in state_of(other).sessions
    emptied = copy_of(bridge)
    users = list(state_of(emptied).sessions)
    for user in users:
        emptied.close(user)
    assert state_of(emptied) == State({}, {})
    expired = copy_of(bridge)
    expired._clock.time += 1e6  # type: ignore[attr-defined]
    assert expired.expire() in {(), tuple(users)}
    state_of(expired)
    crowded = copy_of(bridge)
    crowded._capacity_policy = CapacityPolicy.CLOSE_LEAST_RECENTLY_ACTIVE
    for number in range(4):
        crowded.receive(f"newcomer {number}", "hello")
    assert len(state_of(crowded).sessions) == min(
        len(users) + 4, bridge._max_sessions or len(users) + 4
    )


def copy_of(bridge: Bridge) -> Bridge:
    """Return a bridge of the same state, with its own clock."""
    copied: Bridge = pickle.loads(pickle.dumps(bridge))
    return copied
