"""A bridge under load: ``python -m tests.slow.soak`` says whether it keeps what has gone.

After a tenth of the exchanges it must hold no more at any moment than it did until then, and at the
end as many bytes as a fresh bridge to which only what the open sessions hold was replayed.

LOAD_EXCHANGES in the environment is how many exchanges there are, ten million by default, and a
user for each hundred of them. Ten million take some fifteen minutes.
"""

import os
import sys
from array import array
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from asv_ledger.lenses import traced
from asv_ledger.statuses import Status
from benchmarks import workload
from tests.slow.soak.replay import replay, take_snapshots
from tests.slow.soak.traffic import MOMENTS, Traffic

PARTS = 100

_EXCHANGES = 10_000_000
_FEWEST = 100_000  # with fewer, no room is crowded
_STEP = PARTS * MOMENTS


class LoadError(Exception):
    """The load cannot be run; the message is one line and says what is allowed."""


class Outcome(NamedTuple):
    """What a load left: how often things happened, and the bytes held at each of its moments.

    ``held`` is what the bridge held at the end, and ``fresh`` what a fresh one does to which its
    sessions were replayed; ``is_same`` says whether both are in the same state.
    """

    counts: dict[str, int]
    live: list[int]
    held: int
    fresh: int
    is_same: bool

    def tenths(self) -> list[int]:
        """Return the most bytes that were held in each tenth of the load."""
        moments = len(self.live) // 10
        return [max(self.live[at : at + moments]) for at in range(0, 10 * moments, moments)]

    def complain(self) -> Iterator[str]:
        """Iterate over what is wrong, a line each."""
        first, *later = self.tenths()
        if max(later) > first:
            yield f"The maximum grew after the first tenth: by {max(later) - first:,} bytes"
        if not self.is_same:
            yield "The fresh bridge is in another state"
        if self.held != self.fresh:
            yield f"The bridge holds {self.held - self.fresh:+,} bytes beside the fresh one"


def run(exchanges: int, parts: int = PARTS) -> Outcome:
    """Run a load of so many exchanges and return what it left.

    A part is to have a multiple of MOMENTS. Raises RuntimeError if tracemalloc is tracing.
    """
    traffic = Traffic(exchanges // parts)
    # In place, so that what the load itself holds does not grow.
    live = array("q", [0] * (parts * MOMENTS))
    with traced(partial(workload.population, 1, exchanges=1)) as read:
        bridges = [traffic.open_bridge()]
        for part in range(parts):
            for moment in traffic.play(bridges[0], part):
                live[part * MOMENTS + moment] = read()
            _show_progress(part + 1, parts)
        counts = traffic.counts.read() | {"open": len(bridges[0])}
        snapshots = take_snapshots(bridges[0])
        held = _drop(bridges, read)
        bridges[0] = traffic.open_bridge()
        replay(bridges[0], traffic.clock, snapshots)
        is_same = take_snapshots(bridges[0]) == snapshots
        fresh = _drop(bridges, read)
    counts["evicted"] = counts["opened"] - counts["closed"] - counts["expired"] - counts["open"]
    return Outcome(counts, list(live), held, fresh, is_same)


def main() -> int:
    """Run the load and print what it left; return the exit status, 1 where something is wrong."""
    try:
        exchanges = _read_exchanges(os.environ.get("LOAD_EXCHANGES") or str(_EXCHANGES))
        outcome = run(exchanges)
    except LoadError as error:
        print(f"load: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    print(*_format(exchanges, outcome), sep="\n")
    return 1 if any(outcome.complain()) else 0


def _read_exchanges(text: str) -> int:
    if not text.isdecimal() or int(text) < _FEWEST or int(text) % _STEP:
        raise LoadError(
            f"LOAD_EXCHANGES is {text}; allowed: a multiple of {_STEP:,} from {_FEWEST:,} on"
        )
    return int(text)


def _drop(bridges: list[Any], read: Callable[[], int]) -> int:
    """Drop the only bridge in a list; return how many bytes it held."""
    readings = array("q", [0, 0])
    readings[0] = read()
    bridges[0] = None
    readings[1] = read()
    return readings[0] - readings[1]


def _show_progress(part: int, parts: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if part == parts else ""
        print(f"\r{100 * part // parts} %", end=end, file=sys.stderr, flush=True)


def _format(exchanges: int, outcome: Outcome) -> Iterator[str]:
    """Iterate over the lines that say an outcome."""
    yield f"{exchanges:,} exchanges over {exchanges // PARTS:,} users"
    for name, count in outcome.counts.items():
        yield f"  {name:9} {count:>14,}"
    yield "The most bytes held in each tenth"
    for number, peak in enumerate(outcome.tenths(), 1):
        yield f"  {number:<9} {peak:>14,}"
    yield "Bytes held at the end"
    for name, held in {"bridge": outcome.held, "fresh one": outcome.fresh}.items():
        yield f"  {name:9} {held:>14,}"
    yield from outcome.complain()
