from random import Random

from asv_runner.statistics import compute_stats

from asv_ledger.lenses import AllocationSite, Bytes, Inexact, exact, live, marginal


@exact(unit="bytes/session")
def seven() -> float:
    """Return seven."""
    return 7


def test_says_the_unit_of_what_a_method_returns_and_that_it_is_exact() -> None:
    assert (vars(seven)["unit"], vars(seven)["type"]) == ("bytes/session", "exact")
    assert (seven(), seven.__name__, seven.__doc__) == (7, "seven", "Return seven.")


def test_says_to_asv_what_readings_lie_in_that_differ() -> None:
    sizes = iter([64, 100, 101, 138, 120, 110, 100, 99, 99])

    @exact(unit="bytes")
    def track() -> float:
        return live(lambda: bytearray(next(sizes)))

    told: dict[str, object] = track()  # type: ignore[assignment]
    empty = live(bytearray)
    middle, stats = compute_stats(told["samples"], told["number"])
    assert (stats["ci_99_a"] - empty, stats["ci_99_b"] - empty) == (100, 139)
    assert middle - empty == (100 + 139) / 2


def test_a_reading_of_sites_is_said_as_their_sum() -> None:
    sites = {
        AllocationSite("a.py", 1): Inexact(1, 4),
        AllocationSite("b.py", 2): 8.0,
        None: Inexact(-1, 1),
    }
    told: object = exact(unit="bytes")(lambda: Bytes(10.5, sites))()
    assert told == {"samples": [8.0] * 5 + [13.0] * 5, "number": 1}
    value: float = exact(unit="bytes")(lambda: Bytes(8, {None: 8.0}))()
    assert value == 8


def test_what_is_random_lies_in_an_interval_and_elsewhere_is_an_error() -> None:
    random = Random(1)

    def build(count: int) -> object:
        return [bytes(int(100 * random.random())) for _ in range(count)]

    told = exact(unit="bytes")(lambda: marginal(build, 4, 8))()
    low, high = min(told["samples"]), max(told["samples"])  # type: ignore[index]
    assert 0 < low < high < 200
