"""``asv publish`` of a history of a thousand commits, every benchmark measured at each of them."""

import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import json5
import pytest

from asv_ledger.model.series import exact_matcher
from evaluation.scratch import ROOT
from support.histories import git, write_results

COMMITS = 1_000
SUBJECTS = ("<script>alert(1)</script>", "تاريخ الذاكرة", "Change `a` *thing*")
OURS = json5.loads((ROOT / "asv.conf.json").read_text())["ledger"]

PUBLISH_ALONE = """
import time
from asv.config import Config
from asv.repo import get_repo
from asv_ledger.publisher import Memory

conf = Config.load("asv.conf.json")
started = time.process_time()
Memory.publish(conf, get_repo(conf))
print(time.process_time() - started)
"""


def commit_all(repository: Path) -> list[str]:
    git(repository, "init", "--quiet", "--initial-branch=main")
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@example.org> {1_776_081_600 + number} +0000\n"
        f"data {len(subject.encode())}\n{subject}\n"
        for number, subject in zip(range(COMMITS), itertools.cycle(SUBJECTS), strict=False)
    )
    subprocess.run(
        ["git", "fast-import", "--quiet"],
        cwd=repository,
        input=stream,
        encoding="utf-8",
        check=True,
    )
    return git(repository, "rev-list", "--reverse", "main").split()


def metrics(benchmarks: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Iterate over the results of commits: a quarter of them change every exact metric."""
    noise = random.Random(1)
    is_exact = exact_matcher(OURS["exact"])
    for number in itertools.count():
        yield {
            name: [
                [
                    1_000.0 + number // 4 if is_exact(name) else noise.gauss(1_000.0, 10.0)
                    for _ in itertools.product(*benchmark["params"])
                ],
                benchmark["params"],
                benchmark["version"],
            ]
            for name, benchmark in benchmarks.items()
        }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scale")
    benchmarks = json.loads((ROOT / "results" / "benchmarks.json").read_text())
    (folder / "results").mkdir()
    (folder / "results" / "benchmarks.json").write_text(json.dumps(benchmarks))
    del benchmarks["version"]
    for name, results in zip(commit_all(folder), metrics(benchmarks), strict=False):
        write_results(folder / "results", name, results)
    configuration = {
        "version": 1,
        "project": "scale",
        "repo": ".",
        "branches": ["main"],
        "results_dir": "results",
        "html_dir": "html",
        "plugins": [".asv_ledger.publisher"],
        "ledger": {key: value for key, value in OURS.items() if key not in ("metrics", "sites")},
    }
    (folder / "asv.conf.json").write_text(json.dumps(configuration))
    return folder


def start(project: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=project,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_thousand_commits_are_published_in_a_minute_and_a_gigabyte(project: Path) -> None:
    started = time.monotonic()
    with start(project, "-m", "asv", "publish", "--no-pull") as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    assert time.monotonic() - started < 60
    assert usage.ru_maxrss * 1024 < 1e9
    memory = json.loads((project / "html" / "memory.json").read_text())
    assert len(memory["tables"]["commits"]) == COMMITS
    assert len(memory["changes"]) == COMMITS // 4 - 1


def test_ten_seconds_of_it_are_the_ledger_at_most(project: Path) -> None:
    (project / "html").mkdir(exist_ok=True)
    with start(project, "-c", PUBLISH_ALONE) as process:
        assert process.stdout is not None
        seconds = float(process.stdout.read())
    assert process.returncode == 0
    assert seconds < 10
