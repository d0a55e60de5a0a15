"""The examples, in an environment with nothing else: each command prints what its page says."""

import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from asv_ledger.collect.commands import RUNNING_VERSION
from support.installed import install
from support.running import SOURCES

pytestmark = pytest.mark.slow

EXAMPLES = SOURCES.parent / "examples"
# Version and commits that the pages were written with.
PYTHON, MINOR = "3.12.1", "3.12"
COMMIT = re.compile(r"\b[0-9a-f]{8}\b( \d{4}-\d\d-\d\d)?")
ANY = "..."  # any lines, or none


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return install(tmp_path_factory.mktemp("installed"))


def commands(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Iterate over the commands of a page, and the lines that it says they print."""
    for block in re.findall(r"^```console\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE):
        for entry in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = entry.splitlines()
            yield command, lines


def as_on_the_page(printed: str) -> list[str]:
    """Return lines with the commit and the Python that the pages were written with."""
    here = printed.replace(platform.python_version(), PYTHON)
    here = re.sub(rf"\b{re.escape(RUNNING_VERSION)}\b", MINOR, here)
    return COMMIT.sub("COMMIT", here).splitlines()


def matches(lines: list[str], printed: list[str]) -> bool:
    pattern = "".join(
        r"(.*\n)*" if line == ANY else re.escape(COMMIT.sub("COMMIT", line)) + r"\n"
        for line in lines
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


@pytest.mark.parametrize(("name", "start"), [("lru", "."), ("trie", "asv_bench")])
def test_each_command_of_an_example_prints_what_its_page_says(
    name: str, start: str, tmp_path: Path, variables: dict[str, str]
) -> None:
    folder = tmp_path / name
    shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=folder, check=True)
    told = list(commands(folder / "README.md"))
    assert {command.split()[0:2][-1] for command, _ in told} >= {
        "metrics",
        "sites",
        "run",
        "explain",
        "show",
        "publish",
        "accept",
        "gate",
    }
    for command, lines in told:
        process = subprocess.run(
            ["bash", "-c", command],
            cwd=folder / start,
            env=variables | {"ASV_PYTHONPATH": str(folder / "src" if name == "lru" else folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        printed = as_on_the_page(process.stdout)
        assert matches(lines, printed), "\n".join([f"$ {command}", *printed])
