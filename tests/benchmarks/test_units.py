from random import Random

from asv_runner.statistics import compute_stats

from benchmarks import measure
from benchmarks.measure import Bytes, Inexact, Site
from benchmarks.units import in_unit


@in_unit("bytes/session")
def seven() -> float:
    """Return seven."""
    return 7


def test_tells_the_unit_of_what_a_method_returns() -> None:
    assert vars(seven)["unit"] == "bytes/session"
    assert (seven(), seven.__name__, seven.__doc__) == (7, "seven", "Return seven.")


def test_tells_asv_what_readings_lie_in_that_differ() -> None:
    sizes = iter([64, 100, 101, 138, 120, 110, 100, 99, 99])

    @in_unit("bytes")
    def track() -> float:
        return measure.live(lambda: bytearray(next(sizes)))

    told: dict[str, object] = track()  # type: ignore[assignment]
    empty = measure.live(bytearray)
    middle, stats = compute_stats(told["samples"], told["number"])
    assert (stats["ci_99_a"] - empty, stats["ci_99_b"] - empty) == (100, 139)
    assert middle - empty == (100 + 139) / 2


def test_a_reading_of_sites_is_told_as_their_sum() -> None:
    sites = {Site("a.py", 1): Inexact(1, 4), Site("b.py", 2): 8.0, None: Inexact(-1, 1)}
    told: object = in_unit("bytes")(lambda: Bytes(10.5, sites))()
    assert told == {"samples": [8.0] * 5 + [13.0] * 5, "number": 1}
    exact: float = in_unit("bytes")(lambda: Bytes(8, {None: 8.0}))()
    assert exact == 8


def test_what_is_random_lies_in_an_interval_and_elsewhere_is_an_error() -> None:
    random = Random(1)

    def build(count: int) -> object:
        return [bytes(int(100 * random.random())) for _ in range(count)]

    told = in_unit("bytes")(lambda: measure.marginal(build, 4, 8))()
    low, high = min(told["samples"]), max(told["samples"])  # type: ignore[index]
    assert 0 < low < high < 200
