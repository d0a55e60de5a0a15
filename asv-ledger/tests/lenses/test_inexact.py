import pickle

from hypothesis import given
from hypothesis import strategies as st

from asv_ledger import lenses
from asv_ledger.lenses import Bytes, Inexact


def _ends(reading: object) -> tuple[float, float]:
    assert isinstance(reading, Inexact)
    return reading.low, reading.high


@given(*[st.integers(-1_000, 1_000)] * 4, st.integers(1, 100))
def test_holds_what_its_parts_can_make(a: int, b: int, c: int, d: int, n: int) -> None:
    one, other = Inexact(min(a, b), max(a, b)), Inexact(min(c, d), max(c, d))
    assert _ends(one + other) == (one.low + other.low, one.high + other.high)
    assert _ends(one - other) == (one.low - other.high, one.high - other.low)
    assert _ends(n + one) == _ends(one + n) == (one.low + n, one.high + n)
    assert _ends(n - one) == (n - one.high, n - one.low)
    assert _ends(one / n) == (one.low / n, one.high / n)
    assert one == (one.low + one.high) / 2


def test_is_pickled_whole() -> None:
    assert _ends(pickle.loads(pickle.dumps(Inexact(1, 4)))) == (1, 4)


def test_readings_by_site_have_intervals_too() -> None:
    sizes = iter([10, 10, 20, *[30] * 6])

    @lenses.with_intervals
    def read() -> Bytes:
        with lenses.by_site([__file__]):
            reading = lenses.live(lambda: [bytes(next(sizes)), bytes(100)])
        assert isinstance(reading, Bytes)
        return reading

    reading = read()
    ends = {_ends(size) for size in reading.sites.values() if isinstance(size, Inexact)}
    assert [high - low for low, high in ends] == [20]
    inexact = lenses.find_inexact(reading)
    assert inexact is not None
    assert inexact.high - inexact.low == 20
