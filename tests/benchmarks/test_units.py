from benchmarks.units import in_unit


def seven() -> int:
    return 7


def test_tells_the_unit_and_returns_the_method_itself() -> None:
    told = in_unit("bytes/session")(seven)
    assert told is seven
    assert vars(told) == {"unit": "bytes/session"}
    assert told() == 7
