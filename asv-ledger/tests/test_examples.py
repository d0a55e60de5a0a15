"""The examples, in an environment with nothing else: each command prints what its page says.

It does with each version of asv that the package says it works with: here with the oldest and the
newest, on CI with all.
"""

import platform
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from asv_ledger.collect.commands import RUNNING_VERSION
from support.installed import install
from support.running import IS_CI, SOURCES

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((SOURCES.parent / "pyproject.toml").read_text())["project"]
EXAMPLES = SOURCES.parent / "examples"
# Version and commits that the pages were written with.
PYTHON, MINOR = "3.12.1", "3.12"
COMMIT = re.compile(r"\b[0-9a-f]{8}\b( \d{4}-\d\d-\d\d)?")
ANY = "..."  # any lines, or none


VERSIONS = ("0.6.0", "0.6.1", "0.6.2", "0.6.3", "0.6.4", "0.6.5", "0.6.6")
# What asv before 0.6.5 says of its own plugins for conda, whatever it is asked to do.
NOISE = re.compile(
    r"^Couldn't load asv\.plugins\.\w+ because\nNo module named '\w+'\n", re.MULTILINE
)


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the variables of an environment with the asv that pip chooses."""
    return install(tmp_path_factory.mktemp("installed"))


def commands(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Iterate over the commands of a page, and the lines that it says they print."""
    for block in re.findall(r"^```console\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE):
        for entry in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = entry.splitlines()
            yield command, lines


def as_on_the_page(printed: str) -> list[str]:
    """Return lines with the commit and the Python that the pages were written with."""
    here = NOISE.sub("", printed).replace(platform.python_version(), PYTHON)
    here = re.sub(rf"\b{re.escape(RUNNING_VERSION)}\b", MINOR, here)
    return COMMIT.sub("COMMIT", here).splitlines()


def matches(lines: list[str], printed: list[str]) -> bool:
    pattern = "".join(
        r"(.*\n)*" if line == ANY else re.escape(COMMIT.sub("COMMIT", line)) + r"\n"
        for line in lines
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def check(example: str, start: str, folder: Path, variables: dict[str, str]) -> None:
    """Run each command of an example's page in a copy of it."""
    copy = folder / example
    shutil.copytree(EXAMPLES / example, copy, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=copy, check=True)
    sources = str(copy / "src" if (copy / "src").exists() else copy)
    told = list(commands(copy / "README.md"))
    names = {command.split()[1] for command, _ in told if command.startswith("asv-ledger ")}
    assert names == {"accept", "explain", "gate", "metrics", "show", "sites"}
    for command, lines in told:
        process = subprocess.run(
            ["bash", "-c", command],
            cwd=copy / start,
            env=variables | {"PYTHONPATH": sources, "ASV_PYTHONPATH": sources},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        printed = as_on_the_page(process.stdout)
        assert matches(lines, printed), "\n".join([f"$ {command}", *printed])


@pytest.mark.parametrize(("example", "start"), [("lru", "."), ("trie", "asv_bench")])
def test_each_command_of_an_example_prints_what_its_page_says(
    example: str, start: str, tmp_path: Path, variables: dict[str, str]
) -> None:
    check(example, start, tmp_path, variables)


@pytest.mark.parametrize("version", VERSIONS if IS_CI else VERSIONS[:1])
def test_it_does_with_each_version_of_asv(version: str, tmp_path: Path) -> None:
    check("lru", ".", tmp_path, install(tmp_path, f"asv=={version}"))


def test_the_versions_of_asv_are_those_that_the_package_names() -> None:
    allowed = f"asv>={VERSIONS[0]},<0.7;"
    assert any(one.startswith(allowed) for one in PROJECT["dependencies"])
    page = (SOURCES.parent / "README.md").read_text()
    assert f"asv {VERSIONS[0]} to {VERSIONS[-1]}" in page
