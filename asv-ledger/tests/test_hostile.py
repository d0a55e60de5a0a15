"""No file of anybody's ends the ledger with a traceback, or controls what shows its output."""

import contextlib
import io
import json
import os
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asv_ledger import cli
from asv_ledger.config import read_settings
from asv_ledger.document.memory import describe
from asv_ledger.document.schema import Memory
from asv_ledger.document.sections import SectionError, read_section
from asv_ledger.model.commits import Commit
from asv_ledger.model.history import History
from asv_ledger.render.feed import write_feed
from asv_ledger.render.markdown import render_markdown
from asv_ledger.render.pages import render_html
from asv_ledger.sources import project as project_module
from asv_ledger.sources.attribution import KeptSites
from asv_ledger.sources.baseline import BaselineError, parse_baseline, read_baseline
from asv_ledger.sources.series import read_series
from asv_ledger.statuses import Status
from asv_ledger.text import to_line
from support import hostile
from support.samples import section

COMMITS = {
    name: Commit(name, tuple(parents), datetime(2026, 1, 1, tzinfo=UTC), hostile.CONTROLS)
    for name, parents in (
        (hostile.ONE, ()),
        (hostile.TWO, (hostile.ONE,)),
        (hostile.THREE, (hostile.TWO,)),
    )
}
TAGS = {hostile.CONTROLS: hostile.ONE}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    hostile.write_project(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True, scope="module")
def history() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project_module, "_find_repository", lambda _: Mock(dvcs="git", _path="."))
        patch.setattr(project_module, "read_history", lambda *_: History(COMMITS, tags=TAGS))
        yield


def run(folder: Path, *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run a command; return its status and the lines that it prints, which control nothing."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.main(["--config", str(folder / "asv.conf.json"), *arguments])
    lines, errors = (stream.getvalue().removesuffix("\n").split("\n") for stream in (out, err))
    for line in (*lines, *errors):
        assert line == to_line(line)
        line.encode()
    return status, lines, errors


def check(folder: Path) -> list[str]:
    """Tell and publish what is in a folder; return the lines of errors."""
    status, _, errors = run(folder, "show")
    if status:
        assert status == Status.WRONG_USE
        (line,) = errors
        assert line.startswith("asv-ledger: ")
        return errors
    publish(folder)
    return errors


def publish(folder: Path) -> Memory:
    """Publish as asv does, without asv; return what memory.json holds."""
    read = read_settings(folder / "asv.conf.json")
    series = read_series(read.results, read.exact, read.parts).series
    reader = KeptSites.of(read, [one for one in series if one.is_exact])
    memory = describe("p", History(COMMITS, tags=TAGS), series, read, reader.explain)
    text = json.dumps(memory, ensure_ascii=False, allow_nan=False)
    text.encode()
    for page in (render_html(memory), render_markdown(memory)):
        page.encode()
        assert not any(line != to_line(line) for line in page.split("\n"))
    write_feed(memory, "", folder / "memory.xml")
    ET.fromstring((folder / "memory.xml").read_bytes())
    return memory


def test_the_project_of_these_tests_is_sound(project: Path) -> None:
    assert check(project) == [""]
    memory = publish(project)
    assert [len(change["metrics"]) for change in memory["changes"]] == [2, 2]
    assert memory["summary"] == {"live": 14.5}


@pytest.mark.parametrize("value", hostile.VALUES)
def test_a_value_that_is_no_number_is_skipped_and_named(project: Path, value: str) -> None:
    path = hostile.results_file(project)
    hostile.replace_value(path, value)
    (error,) = check(project)
    assert error.startswith(f"asv-ledger: skipped {path}: ")
    (changes,) = [one for one in publish(project)["changes"] if one["commit"] == hostile.THREE]
    assert [one["benchmark"] for one in changes["metrics"]] == ["m.C.track_sizes"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("Infinity", "m.C.track_live is inf at cccccccc; allowed: 0, or a number from 1e-100 to"),
        ("true", "m.C.track_live is True at cccccccc; allowed: a number"),
        ('"116"', "m.C.track_live is '116' at cccccccc; allowed: a number"),
        ("1e308", "m.C.track_live is 1e+308 at cccccccc; allowed: 0, or a number from 1e-100 to"),
        ("1, 2", "m.C.track_live at cccccccc: has 2 values of 1 combinations of parameters"),
    ],
)
def test_the_line_names_benchmark_and_value(project: Path, value: str, told: str) -> None:
    path = hostile.results_file(project)
    hostile.replace_value(path, value)
    (error,) = check(project)
    assert error.startswith(f"asv-ledger: skipped {path}: {told}")


@pytest.mark.parametrize("content", hostile.FILES, ids=range(len(hostile.FILES)))
@pytest.mark.parametrize(
    "name", ["asv.conf.json", "results/benchmarks.json", "results/here/machine.json", "results"]
)
def test_a_file_that_is_none_of_asv_is_named(project: Path, name: str, content: bytes) -> None:
    path = hostile.results_file(project) if name == "results" else project / name
    path.write_bytes(content)
    is_sound = name == "results/benchmarks.json" and content == b'{"version": 2}'
    assert is_sound or path.name in check(project)[0]


@pytest.mark.parametrize("make", hostile.NO_FILES, ids=range(len(hostile.NO_FILES)))
@pytest.mark.parametrize(
    "name", ["asv.conf.json", "results/benchmarks.json", "results/here/machine.json", "results"]
)
def test_what_is_no_file_is_not_opened(
    project: Path, name: str, make: Callable[[Path], None]
) -> None:
    path = hostile.results_file(project) if name == "results" else project / name
    path.unlink()
    make(path)
    errors = check(project)
    assert path.name in errors[0] or (name == "results" and path.is_dir())


def test_a_file_that_is_too_large_is_not_read(project: Path) -> None:
    path = hostile.results_file(project)
    os.truncate(path, 64_000_001)
    assert check(project) == [
        f"asv-ledger: skipped {path}: it has 64,000,001 bytes; allowed: 64,000,000"
    ]


def test_a_name_of_a_file_is_told_on_one_line(project: Path) -> None:
    path = hostile.results_file(project)
    path.rename(path.with_name("a\n::error::b\x1b[31m\udcff\N{RIGHT-TO-LEFT OVERRIDE}.json"))
    hostile.replace_value(next(project.glob("results/here/a*")), "true")
    mark = "\N{REPLACEMENT CHARACTER}"
    (error,) = check(project)
    assert f"/a{mark}::error::b{mark}[31m{mark}{mark}.json: " in error


@pytest.mark.parametrize(("name", "value"), hostile.PARTS)
def test_a_part_of_a_file_that_is_not_what_asv_writes(
    project: Path, name: str, value: object
) -> None:
    hostile.replace_part(hostile.results_file(project), name, value)
    check(project)


@pytest.mark.parametrize("value", hostile.STATISTICS)
def test_statistics_are_what_they_are(project: Path, value: object) -> None:
    columns = ["result", "params", "version", "stats_ci_99_a", "stats_ci_99_b"]
    path = hostile.results_file(project)
    hostile.replace_part(path, "result_columns", columns)
    hostile.replace_part(path, "results", {"m.C.time_it": [[1], [], "1", value, value]})
    assert check(project) == [""]


@pytest.mark.parametrize("value", hostile.BENCHMARKS)
def test_a_benchmark_that_is_none(project: Path, value: Any) -> None:
    path = project / "results" / "benchmarks.json"
    entry = json.loads(path.read_text())["m.C.track_live"]
    value = entry | value if isinstance(value, dict) else value
    hostile.replace_part(path, "m.C.track_live", value)
    check(project)


@pytest.mark.parametrize(("key", "value"), hostile.SETTINGS)
def test_a_setting_that_is_none(project: Path, key: str, value: object) -> None:
    hostile.replace_part(project / "asv.conf.json", key, value)
    check(project)


def test_patterns_are_matched_each_by_itself(project: Path) -> None:
    patterns = [r"(?i)TRACK_LIVE", r"(?P<a>nothing)", r"(?P<a>size)s", r"(e)\1"]
    hostile.replace_part(project / "asv.conf.json", "ledger", {"exact": patterns})
    assert check(project) == [""]
    (one, _) = publish(project)["changes"]
    assert [metric["benchmark"] for metric in one["metrics"]] == [
        "m.C.track_live",
        "m.C.track_sizes",
    ]


def test_names_parameters_and_units_control_nothing(project: Path) -> None:
    results = project / "results"
    name = f"m.{hostile.CONTROLS}::track_live"
    units = {"unit": f"{hostile.CONTROLS}| a |", "version": "1", "param_names": [hostile.CONTROLS]}
    hostile.replace_part(results / "benchmarks.json", name, units)
    for number, path in enumerate(sorted(results.glob("here/*-*.json"))):
        row = [[number], [[f"::error::{hostile.CONTROLS}"]], "1"]
        hostile.replace_part(path, "results", {name: row})
    assert check(project) == [""]
    assert publish(project)["changes"]


def test_numbers_of_any_size_leave_only_numbers(project: Path) -> None:
    values = iter(["-1e100", "1e-100", "1e100"])
    for path in sorted((project / "results").glob("here/*-*.json")):
        hostile.replace_value(path, next(values))
    assert check(project) == [""]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**30, 10**31)
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.sampled_from([hostile.CONTROLS, "3.12", "1", "m.C.track_live", hostile.ONE, "(", "\0"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(node: Any, *above: Any) -> list[tuple[Any, ...]]:
    """Return the places of all nodes within a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    inner = [
        place
        for key, value in items
        for place in (places(value, *above, key) if isinstance(value, dict | list) else [])
    ]
    keys = node if isinstance(node, dict) else range(len(node))
    return [*((*above, key) for key in keys), *inner]


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_part_of_any_file_may_be_anything(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        hostile.write_project(folder)
        paths = [
            folder / "asv.conf.json",
            folder / "results" / "benchmarks.json",
            folder / "results" / "here" / "machine.json",
            hostile.results_file(folder),
        ]
        path = data.draw(st.sampled_from(paths))
        document = json.loads(path.read_text())
        *above, key = data.draw(st.sampled_from(places(document)))
        node = document
        for step in above:
            node = node[step]
        node[key] = data.draw(anything)
        path.write_text(json.dumps(document))
        check(folder)


@given(data=st.data())
@settings(deadline=None)
def test_any_part_of_a_section_may_be_anything(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "section.json")
        document = json.loads(json.dumps(section()))
        *above, key = data.draw(st.sampled_from(places(document)))
        node: Any = document
        for step in above:
            node = node[step]
        node[key] = data.draw(anything)
        path.write_text(json.dumps(document))
        with contextlib.suppress(SectionError):
            read_section(path)


@pytest.mark.parametrize("content", hostile.FILES, ids=range(len(hostile.FILES)))
def test_no_section_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "section.json"
    path.write_bytes(content)
    with pytest.raises(SectionError) as raised:
        read_section(path)
    assert "\n" not in to_line(str(raised.value))


SITES = {
    "commit_hash": hostile.THREE,
    "python": "3.12",
    "versions": {"m.C.track_live": "1", "m.C.track_sizes": "1"},
    "lines": [["a.py", 1, hostile.CONTROLS], [None, None, None]],
    "metrics": {"m.C.track_live": [[0, 108], [1, 8]]},
}


def write_sites(folder: Path, content: bytes) -> Path:
    """Write the sites of both commits of a change, the latter as they are given."""
    hostile.replace_part(
        folder / "asv.conf.json", "ledger", {"exact": ["track_"], "sites": "python sites.py"}
    )
    (folder / "attribution").mkdir()
    before = folder / "attribution" / f"{hostile.TWO[:8]}-py3.12.json"
    metrics = {"m.C.track_live": [[0, 108]]}
    before.write_text(json.dumps(SITES | {"commit_hash": hostile.TWO, "metrics": metrics}))
    path = folder / "attribution" / f"{hostile.THREE[:8]}-py3.12.json"
    path.write_bytes(content)
    return path


def test_sites_tell_sites_that_control_nothing(project: Path) -> None:
    write_sites(project, json.dumps(SITES).encode())
    _, lines, _ = run(project, "show")
    assert "        +8  elsewhere" in lines
    assert check(project) == [""]


@pytest.mark.parametrize("content", hostile.FILES, ids=range(len(hostile.FILES)))
def test_sites_that_are_none_explain_nothing(project: Path, content: bytes) -> None:
    write_sites(project, content)
    assert check(project) == [""]


@pytest.mark.parametrize("make", hostile.NO_FILES, ids=range(len(hostile.NO_FILES)))
def test_what_is_no_file_beside_the_results_is_not_opened(
    project: Path, make: Callable[[Path], None]
) -> None:
    sites = write_sites(project, b"")
    sites.unlink()
    paths = [sites, project / "section.json", project / "baseline.toml"]
    for path in paths:
        make(path)
    assert check(project) == [""]
    if paths[1].exists():
        with pytest.raises(SectionError):
            read_section(paths[1])
        with pytest.raises(BaselineError):
            read_baseline(paths[2])


@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_any_part_of_sites_may_be_anything(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        hostile.write_project(folder)
        document: Any = json.loads(json.dumps(SITES))
        *above, key = data.draw(st.sampled_from(places(document)))
        node = document
        for step in above:
            node = node[step]
        node[key] = data.draw(anything)
        write_sites(folder, json.dumps(document).encode())
        assert check(folder) == [""]


@given(st.text(st.characters()) | st.text("[]{}=.\"'1x\n", max_size=30))
def test_any_text_is_baseline_or_refused(text: str) -> None:
    with contextlib.suppress(BaselineError):
        parse_baseline(text, "baseline.toml")
