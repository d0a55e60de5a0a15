"""What ``make bench`` prints at the end: what it measured, and what a session costs."""

import math
import sys
from collections.abc import Iterator, Sequence

from asv.results import Results

from asv_ledger.render.wording import format_amount
from asv_ledger.statuses import Status
from dev.checkout import describe, list_commits


def print_measured(status: int, results: Sequence[Results]) -> None:
    """Print which commits were measured, newest first, and which did not build or failed."""
    python = f"CPython {sys.version_info.major}.{sys.version_info.minor}"
    if not results:
        is_fault = status == Status.NOT_MEASURED
        nothing = "Nothing was measured" if is_fault else "Nothing was left to measure"
        print(f"{nothing} on {python}")
        return
    print(f"Measured on {python}: {len(results)} commit{'s' if len(results) > 1 else ''}")
    age = {commit: position for position, commit in enumerate(list_commits("HEAD"))}
    for result in sorted(results, key=lambda result: age.get(result.commit_hash, len(age))):
        print(f"  {describe(result.commit_hash)}{_describe_failures(result)}")


def print_cost(headline: str | None, results: Sequence[Results]) -> None:
    """Print what a session costs at the newest commit measured, and where the pages are."""
    by_commit = {result.commit_hash: dict(_iterate_values(result)) for result in results}
    for commit in list_commits("HEAD"):
        # The first of its parameters is of English texts.
        cost = by_commit.get(commit, {}).get(headline or "", [None])[0]
        if cost is not None and not math.isnan(cost):
            amount = format_amount(cost, "bytes")
            print(f"One more session of 20 messages costs {amount} at {describe(commit)}")
            break
    print("The pages are in html/: open html/memory.html in a browser")


def _describe_failures(result: Results) -> str:
    failed = [name for name, values in _iterate_values(result) if None in values]
    if not failed:
        return ""
    if all(set(values) == {None} for _, values in _iterate_values(result)):
        return " - does not build: skipped"
    return f" - failed: {', '.join(failed)}"


def _iterate_values(result: Results) -> Iterator[tuple[str, list[float | None]]]:
    for name in sorted(result.get_all_result_keys()):
        yield name, result.get_result_value(name, result.get_result_params(name))
