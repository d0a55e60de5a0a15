import pytest

from benchmarks import measure, workload
from benchmarks.fleet_memory import Fleet, RollingFleet, SteadyFleet
from benchmarks.measure import Growth


@pytest.fixture
def populations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the populations whose growth is asked for; none is opened."""
    asked: list[int] = []

    def resident(build: object, sessions: int) -> Growth:
        assert build is workload.population
        asked.append(sessions)
        return Growth(rss=sessions * 9_000, uss=sessions * 8_000)

    monkeypatch.setattr(measure, "resident", resident)
    return asked


@pytest.mark.parametrize(
    ("largest", "sizes"),
    [
        (None, [1_000, 10_000]),
        ("999", []),
        ("1000", [1_000]),
        ("10000", [1_000, 10_000]),
        ("100000", [1_000, 10_000, 100_000]),
        ("1000000", [1_000, 10_000, 100_000, 1_000_000]),
    ],
)
def test_measures_up_to_the_largest_size_wanted(
    largest: str | None,
    sizes: list[int],
    populations: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if largest is None:
        monkeypatch.delenv("FLEET_SESSIONS", raising=False)
    else:
        monkeypatch.setenv("FLEET_SESSIONS", largest)
    fleet = Fleet()
    growth = fleet.setup_cache()
    assert list(growth) == sizes
    assert sorted(populations) == sizes  # two at a time, in any order
    for size in sizes:
        fleet.setup(growth, size)
        assert fleet.track_rss(growth, size) == 9_000.0
        assert fleet.track_uss(growth, size) == 8_000.0
    for size in set(fleet.params).difference(sizes):
        with pytest.raises(NotImplementedError) as caught:
            fleet.setup(growth, size)
        assert str(caught.value) == "measured on request: set FLEET_SESSIONS"


def test_a_fleet_resides_in_about_what_it_allocates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLEET_SESSIONS", "10000")
    fleet = Fleet()
    growth = fleet.setup_cache()
    workload.settle()
    allocated = measure.marginal(workload.population, 16, 32, measure.allocated)
    for resident in (fleet.track_rss(growth, 10_000), fleet.track_uss(growth, 10_000)):
        assert 0.9 < resident / allocated < 1.2


@pytest.mark.parametrize(
    ("fleet", "build"),
    [
        (SteadyFleet(), workload.steady_population),
        (RollingFleet(), workload.rolling_population),
    ],
)
def test_a_fleet_that_changes_is_measured_once(
    fleet: SteadyFleet | RollingFleet, build: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def resident(build: object, sessions: int) -> Growth:
        asked.append((build, sessions))
        return Growth(rss=sessions * 900, uss=sessions * 800)

    monkeypatch.setattr(measure, "resident", resident)
    growth = fleet.setup_cache()
    fleet.setup(growth, 10_000)
    assert fleet.track_rss(growth, 10_000) == 900.0
    assert fleet.track_uss(growth, 10_000) == 800.0
    assert asked == [(build, 10_000)]
