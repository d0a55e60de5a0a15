import os
from contextlib import nullcontext
from pathlib import Path
from typing import NoReturn

import pytest

from dev import bench
from dev.errors import DevError


@pytest.mark.parametrize("can_fork", [True, False])
def test_where_a_process_cannot_fork_asv_starts_others_afresh(
    can_fork: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def run(command: list[str], environment: dict[str, str], stdin: str) -> int:
        started.append((command, environment, stdin))
        assert Path(environment["TMPDIR"]).is_dir()
        return 0

    monkeypatch.setattr(os, "fork", None, raising=False)
    if not can_fork:
        monkeypatch.delattr(os, "fork")
    monkeypatch.setattr(bench, "run", run)
    assert bench.measure("machine", ["one", "two"]) == 0
    ((command, environment, stdin),) = started
    assert not Path(environment["TMPDIR"]).exists()
    assert stdin == "one\ntwo"
    assert command[3:] == ["run", "HASHFILE:-", "--skip-existing", "--machine", "machine"] + (
        [] if can_fork else ["--launch-method", "spawn"]
    )


@pytest.fixture
def _free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands run beside whatever is at work in this checkout."""
    monkeypatch.setattr(bench, "alone", lambda _: nullcontext())
    monkeypatch.setattr(bench, "quarantine", lambda: None)


@pytest.mark.usefixtures("_free")
def test_an_interrupt_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(bench, "check_machine", interrupt)
    with pytest.raises(KeyboardInterrupt):
        bench.bench()
    told = "bench: interrupted; the same command measures what is missing\n"
    assert capsys.readouterr() == ("", told)


@pytest.mark.usefixtures("_free")
def test_the_site_is_what_asv_publishes_and_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    status = 0

    def run_module(*words: str) -> int:
        asked.append(words)
        return status

    monkeypatch.setattr(bench, "check_writable", lambda _: None)
    monkeypatch.setattr(bench, "run_module", run_module)
    assert bench.site() == 0
    assert asked == [("dev.asv", "publish", "--no-pull")]
    status = 1
    with pytest.raises(DevError) as caught:
        bench.site()
    assert str(caught.value) == "asv publish ended with status 1; the results are kept"


def test_what_changed_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def run_module(*words: str) -> int:
        started.append(words)
        return 4

    monkeypatch.setattr(bench, "run_module", run_module)
    bench.explain()
    assert started == [("asv_ledger", "explain")]
