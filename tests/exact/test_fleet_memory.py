import pytest

from asv_ledger.lenses import allocated, marginal, resident
from benchmarks import workload


def test_a_fleet_resides_in_about_what_it_allocates() -> None:
    growth = resident(workload.population, 10_000)
    held = marginal(workload.population, 16, 32, allocated)
    # A process that compiles the bridge reuses, for sessions, the half a megabyte that this frees.
    for grown in growth:
        assert grown / 10_000 == pytest.approx(held, rel=0.15)
