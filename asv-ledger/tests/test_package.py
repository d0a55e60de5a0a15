"""The package: what its wheel holds and requires."""

import os
import subprocess
import tomllib
import zipfile
from configparser import ConfigParser
from email.message import Message
from email.parser import Parser

import pytest

import asv_ledger.__main__
from asv_ledger.collect.commands import find_python
from support.running import SOURCES

ROOT = SOURCES.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
INFO = f"asv_ledger-{asv_ledger.__version__}.dist-info"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the wheel that pip would build, built without a network."""
    backend = pytest.importorskip("flit_core.buildapi", reason="flit_core builds it")
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)  # where a backend looks for what it builds
        return zipfile.ZipFile(folder / backend.build_wheel(str(folder)))


def metadata(wheel: zipfile.ZipFile) -> Message:
    return Parser().parsestr(wheel.read(f"{INFO}/METADATA").decode())


def test_the_wheel_holds_each_file_of_the_sources_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    sources = {
        path.relative_to(SOURCES).as_posix(): path.read_bytes()
        for path in SOURCES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    held = {name: wheel.read(name) for name in wheel.namelist() if not name.startswith(INFO)}
    assert held == sources
    assert held.keys() >= {
        "asv_ledger/explorer/explorer.js",
        "asv_ledger/explorer/third_party/package-lock.json",
        "asv_ledger/document/memory.schema.json",
        "asv_ledger/document/verdict.schema.json",
        "asv_ledger/py.typed",
        "asv_ledger/render/templates/memory.html.jinja",
    }


def test_the_wheel_says_what_it_needs_and_starts(wheel: zipfile.ZipFile) -> None:
    told = metadata(wheel)
    assert {name for name in wheel.namelist() if name.startswith(INFO)} == {
        f"{INFO}/{name}"
        for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    }
    assert told["Requires-Python"] == ">=3.9"  # where the lenses work
    required = told.get_all("Requires-Dist", [])
    assert [one for one in required if "extra ==" not in one] == PROJECT["dependencies"]
    # The lenses, which work on older ones too, need nothing.
    assert all('python_version >= "3.11"' in one for one in PROJECT["dependencies"])
    assert wheel.read(f"{INFO}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    points = ConfigParser()
    points.read_string(wheel.read(f"{INFO}/entry_points.txt").decode())
    assert (
        dict(points["console_scripts"])
        == PROJECT["scripts"]
        == {"asv-ledger": "asv_ledger.__main__:run"}
    )
    assert callable(asv_ledger.__main__.run)


def test_its_readme_is_its_page(wheel: zipfile.ZipFile) -> None:
    assert str(metadata(wheel).get_payload()).strip() == (ROOT / "README.md").read_text().strip()


@pytest.mark.parametrize("version", ["3.9", "3.10"])
def test_an_older_python_says_which_one_the_commands_need(version: str) -> None:
    python = find_python(version)
    if python is None:
        pytest.skip(f"no python{version} is on the PATH")
    process = subprocess.run(
        [python, "-m", "asv_ledger", "show"],
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == (
        f"asv-ledger: this is Python {version}; allowed: 3.11 or newer; the lenses run on this "
        "one: python -m asv_ledger.lenses --help\n"
    )
