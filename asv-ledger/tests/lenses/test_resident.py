import pickle
import subprocess
import sys
from importlib import import_module
from io import BytesIO, TextIOWrapper
from math import isnan
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from unittest.mock import Mock

import pytest

from asv_ledger import lenses
from asv_ledger.lenses.packages import provide
from asv_ledger.lenses.resident import grow


def grow_for_a_while(length: int) -> None:
    bytearray(length)


def import_much(_: int) -> None:
    module = vars(import_module("asv_ledger.lenses.packages"))
    if "kept" not in module:
        module["kept"] = bytearray(50_000_000)


class TestResident:
    def test_a_process_grows_by_what_it_keeps(self) -> None:
        growth = lenses.resident(bytearray, 50_000_000)
        assert growth.rss == pytest.approx(50_000_000, rel=0.05)
        assert growth.uss == pytest.approx(50_000_000, rel=0.05)

    def test_a_process_does_not_grow_by_what_it_drops(self) -> None:
        growth = lenses.resident(grow_for_a_while, 50_000_000)
        assert growth.rss < 1_000_000

    def test_what_only_the_first_use_costs_is_no_growth(self) -> None:
        growth = lenses.resident(import_much, 1_000)
        assert growth.rss < 1_000_000

    def test_what_is_measured_is_what_would_be_imported_here(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Under asv, the installed commit comes before the project that holds the benchmarks."""
        beside = tmp_path / "project"
        for folder, commit in ((tmp_path / "installed", "under test"), (beside, "checked out")):
            folder.mkdir()
            (folder / "measured.py").write_text(f"raise SystemExit('the commit {commit}')")
        (beside / "suite").mkdir()
        (beside / "suite" / "__init__.py").write_text("def build(size): import measured")
        monkeypatch.syspath_prepend(tmp_path / "installed")
        monkeypatch.setattr(sys, "meta_path", sys.meta_path.copy())
        monkeypatch.setitem(sys.modules, "suite", None)
        del sys.modules["suite"]
        provide(beside / "suite")
        monkeypatch.chdir(beside)
        with pytest.raises(subprocess.CalledProcessError):
            lenses.resident(import_module("suite").build, 1)
        assert capfd.readouterr().err == "the commit under test\n"

    def test_a_failing_build_fails_and_says_why(self, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(
            subprocess.CalledProcessError, match=r"returned non-zero exit status 1\.$"
        ):
            lenses.resident(chr, -1)
        said = capfd.readouterr().err
        assert said.endswith("ValueError: chr() arg not in range(0x110000)\n")


class Told(NamedTuple):
    """What a system tells of a process's memory, as psutil does there."""

    rss: int
    vms: int = 0
    uss: int = 0


class ToldElsewhere(NamedTuple):
    """What FreeBSD tells, for one."""

    rss: int
    vms: int = 0


class Process:
    """A process that grows by each reading."""

    def __init__(self, readings: list[object]) -> None:
        self.readings = readings

    def memory_full_info(self) -> object:
        return self.readings.pop(0)


class TestPlatforms:
    """What differs between systems, simulated."""

    @pytest.mark.parametrize(
        ("readings", "printed"),
        [
            ([Told(1_000, uss=900), Told(5_000, uss=4_500)], "4000 3600\n"),
            ([ToldElsewhere(1_000), ToldElsewhere(5_000)], "4000 nan\n"),
        ],
        ids=["Linux, macOS, Windows", "elsewhere"],
    )
    def test_a_process_says_by_how_much_it_grew(
        self,
        readings: list[object],
        printed: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        psutil = ModuleType("psutil")
        setattr(psutil, "Process", lambda: Process(readings))  # noqa: B010
        monkeypatch.setitem(sys.modules, "psutil", psutil)
        monkeypatch.setattr(sys, "path", sys.path.copy())
        told = pickle.dumps((sys.path, [])) + pickle.dumps((bytes, 10))
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(told)))
        grow()
        assert capsys.readouterr().out == printed

    @pytest.mark.parametrize("said", [b"4000 3600\n", b"4000 3600\r\n"], ids=["POSIX", "Windows"])
    def test_lines_may_end_in_either_way(
        self, said: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: Mock(stdout=said))
        assert lenses.resident(bytes, 1) == lenses.Growth(4_000, 3_600)

    def test_what_the_system_does_not_tell_does_not_apply(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: Mock(stdout=b"4000 nan\n"))
        growth = lenses.resident(bytes, 1)
        assert growth.rss == 4_000
        assert isnan(growth.uss)  # for asv: not applicable
