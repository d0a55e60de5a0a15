"""Histories and results made for the tests."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asv_ledger.model.commits import Commit
from asv_ledger.model.series import Key, Series

BENCHMARK = "session_memory.Session.track_live"


def git(repository: Path, *arguments: str, stdin: bytes = b"") -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    process = subprocess.run(
        ["git", "-C", str(repository), *identity, *arguments],
        input=stdin,
        check=True,
        capture_output=True,
    )
    return process.stdout.decode().strip()


def repository(folder: Path, *subjects: str) -> list[str]:
    """Make a repository of empty commits; return their hashes."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    hashes = []
    for subject in subjects:
        git(folder, "commit", "--quiet", "--allow-empty", "--message", subject)
        hashes.append(git(folder, "rev-parse", "HEAD"))
    return hashes


def history(*lines: str) -> dict[str, Commit]:
    """Return commits from lines such as "c a b", a commit and its parents."""
    date = datetime(2026, 1, 1, tzinfo=UTC)
    commits = {}
    for line in lines:
        name, *parents = line.split()
        commits[name] = Commit(name, tuple(parents), date, f"subject of {name}")
    return commits


def series(values: dict[str, float], failed: set[str] | None = None) -> Series:
    """Return an exact series of a benchmark without parameters."""
    key = Key(BENCHMARK, (), "Python 3.12")
    return Series(key, "bytes/session", (), True, values, failed or set())


def write_benchmarks(results: Path, **benchmarks: dict[str, Any]) -> None:
    """Write benchmarks.json of benchmarks by name, in which a double underscore is a dot."""
    entries = {
        name.replace("__", "."): {
            "name": name.replace("__", "."),
            "version": "1",
            "unit": "bytes",
            "param_names": [],
            "params": [],
        }
        | entry
        for name, entry in benchmarks.items()
    }
    results.mkdir(exist_ok=True)
    (results / "benchmarks.json").write_text(json.dumps({**entries, "version": 2}))


def write_results(
    results: Path,
    commit: str,
    values: dict[str, list[Any]],
    machine: str = "here",
    python: str = "3.12",
    **matrix: str,
) -> Path:
    """Write one file of results; a value is a list: the result, its parameters, the version.

    Beyond these come asv's confidence interval of each result, its low ends and its high ones;
    ``matrix`` are requirements by name.
    """
    folder = results / machine
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "machine.json").write_text(json.dumps({"machine": machine, "version": 1}))
    name = "-".join([f"env-py{python}", *(f"{one}{value}" for one, value in matrix.items())])
    path = folder / f"{commit[:8]}-{name}.json"
    path.write_text(
        json.dumps(
            {
                "commit_hash": commit,
                "env_name": name,
                "date": 1_776_081_600_000,
                "params": {"machine": machine, "python": python} | matrix,
                "python": python,
                "requirements": matrix,
                "env_vars": {},
                "result_columns": [
                    "result",
                    "params",
                    "version",
                    "stats_ci_99_a",
                    "stats_ci_99_b",
                ],
                "results": values,
                "durations": {},
                "version": 2,
            }
        )
    )
    return path
