import json
from pathlib import Path

import pytest

from tests.ledger.support import write_benchmarks, write_results
from tools.results import is_set_aside, set_aside_broken

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
    assert list(set_aside_broken(results)) == []
    assert sorted(results.rglob("*")) == before


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Expecting value: line 1 column 1 (char 0)"),
        (b'{"version"', "Expecting ':' delimiter: line 1 column 11 (char 10)"),
        (b"\xff\xfe", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"[]", "TypeError('list indices must be integers or slices, not str')"),
        (b"{}", "KeyError('version')"),
        (b'{"version": "2"}', "its version is '2'"),
        (b'{"version": 2, "params": {}}', FOREIGN),
    ],
)
def test_what_is_broken_is_kept_under_another_name(
    results: Path, content: bytes, fault: str
) -> None:
    (path,) = results.glob("here/*-*.json")
    path.write_bytes(content)
    assert list(set_aside_broken(results)) == [
        f"{path} is not as asv writes it ({fault.format(path)}): set aside as {path.name}.broken"
    ]
    assert path.with_name(f"{path.name}.broken").read_bytes() == content
    assert is_set_aside(path)
    path.write_text("measured again")
    assert not is_set_aside(path)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        (
            "benchmarks.json",
            '{"version": 2, "a": 1}',
            "TypeError(\"'int' object is not subscriptable\")",
        ),
        ("benchmarks.json", '{"version": 2, "a": {}}', "KeyError('name')"),
        ("here/machine.json", '{"version": 1, "machine": 3}', "its machine has no name"),
    ],
)
def test_so_are_the_lists_beside_the_results(
    results: Path, name: str, content: str, fault: str
) -> None:
    (results / name).write_text(content)
    path = results / name
    assert list(set_aside_broken(results)) == [
        f"{path} is not as asv writes it ({fault}): set aside as {path.name}.broken"
    ]
    assert list(set_aside_broken(results)) == []


def test_what_was_set_aside_before_stays(results: Path) -> None:
    path = results / "benchmarks.json"
    for number in range(3):
        path.write_text("0" * number)
        list(set_aside_broken(results))
    kept = [path.with_name(f"{path.name}.broken{suffix}").read_text() for suffix in ("", 1, 2)]
    assert kept == ["", "0", "00"]


def test_what_a_killed_run_was_writing_is_dropped(results: Path) -> None:
    (path,) = results.glob("here/*-*.json")
    part = path.with_name(f"{path.name}.123.part")
    part.write_text("{")
    assert list(set_aside_broken(results)) == []
    assert not part.exists()
    assert path.exists()
