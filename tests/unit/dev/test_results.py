import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asv._stats import get_weight
from asv.benchmarks import Benchmarks
from asv.commands.publish import check_benchmark_params
from asv.config import Config
from asv.graph import GraphSet
from asv.machine import iter_machine_files
from asv.results import iter_results
from asv.util import UserError, load_json

from asv_ledger.text import quote
from dev.results import is_quarantined, quarantine_broken
from support import hostile
from support.histories import repository, write_benchmarks, write_results

COMMIT = "1234567890" * 4
FOREIGN = "Error loading results file '{}': missing key 'requirements'"


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = Path("results")
    write_benchmarks(folder, memory__track_live={})
    write_results(folder, COMMIT, {"memory.track_live": [[1], [], "1"]})
    return folder


def test_what_asv_reads_stays(results: Path) -> None:
    for version in (1, 3):
        name = f"00000000-{version}.json"
        (results / "here" / name).write_text(json.dumps({"version": version}))
    (results / "elsewhere.json").write_text("asv reads results of machines")
    before = sorted(results.rglob("*"))
    assert list(quarantine_broken(results)) == []
    assert sorted(results.rglob("*")) == before


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Expecting value: line 1 column 1 (char 0)"),
        (b'{"version"', "Expecting ':' delimiter: line 1 column 11 (char 10)"),
        (b"\xff\xfe", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"[]", "it is []; allowed: an object"),
        (b"{}", "its version is None"),
        (b'{"version": "2"}', "its version is '2'"),
        (b'{"version": 2, "params": {}}', FOREIGN),
    ],
)
def test_what_is_broken_is_kept_under_another_name(
    results: Path, content: bytes, fault: str
) -> None:
    (path,) = results.glob("here/*-*.json")
    path.write_bytes(content)
    assert list(quarantine_broken(results)) == [
        f"{path} is not as asv writes it ({fault.format(path)}): quarantined as {path.name}.broken"
    ]
    assert path.with_name(f"{path.name}.broken").read_bytes() == content
    assert is_quarantined(path)
    path.write_text("measured again")
    assert not is_quarantined(path)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("benchmarks.json", '{"version": 2, "a": 1}', "a is 1; allowed: an object"),
        ("benchmarks.json", '{"version": 2, "a": {}}', "a: its name is None; allowed: a text"),
        (
            "here/machine.json",
            '{"version": 1, "machine": 3}',
            "its machine is 3; allowed: a text",
        ),
    ],
)
def test_so_are_the_lists_beside_the_results(
    results: Path, name: str, content: str, fault: str
) -> None:
    (results / name).write_text(content)
    path = results / name
    assert list(quarantine_broken(results)) == [
        f"{path} is not as asv writes it ({fault}): quarantined as {path.name}.broken"
    ]
    assert list(quarantine_broken(results)) == []


def test_what_is_quarantined_already_stays(results: Path) -> None:
    path = results / "benchmarks.json"
    for number in range(3):
        path.write_text("0" * number)
        list(quarantine_broken(results))
    kept = [path.with_name(f"{path.name}.broken{suffix}").read_text() for suffix in ("", 1, 2)]
    assert kept == ["", "0", "00"]


def test_what_a_killed_run_was_writing_is_dropped(results: Path) -> None:
    (path,) = results.glob("here/*-*.json")
    part = path.with_name(f"{path.name}.123.part")
    part.write_text("{")
    assert list(quarantine_broken(results)) == []
    assert not part.exists()
    assert path.exists()


@pytest.mark.parametrize("value", ["Infinity", "-Infinity", "1e308", "1" + "0" * 400, '"116"'])
def test_a_value_that_asv_cannot_work_with_is_named_with_its_benchmark(
    results: Path, value: str
) -> None:
    (path,) = results.glob("here/*-*.json")
    path.write_text(path.read_text().replace("[[1], ", f"[[{value}], "))
    (told,) = quarantine_broken(results)
    assert told == (
        f"{path} is not as asv writes it (memory.track_live is {quote(json.loads(value))}; "
        f"allowed: a number of at most 1e100): quarantined as {path.name}.broken"
    )


@pytest.mark.parametrize("value", ["NaN", "null", "true", "5e-324", "-1e100"])
def test_a_value_that_asv_can_work_with_stays(results: Path, value: str) -> None:
    (path,) = results.glob("here/*-*.json")
    path.write_text(path.read_text().replace("[[1], ", f"[[{value}], "))
    assert list(quarantine_broken(results)) == []


@pytest.mark.parametrize("make", hostile.NO_FILES, ids=range(len(hostile.NO_FILES)))
def test_what_is_no_file_is_not_opened(results: Path, make: Callable[[Path], None]) -> None:
    path = results / "here" / "00000000-x.json"
    make(path)
    told = list(quarantine_broken(results))
    if path.is_dir():
        assert told == []  # asv reads no folder
    else:
        assert len(told) == 1
        assert not os.path.lexists(path)


def test_a_name_of_a_file_is_told_on_one_line(results: Path) -> None:
    (results / "here" / "a\n::error::b.json").write_text("")
    (told,) = quarantine_broken(results)
    assert told.startswith("results/here/a\N{REPLACEMENT CHARACTER}::error::b.json is not as asv ")


def test_a_file_that_may_not_be_read_is_an_error(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(PermissionError):
        list(quarantine_broken(results))


def digest(folder: Path) -> None:
    """Do with results what asv does to publish them, but for what needs a repository."""
    configuration = Config()
    configuration.results_dir = str(folder / "results")
    benchmarks = Benchmarks.load(configuration)
    graphs = GraphSet()
    for path in iter_machine_files(configuration.results_dir):
        assert isinstance(load_json(path)["machine"], str)
    for revision, results in enumerate(iter_results(configuration.results_dir)):
        for moment in (results.date, *filter(None, results.started_at.values())):
            datetime.fromtimestamp(moment / 1000)
        for key in results.get_result_keys(benchmarks):
            params = benchmarks[key]["params"]
            value = results.get_result_value(key, params)
            weight = [get_weight(one) for one in results.get_result_stats(key, params)]
            graph = graphs.get_graph(key, results.params | results.env_vars)
            for place in (revision, revision + 10):
                graph.add_data_point(place, *((value, weight) if params else (value[0], weight[0])))
    graphs.detect_steps()
    graphs.save(str(folder / "html"))
    for name, benchmark in benchmarks.items():
        check_benchmark_params(name, benchmark)


def check(folder: Path) -> None:
    """Set aside what is broken, and digest the rest as asv does."""
    list(quarantine_broken(folder / "results"))
    if (folder / "results" / "benchmarks.json").is_file():
        with contextlib.suppress(UserError):  # one line of asv's
            digest(folder)


@pytest.mark.parametrize("value", hostile.VALUES)
def test_asv_digests_what_is_left_of_values(tmp_path: Path, value: str) -> None:
    hostile.write_project(tmp_path)
    hostile.replace_value(hostile.results_file(tmp_path), value)
    check(tmp_path)


@pytest.mark.parametrize(("name", "value"), hostile.PARTS)
def test_asv_digests_what_is_left_of_parts(tmp_path: Path, name: str, value: object) -> None:
    hostile.write_project(tmp_path)
    hostile.replace_part(hostile.results_file(tmp_path), name, value)
    check(tmp_path)


@pytest.mark.parametrize("value", hostile.STATISTICS)
@pytest.mark.parametrize("bound", ["stats_ci_99_a", "stats_ci_99_b", "stats_q_25"])
def test_asv_digests_what_is_left_of_statistics(tmp_path: Path, bound: str, value: object) -> None:
    hostile.write_project(tmp_path)
    path = hostile.results_file(tmp_path)
    columns = ["result", "params", "stats_ci_99_a", bound]
    hostile.replace_part(path, "result_columns", columns)
    hostile.replace_part(path, "results", {"m.C.time_it": [[1], [], [0], value]})
    check(tmp_path)


@pytest.mark.parametrize("content", hostile.FILES, ids=range(len(hostile.FILES)))
@pytest.mark.parametrize("name", ["benchmarks.json", "here/machine.json", "here/0.json"])
def test_asv_digests_what_is_left_of_files(tmp_path: Path, name: str, content: bytes) -> None:
    hostile.write_project(tmp_path)
    (tmp_path / "results" / name).write_bytes(content)
    check(tmp_path)


@pytest.mark.parametrize("value", hostile.BENCHMARKS)
def test_asv_digests_what_is_left_of_benchmarks(tmp_path: Path, value: Any) -> None:
    hostile.write_project(tmp_path)
    path = tmp_path / "results" / "benchmarks.json"
    entry = json.loads(path.read_text())["m.C.track_live"]
    value = entry | value if isinstance(value, dict) else value
    hostile.replace_part(path, "m.C.track_live", value)
    check(tmp_path)


def test_asv_itself_publishes_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (commit,) = repository(tmp_path, "one")
    configuration = {"version": 1, "project": "p", "repo": ".", "branches": ["main"]}
    Path("asv.conf.json").write_text(json.dumps(configuration))
    write_benchmarks(Path("results"), m__C__track_live={})
    write_results(Path("results"), commit, {"m.C.track_live": [[108], [], "1"]})
    paths = hostile.add_results(Path("results", "here"), commit)
    assert len(list(quarantine_broken(Path("results")))) == len(paths)
    subprocess.run(
        [sys.executable, "-m", "asv", "publish", "--no-pull"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert json.loads(Path("html", "index.json").read_text())["project"] == "p"
