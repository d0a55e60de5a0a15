import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tools.asv import _UninterruptedStart

ROOT = Path(__file__).resolve().parents[2]


def test_it_is_asv() -> None:
    versions = [
        subprocess.run(
            [sys.executable, "-m", module, "--version"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for module in ("asv", "tools.asv")
    ]
    assert versions[0].split()[-1] == versions[1].split()[-1] == "0.6.6"


def test_an_interrupt_waits_until_a_program_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def start(self: object) -> None:
        signal.raise_signal(signal.SIGINT)
        started.append(self)

    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    monkeypatch.setattr(subprocess.Popen, "__init__", start)
    with pytest.raises(KeyboardInterrupt):
        _UninterruptedStart()
    assert len(started) == 1
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
