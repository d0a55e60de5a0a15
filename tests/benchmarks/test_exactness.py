"""Exact means: the same figures in every process.

They are read in twenty processes of the Python that runs the tests, and in five of every other, or
in twenty of those too where CI is true.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from support.running import IS_CI
from tests.benchmarks import interpreters

RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"

FIGURES = """
import json
from functools import partial
from benchmarks import crisis_memory, history_memory, measure, workload
from benchmarks.churn_memory import Churn
from benchmarks.component_memory import Components
from benchmarks.session_memory import OneMoreSession

workload.settle()
print(json.dumps({
    "session": OneMoreSession().setup_cache(),
    "window": history_memory._live(10),
    "crisis states": measure.live(partial(crisis_memory._states, 1_000)),
    "residue": crisis_memory.Recovery().track_residue(),
    "leak": Churn().track_leak_per_closed_session(),
    "growth": Churn().track_growth_at_full_window(),
    "components": Components().setup_cache(),
}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_process_reads_the_same_figures(version: str) -> None:
    interpreter = interpreters.require(version)
    count = 20 if version == RUNNING or IS_CI else 5
    run = partial(interpreters.run, interpreter, FIGURES)
    with ThreadPoolExecutor(2) as processes:
        figures = processes.map(lambda seed: run(PYTHONHASHSEED=str(seed)), range(count))
        readings = list(figures)
    assert len(readings) == count
    assert set(readings) == {readings[0]}
