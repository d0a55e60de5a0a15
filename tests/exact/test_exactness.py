"""Exact means: the same metrics in every process.

They are read in twenty processes of the Python that runs the tests, and in five of every other, or
in twenty of those too where CI is true.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from support.running import IS_CI
from tests.exact import interpreters

RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"

METRICS = """
import json, sys
sys.path[:0] = [".", "asv-ledger/src"]
from functools import partial
from asv_ledger.lenses import live
from benchmarks import crisis_memory, history_memory
from benchmarks.churn_memory import Churn
from benchmarks.component_memory import Components
from benchmarks.session_memory import OneMoreSession

print(json.dumps({
    "session": OneMoreSession().setup_cache(),
    "window": history_memory._live(10),
    "crisis states": live(partial(crisis_memory._states, 1_000)),
    "residue": crisis_memory.Recovery().track_residue(),
    "leak": Churn().track_leak_per_closed_session(),
    "growth": Churn().track_growth_at_full_window(),
    "components": Components().setup_cache(),
}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_process_reads_the_same_metrics(version: str) -> None:
    interpreter = interpreters.require(version)
    count = 20 if version == RUNNING or IS_CI else 5
    run = partial(interpreters.run, interpreter, METRICS)
    with ThreadPoolExecutor(2) as processes:
        metrics = processes.map(lambda seed: run(PYTHONHASHSEED=str(seed)), range(count))
        readings = list(metrics)
    assert len(readings) == count
    assert set(readings) == {readings[0]}
