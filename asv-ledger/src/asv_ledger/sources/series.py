"""Series: what is in a folder of asv's results, metric by metric."""

from collections.abc import Sequence
from pathlib import Path

from asv_ledger.model.results import Benchmark, Result, Skipped
from asv_ledger.model.series import Measurements, join_results
from asv_ledger.sources.results import read_benchmarks, read_results


def read_series(results: Path, exact: Sequence[str], parts: str | None = None) -> Measurements:
    """Return the series in a folder of asv results.

    ``exact`` are patterns of the names of exact benchmarks, ``parts`` is the benchmark whose
    metrics are parts of a whole.

    A result of another version of a benchmark than the current one is none of its series, as for
    asv.
    """
    benchmarks: dict[str, Benchmark] = {}
    found: list[Result] = []
    skipped: list[Skipped] = []
    for entry in read_benchmarks(results):
        if isinstance(entry, Skipped):
            skipped.append(entry)
        else:
            benchmarks.update([entry])
    for result in read_results(results, benchmarks) if benchmarks else ():
        if isinstance(result, Skipped):
            skipped.append(result)
        else:
            found.append(result)
    joined = join_results(found, benchmarks, exact, parts)
    return Measurements(joined.series, skipped + joined.skipped)
