"""Exact means: the same figures in every process."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.benchmarks import interpreters

PROCESSES = 20

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


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_process_reads_the_same_figures(version: str) -> None:
    interpreter = interpreters.require(version)
    run = partial(interpreters.run, interpreter, FIGURES)
    with ThreadPoolExecutor(2) as processes:
        figures = processes.map(lambda seed: run(PYTHONHASHSEED=str(seed)), range(PROCESSES))
        readings = list(figures)
    assert len(readings) == PROCESSES
    assert set(readings) == {readings[0]}
