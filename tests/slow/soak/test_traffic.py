from typing import NamedTuple

from bridge_model import Bridge
from tests.slow.soak.traffic import IN_NEED, MOMENTS, Counts, Traffic


class Said(NamedTuple):
    time: float
    user: str
    text: str
    room: str | None


class Listening(Bridge):
    """A bridge that remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        super().__init__(clock=TRAFFIC.clock)

    def receive(self, user: str, text: str, room: str | None = None) -> bool:
        self.said.append(Said(TRAFFIC.clock.time, user, text, room))
        return super().receive(user, text, room)


USERS = 1_000
TRAFFIC = Traffic(USERS)


def said_in(part: int) -> list[Said]:
    bridge = Listening()
    moments = [(moment, len(bridge.said)) for moment in TRAFFIC.play(bridge, part)]
    assert moments == [(moment, (moment + 1) * USERS // MOMENTS) for moment in range(MOMENTS)]
    assert TRAFFIC.clock.time == 1_700_000_000 + (part + 1) * 6_000
    return bridge.said


def test_the_parts_are_alike_but_for_who_comes_and_when() -> None:
    first, second, third = map(said_in, range(3))
    assert [(said.text, said.room) for said in first] == [(said.text, said.room) for said in second]
    assert {said.user for said in first} <= {f"user-{number:06d}" for number in range(500)}
    assert {said.user for said in second} <= {f"user-{number:06d}" for number in range(500, 1_000)}
    for before, after in zip(first, third, strict=True):
        assert round(1e6 * (after.time - before.time)) == 12_000_000_000
        assert after == before._replace(time=after.time)


def test_no_two_exchanges_are_at_one_time() -> None:
    times = [said.time for said in said_in(0)]
    assert times == sorted(set(times))
    assert times[0] > 1_700_000_000
    assert times[-1] < 1_700_006_000


def test_it_is_always_the_same() -> None:
    assert Traffic(USERS)._exchanges == TRAFFIC._exchanges


def test_who_is_in_need_says_so_three_times_in_a_row() -> None:
    said = said_in(0)
    flagged = [number for number, one in enumerate(said) if one.text.startswith(IN_NEED)]
    assert len(flagged) % 3 == 0
    assert flagged
    for first, second, third in zip(flagged[::3], flagged[1::3], flagged[2::3], strict=True):
        assert (second, third) == (first + 1, first + 2)
        assert said[first].user == said[second].user == said[third].user


def test_a_bridge_of_the_traffic_is_bounded_and_folds() -> None:
    bridge: Bridge = TRAFFIC.open_bridge()
    for _ in TRAFFIC.play(bridge, 0):
        assert len(bridge) <= USERS // 20
    TRAFFIC.clock.time += 1_001
    assert len(bridge.expire()) > 20
    assert len(bridge) == 0


def test_what_is_counted_takes_no_memory() -> None:
    counts = Counts()
    counts.add("moved")
    counts.add("opened", 10**12)
    counts.add("opened", True)
    assert counts.read() == {
        "opened": 10**12 + 1,
        "closed": 0,
        "expired": 0,
        "folded": 0,
        "moved": 1,
        "escalated": 0,
    }
