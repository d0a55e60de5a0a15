from pathlib import Path

import pytest
from asv.results import iter_results

from dev.summary import print_cost, print_measured
from support.histories import repository, write_results

HEADLINE = "session_memory.OneMoreSession.track_marginal"
PAGES = "The pages are in html/: open html/memory.html in a browser\n"


@pytest.mark.parametrize(
    ("status", "told"), [(0, "Nothing was left to measure"), (3, "Nothing was measured")]
)
def test_nothing_measured_for_a_fault_is_not_told_as_done(
    status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_measured(status, [])
    assert capsys.readouterr().out.startswith(f"{told} on CPython 3.")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1033.25, "1,033.25 bytes"),
        (1024.75, "1,024.75 bytes"),
        (658.875, "658.875 bytes"),
        (1040, "1,040 bytes"),
    ],
)
def test_a_cost_is_told_with_all_its_digits(
    value: float,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    first, _ = repository(tmp_path, "one", "two")
    parameters = [["'english'", "'multilingual'"]]
    write_results(Path("results"), first, {HEADLINE: [[value, 1309.75], parameters, "1"]})
    results = list(iter_results("results"))
    print_cost(HEADLINE, results)
    cost = f"One more session of 20 messages costs {told} at {first[:8]} one\n"
    assert capsys.readouterr().out == cost + PAGES
    for headline in ("memory.other", None):
        print_cost(headline, results)
        assert capsys.readouterr().out == PAGES
