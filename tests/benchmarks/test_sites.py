import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import measure, sites, workload
from benchmarks.session_memory import OneMoreSession

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("payload", workload.PAYLOADS)
def test_the_sites_sum_to_one_more_session(payload: str) -> None:
    marginal = OneMoreSession().setup_cache()[payload].marginal
    assert sum(sites.one_more_session(payload).values()) == marginal


def test_the_command_prints_every_site_with_its_code() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.sites"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(process.stdout)
    assert list(report) == list(workload.PAYLOADS)
    for payload, entries in report.items():
        in_process = sites.one_more_session(payload)
        assert [entry["bytes"] for entry in entries] == sorted(in_process.values(), reverse=True)
        for entry in entries:
            assert set(entry) == {"file", "line", "code", "bytes"}
            code = (ROOT / entry["file"]).read_text().splitlines()[entry["line"] - 1]
            assert entry["code"] == code.strip()


def test_a_block_allocated_elsewhere_has_no_site() -> None:
    assert sites._describe(None) == {"file": None, "line": None, "code": None}


def test_a_commit_without_the_bridge_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "bridge_model", ModuleType("bridge_model"))
    assert sites.main() == 1
    assert capsys.readouterr().err == "sites: this commit has no bridge_model.Bridge\n"


def test_an_inexact_session_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise measure.InexactError("two readings differ")

    monkeypatch.setattr(measure, "sites", refuse)
    assert sites.main() == 1
    assert capsys.readouterr().err == "sites: two readings differ\n"
