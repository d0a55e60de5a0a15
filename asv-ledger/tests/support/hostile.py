"""Files that a careless or hostile hand may leave where the ledger and asv read."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.histories import write_benchmarks, write_results

ONE, TWO, THREE = (letter * 40 for letter in "abc")
CONTROLS = "\x00\x07\x1b[31m\x7f\x9b\n\r::error::\u2028\u202e\u2066\u200b\ufeff\ud800\uffff"
DEEP = 100_000


def each(name: str, *values: Any) -> list[tuple[str, Any]]:
    """Return a name with each of some values."""
    return [(name, value) for value in values]


# What stands in the place of a value; JSON as text, for some of it Python cannot write.
VALUES = [
    "Infinity",
    "-Infinity",
    "1e999",
    "1e308",
    "-1e308",
    "1e101",
    "5e-324",
    "1" + "0" * 400,
    "true",
    '"116"',
    "[1]",
    "[[1]]",
    "{}",
    json.dumps(CONTROLS),
    "[" * 900 + "]" * 900,
]

# What stands in the place of a file of JSON.
FILES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"3",
    b"NaN",
    b'"text"',
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    '{"version": 2}'.encode("utf-16"),
    b"\x00",
    b'{"version": 1' + b"0" * 5_000 + b"}",
    b"[" * DEEP,
    b'{"a":' * DEEP,
    b'{"version": 2, "version": 3}',
    b'{"version": 2.0}',
    b'{"version": true}',
    b'{"version": NaN}',
    b'{"version": 1e999}',
    b'{"version": -1}',
    b'{"version": null}',
    b'{"version": 1}',
    b'{"version": 1, "results": 5, "commit_hash": 1, "date": 1, "params": 1, "python": 1, '
    b'"requirements": 1}',
    b'{"version": 2}',
    b"{}",
]

# What stands in the place of the row of a benchmark in a file of results.
NO_ROWS: list[Any] = [
    None,
    1,
    "116",
    {},
    [],
    [None],
    [1],
    ["116", []],
    [[], []],
    [[1, 2], []],
    [[1], None, "1"],
    [[1], 3, "1"],
    [[1], "ab", "1"],
    [[1], [1], "1"],
    [[1], [["x"], [1]], "1"],
    [[1], [[["x"]]], "1"],
    [[1], [["\ud800"]], "1"],
    [[1], [[CONTROLS]], "1"],
    [[1], [["x"] * 1_000] * 50, "1"],
    [None, [["x"] * 1_000] * 50, "1"],
    [[1], [], {}],
    [[1], [], "1", "now"],
    [[1], [], "1", 10**30],
]

NO_PYTHONS: list[Any] = [None, 3.12, [], "", "../../x", CONTROLS, "9" * 1_000]

# What stands in the place of one part of a file of results.
PARTS: list[tuple[str, Any]] = [
    *each("commit_hash", None, 1, [], "", "a" * 7, "../" * 13, "g" * 40),
    *each("env_name", None, 1, [], CONTROLS),
    *each("date", None, "now", True, 10**30, -(10**30), 1e999),
    *each("params", None, 1, [], {}, {"machine": "here"}),
    *each("params", *({"machine": "here", "python": python} for python in NO_PYTHONS)),
    ("params", {"machine": "there", "python": "3.12"}),
    ("params", {"machine": "here", "python": "3.12", "cpu": ["unhashable"]}),
    ("params", {"machine": "here", "python": "3.12", "cpu": "x" * 1_000}),
    ("params", {"machine": "here", "python": "3.12", "cpu": "\ud800"}),
    *each("requirements", None, 1, [1], {"numpy": 1}),
    *each("env_vars", None, 1, [1], {"A": ["unhashable"]}),
    *each("result_columns", None, 1, [], [1], [[]], ["other"], ["result"]),
    *each("results", None, 1, [], {CONTROLS: [[1], []]}),
    *each("durations", None, 1, []),
    *each("results", *({"m.C.track_live": row} for row in NO_ROWS)),
]
STATISTICS: list[Any] = [
    [1],
    "x",
    {},
    [[]],
    ["x"],
    [10**400],
    [1e999],
    [-5e-324],
    [None],
    [1, 2],
    [True],
]

# What stands in the place of one part of a benchmark, and of a benchmark.
BENCHMARK_PARTS: list[tuple[str, Any]] = [
    *each("name", None, 1, [], "x" * 1_000, "\ud800", CONTROLS),
    *each("unit", 1, [], CONTROLS, "x" * 1_000_000),
    *each("version", 1, [], None),
    *each("param_names", None, 1, "ab", [1], ["x"]),
    *each("params", None, 1, "ab", [1], [[1]], [["x"] * 1_000] * 50),
]
BENCHMARKS: list[Any] = [
    None,
    1,
    [],
    *({name: value} for name, value in BENCHMARK_PARTS),
]

KEYS = (
    "exact",
    "metrics",
    "sites",
    "python",
    "headline",
    "parts",
    "tables",
    "scale",
    "commands",
    "summary",
)
NO_SETTINGS: list[Any] = [None, 5, True, [5], {"x": 5}, {"x": [5]}, {CONTROLS: CONTROLS}, [[]]]
NO_NUMBERS: list[Any] = [True, float("nan"), float("inf"), 10**400, 5e-324, [], {}]
NO_PATTERNS = ["(", "a{99999999999999999999}", "(" * 5_000 + ")" * 5_000, "(?P<a>x", "\\1", "\0"]

# What stands in the place of one key of asv.conf.json.
SETTINGS: list[tuple[str, Any]] = [
    *each("repo", None, 5, [], {}, True, "a\0b", "\ud800"),
    *each("results_dir", None, 5, [], {}, True, "a\0b", "\ud800", "x" * 10_000),
    *each("benchmark_dir", None, 5, [], {}, True, "a\0b", "\ud800"),
    *each("html_dir", None, 5, [], {}, True),
    *each("project", None, 5, [], {}, True),
    *each("plugins", None, 5, "x", {}, [5], [[]], [CONTROLS]),
    *each("branches", {}, 5, "main", [5], [[]], []),
    *each("show_commit_url", None, 5, []),
    *each("version", None, "1", [], 0, 2, 1e999),
    *each("regressions_thresholds", None, 5, [], {"(": 1}, {"a{99999999999999999999}": 1}),
    *each("regressions_thresholds", *({"x": value} for value in (*NO_NUMBERS, None, "much"))),
    *each("ledger", None, 5, [], "x", True, {"unknown": 1}, {CONTROLS: 1}),
    *each("ledger", *({key: value} for key in KEYS for value in NO_SETTINGS)),
    *each("ledger", *({"exact": [pattern]} for pattern in NO_PATTERNS)),
    *each(
        "ledger",
        *(
            {"summary": {"x": {"metric": "m.C.track_live", key: value}}}
            for key in ("per", "into", "minus")
            for value in (0, *NO_NUMBERS)
        ),
    ),
]


def write_project(folder: Path) -> None:
    """Write a configuration, benchmarks and the results of three commits."""
    configuration = {
        "version": 1,
        "project": "p",
        "repo": ".",
        "plugins": [".asv_ledger.publisher"],
        "ledger": {
            "exact": ["track_"],
            "headline": "m.C.track_live",
            "parts": "m.C.track_sizes",
            "summary": {"live": {"metric": "m.C.track_live", "per": 8}},
        },
    }
    (folder / "asv.conf.json").write_text(json.dumps(configuration))
    results = folder / "results"
    write_benchmarks(
        results,
        m__C__track_live={"unit": "bytes/session"},
        m__C__track_sizes={"param_names": ["size"], "params": [["1", "2"]]},
        m__C__time_it={"unit": "seconds"},
    )
    for number, commit in enumerate((ONE, TWO, THREE)):
        rows: dict[str, list[Any]] = {
            "m.C.track_live": [[100 + 8 * number], [], "1"],
            "m.C.track_sizes": [[1.5, 2.5 * number], [["1", "2"]], "1"],
            "m.C.time_it": [[0.5], [], "1"],
        }
        write_results(results, commit, rows)


def results_file(folder: Path) -> Path:
    """Return the file of the newest commit's results."""
    (path,) = folder.glob(f"results/here/{THREE[:8]}-*.json")
    return path


def replace_value(path: Path, value: str) -> None:
    """Put JSON in the place of the values of a benchmark."""
    data = json.loads(path.read_text())
    data["results"]["m.C.track_live"][0] = ["VALUE"]
    path.write_text(json.dumps(data).replace('"VALUE"', value))


def replace_part(path: Path, name: str, value: Any) -> None:
    """Put a value in the place of a part of an object, in a file of JSON."""
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))


def make_loop(path: Path) -> None:
    """Make a link that leads to itself."""
    path.symlink_to(path.name)


def make_socket(path: Path) -> None:
    """Make a socket that nobody listens at."""
    here = Path.cwd()
    os.chdir(path.parent)  # a path to a socket has 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


# What stands in the place of a file, and is none.
NO_FILES: list[Callable[[Path], None]] = [
    os.mkfifo,
    Path.mkdir,
    make_loop,
    make_socket,
    lambda path: path.symlink_to("/dev/zero"),
    lambda path: path.symlink_to("missing"),
]


def add_results(folder: Path, commit: str) -> list[Path]:
    """Add what asv would fail on, or never end with, to the results of a commit; return paths."""
    (sound,) = folder.glob(f"{commit[:8]}-*.json")
    paths = [folder / f"{number:08d}.json" for number in range(len(NASTY) + 2)]
    for path, content in zip(paths, NASTY, strict=False):
        path.write_text(sound.read_text().replace("[[108], ", content))
    os.mkfifo(paths[-2])
    make_loop(paths[-1])
    return paths


NASTY = [
    "[[Infinity], ",
    "[[-1e308], ",
    "[[1" + "0" * 400 + "], ",
    '[["116"], ',
    "[[[[1]]], ",
    "[116, ",
    "[" * DEEP,
]
