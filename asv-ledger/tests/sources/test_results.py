import json
from math import inf, isnan, nan
from pathlib import Path
from typing import Any

import pytest

from asv_ledger.model.environments import Environment
from asv_ledger.model.results import Benchmark, Result, Skipped, Source
from asv_ledger.shapes import is_number
from asv_ledger.sources.results import read_benchmarks, read_results
from support.histories import write_benchmarks, write_results

ONE = "a" * 40
NOW = Benchmark("bytes", (), "1")


def write(results: Path, rows: dict[str, list[Any]], /, **others: object) -> Path:
    """Write one file of results with other parts than the usual ones."""
    path = write_results(results, ONE, rows)
    path.write_text(json.dumps(json.loads(path.read_text()) | others))
    return path


def read(results: Path) -> list[Result | Skipped]:
    return list(read_results(results, {"m.C.track_live": NOW}))


def why(results: Path) -> str:
    """Return why the one file of a folder was skipped."""
    (skipped,) = read(results)
    assert isinstance(skipped, Skipped)
    return skipped.why


@pytest.mark.parametrize("value", [0, -0.0, 1, -1, 1e100, -1e100, 1e-100, 10**100, 2**63])
def test_a_number_can_be_calculated_with(value: float) -> None:
    assert is_number(value)


@pytest.mark.parametrize(
    "value", [True, False, None, "1", [1], inf, -inf, nan, 1e101, 1e308, 5e-324, 10**400]
)
def test_what_is_no_number(value: object) -> None:
    assert not is_number(value)


def test_a_result_is_told_with_where_and_with_what_it_was_measured(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"m.C.track_live": [[1.5], [], "1"]},
        requirements={"numpy": "2", "scipy": None},
        env_vars={"A": "b"},
    )
    environment = Environment(
        "here",
        "env-py3.12",
        "3.12",
        matrix=(("numpy", "2"), ("scipy", ""), ("A", "b")),
        params=(("machine", "here"), ("python", "3.12"), ("A", "b")),
    )
    source = Source(path, ONE, environment)
    assert read(tmp_path) == [Result(source, "m.C.track_live", (), 1.5)]


@pytest.mark.parametrize("name", ["python3.12", "python3.12.exe", "python", "python3"])
def test_a_python_that_is_there_already_is_known_by_its_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "python3.12").touch()
    python = tmp_path / name
    if not name.startswith("python3.12"):
        python.symlink_to("python3.12")
    params = {"machine": "here", "python": str(python)}
    write(tmp_path, {"m.C.track_live": [[1], [], "1"]}, params=params)
    (one,) = read(tmp_path)
    assert isinstance(one, Result)
    assert one.source.environment.python == "3.12"


@pytest.mark.parametrize(
    ("low", "high", "weight"),
    [(1, 2, 2), (1.5, 1.0, 4), (1, 1, None), (-inf, inf, None), (0, 5e-324, None), (1, "2", None)],
)
def test_a_weight_is_that_of_asv(tmp_path: Path, low: Any, high: Any, weight: Any) -> None:
    columns = ["result", "params", "version", "stats_ci_99_a", "stats_ci_99_b"]
    write(tmp_path, {"m.C.track_live": [[1], [], "1", [low], [high]]}, result_columns=columns)
    (result,) = read(tmp_path)
    assert isinstance(result, Result)
    assert result.weight == weight


def test_of_many_values_that_are_none_one_is_named_and_the_others_counted(tmp_path: Path) -> None:
    row = [["a", None, nan, inf], [["1", "2", "3", "4"]], "1"]
    path = write_results(tmp_path, ONE, {"m.C.track_live": row})
    failed, inapplicable, skipped = read(tmp_path)
    assert isinstance(failed, Result)
    assert failed.parameters == ("2",)
    assert failed.value is None
    assert isinstance(inapplicable, Result)
    assert isnan(inapplicable.value or 0)
    assert skipped == Skipped(
        str(path),
        "m.C.track_live(1) is 'a' at aaaaaaaa, the first of 2 such; allowed: a number",
    )


def test_parameters_have_as_many_combinations_as_can_be_run(tmp_path: Path) -> None:
    values = list(map(str, range(1_000)))
    write(tmp_path, {"m.C.track_live": [None, [values, values], "1"]})
    assert why(tmp_path) == (
        "m.C.track_live at aaaaaaaa: has 1,000,000 combinations of parameters; allowed: 100,000"
    )


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ({"version": 3}, "its format is 3; allowed: 1 or 2, as asv 0.6 writes it"),
        ({"version": True}, "its format is True; allowed: 1 or 2, as asv 0.6 writes it"),
        ({"commit_hash": "abc"}, "its commit_hash is 'abc'; allowed: a full hash of git"),
        ({"env_name": None}, "its env_name is None; allowed: a text"),
        ({"params": []}, "its params is []; allowed: an object"),
        (
            {"params": {"machine": "here", "python": "../x"}},
            "its python is '../x'; allowed: a version, such as \"3.12\"",
        ),
        *(
            (
                {"params": {"machine": "here", "python": python}},
                f'its python is {python!r}; allowed: a version, such as "3.12"',
            )
            for python in ("/nowhere/python", "/a\0/python3.12", "/nowhere/pypy3.12")
        ),
        (
            {"params": {"machine": "there", "python": "3.12"}},
            "it is of 'there', and the folder of 'here'",
        ),
        ({"requirements": {"numpy": 1}}, "its requirements is [1]; allowed: a list of texts"),
        ({"results": 5}, "its results is 5; allowed: an object"),
    ],
)
def test_a_file_that_asv_did_not_write_is_skipped(
    tmp_path: Path, others: dict[str, object], told: str
) -> None:
    write(tmp_path, {"m.C.track_live": [[1], [], "1"]}, **others)
    assert why(tmp_path) == told


def test_a_folder_without_a_machine_is_named_once(tmp_path: Path) -> None:
    for letter in "ab":
        write_results(tmp_path, letter * 40, {"m.C.track_live": [[1], [], "1"]})
    machine = tmp_path / "here" / "machine.json"
    machine.unlink()
    assert read(tmp_path) == [Skipped(str(machine), "No such file or directory")]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"unit": 1}, "m.C.x: its unit is 1; allowed: a text of 100 characters"),
        ({"version": 1}, "m.C.x: its version is 1; allowed: a text"),
        ({"param_names": [1]}, "m.C.x: its param_names is [1]; allowed: a list of texts"),
    ],
)
def test_a_benchmark_that_is_none_is_named_and_the_others_are_read(
    tmp_path: Path, entry: dict[str, object], told: str
) -> None:
    write_benchmarks(tmp_path, m__C__track_live={}, m__C__x=entry)
    assert list(read_benchmarks(tmp_path)) == [
        ("m.C.track_live", NOW),
        Skipped(str(tmp_path / "benchmarks.json"), told),
    ]


def test_benchmarks_of_another_format_are_named(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.json"
    path.write_text('{"version": 1}')
    assert list(read_benchmarks(tmp_path)) == [
        Skipped(str(path), "its format is 1; allowed: 2, as asv 0.6 writes it")
    ]
