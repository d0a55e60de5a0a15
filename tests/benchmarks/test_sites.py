import json
import os
import sys
from itertools import permutations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from benchmarks import sites
from benchmarks.figures import Failure, Figure
from benchmarks.measure import Bytes, Site
from tests.benchmarks.conftest import Modules

ROOT = Path(__file__).resolve().parents[2]

Report = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def report() -> Report:
    with pytest.MonkeyPatch.context() as monkeypatch:
        printed: list[str] = []
        monkeypatch.setattr("builtins.print", printed.append)
        assert sites.main([]) == 0
    told = json.loads("".join(printed))
    assert isinstance(told, dict)
    return told


@pytest.mark.slow
def test_the_sites_sum_to_the_figure(report: Report, read: list[Figure | Failure]) -> None:
    values = {one.name: one.value for one in read if isinstance(one, Figure)}
    for name, entries in report.items():
        summed = sum(site["bytes"] for site in entries)
        assert summed == pytest.approx(values.pop(name), rel=1e-12), name
    assert {name.partition("(")[0] for name in values} == {
        "history_memory.HistoryWindow.track_messages_kept",
        "session_memory.WorkingPeak.track_most",
    }


@pytest.mark.slow
def test_every_site_is_told_with_its_code(report: Report) -> None:
    files = set()
    for entries in report.values():
        sizes = [abs(site["bytes"]) for site in entries]
        assert sizes == sorted(sizes, reverse=True)
        for site in entries:
            assert set(site) == {"file", "line", "code", "bytes"}
            if site["file"] is not None:
                lines = (ROOT / str(site["file"])).read_text().splitlines()
                assert site["code"] == lines[int(site["line"]) - 1].strip()
                files.add(site["file"])
    assert {"bridge_model/packed.py", "bridge_model/bridge.py", "benchmarks/workload.py"} <= files


def test_what_is_allocated_elsewhere_has_no_site() -> None:
    assert sites._place(None) == {"file": None, "line": None, "code": None}


@pytest.mark.parametrize("separator", ["/", "\\"], ids=["POSIX", "Windows"])
def test_a_root_is_the_folder_of_the_bridge_and_no_other_that_begins_alike(
    separator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sep", separator)
    package, _ = sites.roots()
    assert package == f"{ROOT / 'bridge_model'}{separator}"


def test_the_largest_is_first_and_of_one_size_the_first_line() -> None:
    lines = [Site("one.py", 9), Site("one.py", 10), Site("two.py", 1)]
    sizes = [8.0, -8.0, 8.0]
    for order in permutations(zip(lines, sizes, strict=True)):
        value = Bytes(32.0, {None: 8.0, Site("one.py", 11): 16.0} | dict(order))
        assert [entry["line"] for entry in sites._describe(value)] == [11, None, 9, 10, 1]


def test_a_commit_without_the_bridge_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "bridge_model", ModuleType("bridge_model"))
    assert sites.main([]) == 1
    assert capsys.readouterr().err == "sites: this commit has no bridge_model.__file__\n"


HALF = """
from benchmarks import measure
class Half:
    def track_live(self): return measure.live(lambda: bytes(1_000))
    def track_most(self): return measure.most(lambda: bytes(1_000))
    def track_none(self): raise ValueError("no bridge today")
"""


def test_one_that_fails_does_not_hide_the_sites_of_others(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    modules(half_memory=HALF)
    assert sites.main([]) == 0
    printed = capsys.readouterr()
    assert printed.err == "sites: half_memory.Half.track_none: ValueError: no bridge today\n"
    told = json.loads(printed.out)
    assert told.pop("half_memory.Half.track_none") == {"failed": "ValueError: no bridge today"}
    (live,) = told.pop("half_memory.Half.track_live")
    assert (live["file"], live["bytes"]) == (None, 1_033)
    assert told == {}


def test_where_all_fail_the_status_says_so(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    modules(no_memory="raise OSError('no disk')")
    assert sites.main([]) == 1
    assert capsys.readouterr() == ("", "sites: no_memory: OSError: no disk\n")
