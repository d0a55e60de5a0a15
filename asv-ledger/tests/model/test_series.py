import json
from math import nan
from pathlib import Path

import pytest

from asv_ledger.model.changes import find_changes
from asv_ledger.model.results import Skipped
from asv_ledger.model.series import Interval, Key
from asv_ledger.sources.series import read_series
from support.histories import history, write_benchmarks, write_results

EXACT = [r"\.track_(?!rss)"]
ONE = "a" * 40
TWO = "b" * 40


@pytest.fixture
def results(tmp_path: Path) -> Path:
    write_benchmarks(
        tmp_path,
        m__C__track_live={},
        m__C__track_rss={"unit": "bytes/session"},
        m__C__track_sizes={"param_names": ["size", "kind"], "params": [["1", "2"], ["'x'"]]},
    )
    return tmp_path


def test_an_exact_metric_is_one_series_on_all_machines(results: Path) -> None:
    write_results(results, ONE, {"m.C.track_live": [[100], [], "1"]}, machine="here")
    write_results(results, TWO, {"m.C.track_live": [[101], [], "1"]}, machine="there")
    measurements = read_series(results, EXACT)
    (series,) = measurements.series
    assert series.key == Key("m.C.track_live", (), "Python 3.12")
    assert series.is_exact
    assert series.unit == "bytes"
    assert series.values == {ONE: 100, TWO: 101}
    assert measurements.skipped == []


def test_versions_of_python_are_series_of_their_own(results: Path) -> None:
    for python in ("3.12", "3.13"):
        write_results(results, ONE, {"m.C.track_live": [[100], [], "1"]}, python=python)
    keys = [series.key.environment for series in read_series(results, EXACT).series]
    assert keys == ["Python 3.12", "Python 3.13"]


def test_a_noisy_metric_is_a_series_of_each_machine(results: Path) -> None:
    for machine in ("here", "there"):
        write_results(results, ONE, {"m.C.track_rss": [[100], [], "1"]}, machine=machine)
    series = read_series(results, EXACT).series
    assert [one.key.environment for one in series] == ["here, env-py3.12", "there, env-py3.12"]
    assert not any(one.is_exact for one in series)


def test_requirements_are_series_of_their_own_and_machines_are_not(results: Path) -> None:
    for numpy, size in (("1", 100), ("2", 124)):
        for machine in ("here", "there"):
            values = {"m.C.track_live": [[size], [], "1"]}
            write_results(results, ONE, values, machine=machine, numpy=numpy, psutil="7")
    measurements = read_series(results, EXACT)
    assert measurements.skipped == []
    assert [(one.key.environment, one.values) for one in measurements.series] == [
        ("Python 3.12, numpy 1", {ONE: 100}),
        ("Python 3.12, numpy 2", {ONE: 124}),
    ]


def test_a_missing_file_of_a_matrix_accuses_nobody(results: Path) -> None:
    for commit, numpy, size in ((ONE, "1", 100), (ONE, "2", 124), (TWO, "2", 124)):
        write_results(results, commit, {"m.C.track_live": [[size], [], "1"]}, numpy=numpy)
    commits = history(ONE, f"{TWO} {ONE}")
    series = read_series(results, EXACT).series
    assert [change for one in series for change in find_changes(one, commits)] == []


def test_readings_that_differ_have_an_interval(results: Path) -> None:
    write_results(results, ONE, {"m.C.track_live": [[119.0], [], "1", [100.0], [138.0]]})
    write_results(results, TWO, {"m.C.track_live": [[100], [], "1"]})
    (series,) = read_series(results, EXACT).series
    assert series.values == {ONE: 119.0, TWO: 100}
    assert series.intervals == {ONE: Interval(100.0, 138.0)}


def test_machines_agree_where_what_they_read_overlaps(results: Path) -> None:
    values = {"m.C.track_live": [[119.0], [], "1", [100.0], [138.0]]}
    write_results(results, ONE, values, machine="here")
    path = write_results(results, ONE, {"m.C.track_live": [[138], [], "1"]}, machine="there")
    assert read_series(results, EXACT).skipped == []
    write_results(results, ONE, {"m.C.track_live": [[139], [], "1"]}, machine="there")
    assert read_series(results, EXACT).skipped == [
        (str(path), "m.C.track_live is 139 at aaaaaaaa, elsewhere 119.0")
    ]


def test_a_noisy_metric_weighs_what_asv_lets_it_weigh(results: Path) -> None:
    write_results(results, ONE, {"m.C.track_rss": [[1.5], [], "1", [1.0], [2.0]]})
    write_results(results, TWO, {"m.C.track_rss": [[1.5], [], "1", [1.0], [1.0]]})
    (series,) = read_series(results, EXACT).series
    assert (series.weights, series.intervals) == ({ONE: 2.0}, {})


def test_of_two_values_of_one_graph_asv_takes_the_mean(results: Path) -> None:
    path = write_results(results, ONE, {"m.C.track_rss": [[10], [], "1", [9], [11]]})
    path.rename(path.with_name(f"other-{path.name}"))
    write_results(results, ONE, {"m.C.track_rss": [[20], [], "1", [19.5], [20.5]]})
    (series,) = read_series(results, EXACT).series
    assert (series.values, series.weights) == ({ONE: 15}, {ONE: 1.5})


def test_without_a_pattern_nothing_is_exact_but_what_is_marked_so(results: Path) -> None:
    write_benchmarks(results, m__C__track_live={}, m__C__track_marked={"type": "exact"})
    rows = {f"m.C.track_{name}": [[100], [], "1"] for name in ("live", "marked")}
    write_results(results, ONE, rows)
    live, marked = read_series(results, []).series
    assert (live.is_exact, marked.is_exact) == (False, True)
    assert marked.key.environment == "Python 3.12"


def test_parameters_may_change_over_time(results: Path) -> None:
    write_results(results, ONE, {"m.C.track_sizes": [[1, 2], [["1", "2"], ["'x'"]], "1"]})
    write_results(results, TWO, {"m.C.track_sizes": [[3, 4], [["2", "3"], ["'x'"]], "1"]})
    series = read_series(results, EXACT).series
    assert {one.key.parameters: one.values for one in series} == {
        ("1", "'x'"): {ONE: 1},
        ("2", "'x'"): {ONE: 2, TWO: 3},
        ("3", "'x'"): {TWO: 4},
    }
    assert {one.parameter_names for one in series} == {("size", "kind")}


def test_a_failure_is_known_and_what_does_not_apply(results: Path) -> None:
    write_results(results, ONE, {"m.C.track_live": [[None], [], "1"]})
    write_results(results, TWO, {"m.C.track_live": [[nan], [], "1"]})
    (series,) = read_series(results, EXACT).series
    assert series.values == {}
    assert series.failed == {ONE}
    assert series.inapplicable == {TWO}


def test_a_build_that_failed_fails_every_parameter(results: Path) -> None:
    write_results(results, ONE, {"m.C.track_sizes": [None, [["1", "2"], ["'x'"]], "1"]})
    series = read_series(results, EXACT).series
    assert [(one.key.parameters, one.failed) for one in series] == [
        (("1", "'x'"), {ONE}),
        (("2", "'x'"), {ONE}),
    ]


def test_what_failed_on_one_machine_may_have_been_measured_on_another(results: Path) -> None:
    write_results(results, ONE, {"m.C.track_live": [[None], [], "1"]}, machine="a")
    write_results(results, ONE, {"m.C.track_live": [[100], [], "1"]}, machine="b")
    write_results(results, ONE, {"m.C.track_live": [[None], [], "1"]}, machine="c")
    (series,) = read_series(results, EXACT).series
    assert (series.values, series.failed) == ({ONE: 100}, set())


def test_machines_that_disagree_are_named(results: Path) -> None:
    write_results(results, ONE, {"m.C.track_live": [[100], [], "1"]}, machine="here")
    path = write_results(results, ONE, {"m.C.track_live": [[101], [], "1"]}, machine="there")
    measurements = read_series(results, EXACT)
    assert measurements.series[0].values == {ONE: 100}
    assert measurements.skipped == [
        Skipped(str(path), "m.C.track_live is 101 at aaaaaaaa, elsewhere 100")
    ]


def test_what_is_no_number_is_named(results: Path) -> None:
    path = write_results(results, ONE, {"m.C.track_live": [["many"], [], "1"]})
    measurements = read_series(results, EXACT)
    assert measurements.skipped == [
        (str(path), f"m.C.track_live is 'many' at {ONE[:8]}; allowed: a number")
    ]
    assert measurements.series == []


def test_results_of_another_version_or_of_no_benchmark_are_left_out(results: Path) -> None:
    write_results(
        results,
        ONE,
        {"m.C.track_live": [[100], [], "2"], "m.Gone.track_live": [[100], [], "1"]},
    )
    assert read_series(results, EXACT).series == []


def test_results_of_the_first_format_are_read(results: Path) -> None:
    path = write_results(results, ONE, {})
    path.write_text(
        json.dumps(
            {
                "commit_hash": ONE,
                "date": 1_776_081_600_000,
                "params": {"machine": "here", "python": "3.12"},
                "python": "3.12",
                "requirements": {},
                "results": {
                    "m.C.track_live": 100,
                    "m.C.track_sizes": {"result": [1, 2], "params": [["1", "2"], ["'x'"]]},
                },
                "version": 1,
            }
        )
    )
    measurements = read_series(results, EXACT)
    assert measurements.skipped == []
    assert [(one.key.parameters, one.values) for one in measurements.series] == [
        ((), {ONE: 100}),
        (("1", "'x'"), {ONE: 1}),
        (("2", "'x'"), {ONE: 2}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 2}',
        '{"version": 3}',
        '{"version": "x"}',
        '{"version": 2, "commit_hash": "a", "params": {"machine": "here"}, "results": []}',
        "\ud800".encode("utf-8", "surrogatepass"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(
    results: Path, text: str | bytes
) -> None:
    write_results(results, ONE, {"m.C.track_live": [[100], [], "1"]})
    foreign = results / "here" / "foreign.json"
    foreign.write_bytes(text if isinstance(text, bytes) else text.encode())
    measurements = read_series(results, EXACT)
    assert [one.values for one in measurements.series] == [{ONE: 100}]
    (skipped,) = measurements.skipped
    assert skipped.what == str(foreign)
    assert skipped.why
    assert "\n" not in skipped.why


def test_without_benchmarks_there_is_nothing(tmp_path: Path) -> None:
    measurements = read_series(tmp_path, EXACT)
    assert measurements.series == []
    (skipped,) = measurements.skipped
    assert skipped.what == str(tmp_path / "benchmarks.json")
