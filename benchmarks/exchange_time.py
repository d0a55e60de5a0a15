"""What the bridge's work costs in time, so that no byte is saved by spending time unseen."""

from typing import Any

from benchmarks import workload

_EXCHANGES = 500
_READINGS = 50


class Exchange:
    """500 exchanges on a full window of 20, and 50 readings of one, all 40 messages each.

    Times differ from machine to machine and from run to run: compare commits of one run.
    """

    params = workload.PAYLOADS
    param_names = ("payload",)
    version = "1"
    rounds = 1
    repeat = (5, 10, 0.1)
    warmup_time = 0.01

    def setup(self, payload: str) -> None:
        self.bridge: Any = workload.population(1, exchanges=21, payload=payload)
        self.user = workload.user(0)
        self.question = workload.chat_line(payload, 0, False)
        self.answer = workload.chat_line(payload, 0, True)
        assert 40 <= len(list(self.bridge.session(self.user).history)) < 42

    def time_receive_and_reply(self, payload: str) -> None:
        bridge, user, question, answer = self.bridge, self.user, self.question, self.answer
        for _ in range(_EXCHANGES):
            bridge.receive(user, question)
            bridge.reply(user, answer)

    def time_read_window(self, payload: str) -> None:
        bridge, user = self.bridge, self.user
        for _ in range(_READINGS):
            list(bridge.session(user).history)
