import sys
from typing import Any

import pytest

import bridge_model
from tests.slow.soak import soak
from tests.slow.soak.soak import Outcome
from tests.slow.soak.traffic import MOMENTS

pytestmark = pytest.mark.slow

EXCHANGES = 30_000  # so that rooms are crowded, and tables larger than they need be
PARTS = 10

GOOD = Outcome({"opened": 3_000, "evicted": 40}, [5, 1_000, *[900] * 18], 2_000, 2_000, True)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return soak.run(EXCHANGES, PARTS)


def test_a_fresh_bridge_of_the_same_state_holds_as_many_bytes(outcome: Outcome) -> None:
    assert outcome.is_same
    assert outcome.held == outcome.fresh > 20_000


def test_the_maximum_stops_growing_after_the_first_tenth(outcome: Outcome) -> None:
    assert len(outcome.live) == PARTS * MOMENTS
    assert outcome.tenths() == [max(outcome.live)] * 10
    assert list(outcome.complain()) == []


def test_from_the_second_part_on_the_same_is_held_at_the_same_moments(outcome: Outcome) -> None:
    second = outcome.live[MOMENTS : 2 * MOMENTS]
    assert outcome.live[MOMENTS:] == second * (PARTS - 1)
    assert len(set(second)) == MOMENTS


def test_everything_happens(outcome: Outcome) -> None:
    counts = outcome.counts
    assert list(counts) == [
        "opened",
        "closed",
        "expired",
        "folded",
        "moved",
        "escalated",
        "open",
        "evicted",
    ]
    assert all(count > PARTS for count in counts.values())
    ended = sum(counts[name] for name in ("closed", "expired", "evicted", "open"))
    assert ended == counts["opened"]


class Keeping(bridge_model.Bridge):
    """A bridge that can keep what it should forget."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kept: dict[str, None] = {}


class KeepingNames(Keeping):
    def close(self, user: str) -> None:
        super().close(user)
        self.kept[user] = None


class KeepingTexts(Keeping):
    def reply(self, user: str, text: str) -> None:
        super().reply(user, text)
        self.kept[f"{len(self.kept)}"] = None


@pytest.mark.parametrize("kind", [KeepingNames, KeepingTexts])
def test_a_bridge_that_keeps_what_has_gone_is_caught(
    kind: type[bridge_model.Bridge], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge_model, "Bridge", kind)
    outcome = soak.run(5_000, 10)
    assert outcome.is_same
    first, *later = outcome.tenths()
    assert max(later) > first
    assert outcome.held > outcome.fresh
    assert list(outcome.complain()) == [
        f"The maximum grew after the first tenth: by {max(later) - first:,} bytes",
        f"The bridge holds {outcome.held - outcome.fresh:+,} bytes beside the fresh one",
    ]


def test_a_bridge_whose_state_is_not_what_its_sessions_hold_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Numbering(Keeping):
        def reply(self, user: str, text: str) -> None:
            self.kept.setdefault(str(len(self)))
            super().reply(user, f"{len(self.kept)} {text}")

    monkeypatch.setattr(bridge_model, "Bridge", Numbering)
    outcome = soak.run(5_000, 10)
    assert not outcome.is_same
    assert "The fresh bridge is in another state" in outcome.complain()


def test_what_it_left_is_said_on_one_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def run(exchanges: int) -> Outcome:
        asked.append(exchanges)
        return GOOD

    monkeypatch.delenv("LOAD_EXCHANGES", raising=False)
    monkeypatch.setattr(soak, "run", run)
    assert soak.main() == 0
    assert asked == [10_000_000]
    assert capsys.readouterr().out == (
        "10,000,000 exchanges over 100,000 users\n"
        "  opened             3,000\n"
        "  evicted               40\n"
        "The most bytes held in each tenth\n"
        "  1                  1,000\n"
        + "".join(f"  {tenth:<9}            900\n" for tenth in range(2, 11))
        + "Bytes held at the end\n"
        "  bridge             2,000\n"
        "  fresh one          2,000\n"
    )


def test_what_is_wrong_is_said_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = GOOD._replace(live=[900] * 10 + [2_000] * 10, held=1_990, is_same=False)
    monkeypatch.setenv("LOAD_EXCHANGES", "100000")
    monkeypatch.setattr(soak, "run", lambda _: bad)
    assert soak.main() == 1
    first, *_, growth, state, held = capsys.readouterr().out.splitlines()
    assert first == "100,000 exchanges over 1,000 users"
    assert growth == "The maximum grew after the first tenth: by 1,100 bytes"
    assert state == "The fresh bridge is in another state"
    assert held == "The bridge holds -10 bytes beside the fresh one"


@pytest.mark.parametrize("exchanges", ["many", "-1", "1e6", "98000", "100001", "²"])
def test_a_bad_number_of_exchanges_is_refused(
    exchanges: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOAD_EXCHANGES", exchanges)
    assert soak.main() == 1
    assert capsys.readouterr().err == (
        f"load: LOAD_EXCHANGES is {exchanges}; allowed: a multiple of 2,000 from 100,000 on\n"
    )


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: int) -> Outcome:
        raise KeyboardInterrupt

    monkeypatch.setattr(soak, "run", run)
    assert soak.main() == 130


@pytest.mark.parametrize(("is_terminal", "shown"), [(True, "\r50 %\r100 %\n"), (False, "")])
def test_progress_is_shown_on_a_terminal(
    is_terminal: bool,
    shown: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    for part in (1, 2):
        soak._show_progress(part, 2)
    assert capsys.readouterr().err == shown
