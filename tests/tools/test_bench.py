import os
from pathlib import Path

import pytest

from tools import bench


def test_what_git_says_is_utf_8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\nprintf 'caf\\303\\251 \\351\\n'\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert bench.git("log") == "caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("can_fork", [True, False])
def test_where_a_process_cannot_fork_asv_starts_others_afresh(
    can_fork: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def run(command: list[str], stdin: str) -> int:
        started.append((command, stdin))
        return 0

    monkeypatch.setattr(os, "fork", None, raising=False)
    if not can_fork:
        monkeypatch.delattr(os, "fork")
    monkeypatch.setattr(bench, "run", run)
    assert bench.measure("machine", ["one", "two"]) == 0
    ((command, stdin),) = started
    assert stdin == "one\ntwo"
    assert command[3:] == ["run", "HASHFILE:-", "--skip-existing", "--machine", "machine"] + (
        [] if can_fork else ["--launch-method", "spawn"]
    )
