import json
import platform
from pathlib import Path

import asv.util
import pytest
from asv.machine import Machine

from dev.machine import register


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def be(monkeypatch: pytest.MonkeyPatch, host: str, release: str, memory: int, cpu: str) -> None:
    def uname() -> tuple[str, ...]:
        return ("Linux", host, release, f"#1 {release}", "x86_64", "x86_64")

    monkeypatch.setattr(platform, "uname", uname)
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(asv.util, "get_memsize", lambda: memory)
    monkeypatch.setattr(asv.util, "get_cpu_info", lambda: cpu)


def test_a_machine_is_what_changes_its_figures(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    be(monkeypatch, "vm-1", "6.1.0", 8_000_000, "Example(R) Chip 7 @ 2.60GHz")
    name = register()
    assert name == "linux-x86_64-example-r-chip-7-2.60ghz"
    registered = (home / ".asv-machine.json").read_text()
    assert json.loads(registered)[name] == {
        "machine": name,
        "os": "Linux",
        "arch": "x86_64",
        "cpu": "Example(R) Chip 7 @ 2.60GHz",
        "num_cpu": "",
        "ram": "",
    }

    be(monkeypatch, "vm-2", "6.18.1", 16_000_000, "Example(R) Chip 7 @ 2.60GHz")
    assert register() == name
    assert (home / ".asv-machine.json").read_text() == registered


def test_another_processor_is_another_machine(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    be(monkeypatch, "vm", "6.1.0", 8_000_000, "Chip 7")
    first = register()
    be(monkeypatch, "vm", "6.1.0", 8_000_000, "")
    assert first == "linux-x86_64-chip-7"
    assert register() == "linux-x86_64"
    assert set(json.loads((home / ".asv-machine.json").read_text())) == {
        first,
        "linux-x86_64",
        "version",
    }


@pytest.mark.usefixtures("home")
def test_plain_asv_finds_the_machine_under_any_host_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    be(monkeypatch, "vm", "6.1.0", 8_000_000, "Chip 7")
    name = register()
    be(monkeypatch, "renamed", "6.1.0", 8_000_000, "Chip 7")
    assert Machine.load(interactive=True).machine == name


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("system", "architecture", "cpu", "name"),
    [
        ("Darwin", "arm64", "Apple M1", "darwin-arm64-apple-m1"),
        ("Windows", "AMD64", "", "windows-amd64"),
    ],
)
def test_a_machine_of_another_system_is_another_one(
    system: str, architecture: str, cpu: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, "vm", "1.0", 8_000_000, cpu)
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: architecture)
    uname = (system, "vm", "1.0", "#1", architecture, architecture)
    monkeypatch.setattr(platform, "uname", lambda: uname)
    assert register() == name
