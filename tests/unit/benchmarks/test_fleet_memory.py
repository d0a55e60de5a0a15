from collections.abc import Callable

import pytest

import bridge_model
from asv_ledger.lenses import Growth
from benchmarks import fleet_memory, workload
from benchmarks.fleet_memory import Fleet, RollingFleet, SteadyFleet

CHANGING = [(workload.rolling_population, 10_000), (workload.steady_population, 10_000)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Callable[[int], object], int]]:
    """What fleets, of how many sessions, are asked for; none is opened."""
    asked = []

    def resident(build: Callable[[int], object], sessions: int) -> Growth:
        asked.append((build, sessions))
        return Growth(rss=sessions * 9_000, uss=sessions * 8_000)

    monkeypatch.setattr(fleet_memory, "resident", resident)
    return asked


@pytest.mark.parametrize(
    ("largest", "sizes"),
    [
        (None, [10_000, 1_000]),
        ("999", []),
        ("1000", [1_000]),
        ("10000", [10_000, 1_000]),
        ("100000", [100_000, 10_000, 1_000]),
        ("1000000", [1_000_000, 100_000, 10_000, 1_000]),
    ],
)
def test_measures_each_fleet_once_up_to_the_largest_size_wanted(
    largest: str | None,
    sizes: list[int],
    asked: list[tuple[Callable[[int], object], int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if largest is None:
        monkeypatch.delenv("FLEET_SESSIONS", raising=False)
    else:
        monkeypatch.setenv("FLEET_SESSIONS", largest)
    growths = fleet_memory.setup_cache()
    assert list(growths) == [*CHANGING, *((workload.population, size) for size in sizes)]
    # Two at a time, in any order.
    assert sorted(asked, key=str) == sorted(growths, key=str)
    for fleet, wanted in ((SteadyFleet(), [10_000]), (RollingFleet(), [10_000]), (Fleet(), sizes)):
        for size in wanted:
            fleet.setup(growths, size)
            assert fleet.track_rss(growths, size) == 9_000.0
            assert fleet.track_uss(growths, size) == 8_000.0
    for size in set(Fleet.params).difference(sizes):
        with pytest.raises(NotImplementedError) as caught:
            Fleet().setup(growths, size)
        assert str(caught.value) == "measured on request: set FLEET_SESSIONS"


def test_a_commit_that_folds_nothing_has_no_rolling_fleet(
    asked: list[tuple[Callable[[int], object], int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(bridge_model.Bridge, "fold")
    growths = fleet_memory.setup_cache()
    assert len(asked) == len(growths) == 3
    SteadyFleet().setup(growths, 10_000)
    with pytest.raises(NotImplementedError, match=r"^this commit has no bridge_model.Bridge.fold$"):
        RollingFleet().setup(growths, 10_000)
