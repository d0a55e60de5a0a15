"""What history costs: the published window table, and what one more message adds."""

from functools import partial

from asv_ledger import lenses
from asv_ledger.lenses import exact
from benchmarks import workload


class HistoryWindow:
    """The published window table: one session whose window is full of long messages.

    A window of W keeps W user and W assistant messages. ``track_per_message`` shares the fixed
    costs of the bridge and the session among the messages: small windows carry more of it.
    """

    params = (10, 20, 50, 100, 200)
    param_names = ("window",)
    version = "1"

    @lenses.with_intervals
    def setup_cache(self) -> dict[int, float]:
        if not workload.supports("Bridge"):
            return {}
        return {window: _live(window) for window in self.params}

    def setup(self, live: dict[int, float], window: int) -> None:
        workload.api("Bridge")

    @exact(unit="bytes")
    def track_live(self, live: dict[int, float], window: int) -> float:
        return live[window]

    @exact(unit="bytes/message")
    def track_per_message(self, live: dict[int, float], window: int) -> float:
        return live[window] / (2 * window)

    @exact(unit="messages")
    def track_messages_kept(self, live: dict[int, float], window: int) -> int:
        return _messages_kept(window, exchanges=window + 1)


class OneMoreMessage:
    """What one more short message costs in a window that has room for it.

    The mean of a user's message and a reply, from 20 to 40 messages.
    """

    params = workload.PAYLOADS
    param_names = ("payload",)
    version = "1"

    def setup(self, payload: str) -> None:
        bridge = workload.population(1, exchanges=20, payload=payload)
        assert len(bridge.session(workload.user(0)).history) == 40

    @exact(unit="bytes/message")
    def track_marginal(self, payload: str) -> float:
        return lenses.marginal(partial(_conversation, payload), 20, 40)


class WindowPeak:
    """The peak RSS of the whole process while 100 sessions fill their windows with long messages.

    Subtract SessionPeak's control of 0 sessions for what the windows add. 100 sessions of the
    smallest window stay above the megabyte below which no peak is to be trusted.
    """

    params = (10, 20, 50, 100, 200)
    param_names = ("window",)
    version = "1"

    def setup(self, window: int) -> None:
        assert _messages_kept(window, exchanges=window) == 2 * window

    def peakmem_fill(self, window: int) -> None:
        _fill(window, sessions=100)


def _live(window: int) -> float:
    assert _messages_kept(window, exchanges=window) == 2 * window
    return lenses.live(partial(_fill, window, sessions=1))


def _fill(window: int, sessions: int) -> object:
    return workload.population(
        sessions, exchanges=window, text=workload.long_message, history_window=window
    )


def _messages_kept(window: int, exchanges: int) -> int:
    bridge = workload.population(1, exchanges=exchanges, history_window=window)
    return len(bridge.session(workload.user(0)).history)


def _conversation(payload: str, messages: int) -> object:
    return workload.population(1, exchanges=messages // 2, payload=payload)
