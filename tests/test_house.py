"""The rules of the house: which way imports point, what is pinned, what asv is told."""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import json5
import pytest
from asv.config import Config

from tests.exact import interpreters

ROOT = Path(__file__).resolve().parent.parent

ALLOWED_IMPORTS = {
    "bridge_model": {"bridge_model"},
    "benchmarks": {"asv_ledger", "benchmarks"},  # and, by name at run time, bridge_model
    # So that it reads the results of any asv project; the last two are the lenses', see below.
    "asv-ledger/src": {
        "asv",
        "asv_ledger",
        "asv_runner",
        "jinja2",
        "markupsafe",
        "packages",
        "psutil",
    },
    "evaluation": {"asv_ledger", "dev", "evaluation"},
    "dev": {"asv", "asv_ledger", "dev", "filelock"},
}


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            assert node.level == 0, f"{module}: relative import"
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", ALLOWED_IMPORTS)
def test_imports_point_the_agreed_way(package: str) -> None:
    modules = list((ROOT / package).rglob("*.py"))
    assert modules
    for module in modules:
        foreign = set(imports(module)) - sys.stdlib_module_names - ALLOWED_IMPORTS[package]
        assert foreign == set(), module


def test_the_lenses_alone_touch_the_instruments() -> None:
    for package in ("benchmarks", "asv-ledger/src", "bridge_model"):
        for module in (ROOT / package).rglob("*.py"):
            if module.parent.name != "lenses":
                assert not {"gc", "psutil", "tracemalloc"} & set(imports(module)), module


# Imported where an inexact lens is used, and by a short name where the lenses are in no path.
_BESIDE = {"resident.py": ["psutil"], "__main__.py": ["packages"]}


def test_the_lenses_need_nothing() -> None:
    lenses = list((ROOT / "asv-ledger/src/asv_ledger/lenses").glob("*.py"))
    assert lenses
    for module in lenses:
        allowed = {"asv_ledger", *_BESIDE.get(module.name, ())}
        assert set(imports(module)) - sys.stdlib_module_names <= allowed, module
        ast.parse(module.read_text(), feature_version=(3, 9))


@pytest.mark.parametrize("version", ["3.9", "3.10"])
def test_the_lenses_read_on_old_pythons(version: str) -> None:
    script = (
        "import sys; sys.path[0] = 'asv-ledger/src'; import asv_ledger.lenses.command;"
        "from asv_ledger.lenses import live; print(live(lambda: bytes(100)))"
    )
    assert interpreters.run(interpreters.require(version), script) == "133\n"


def test_bridge_model_has_no_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "dependencies" not in project


def pinned(requirements: list[str]) -> dict[str, str]:
    versions = {}
    for requirement in requirements:
        match = re.fullmatch(r"([a-z0-9_-]+)==([0-9.]+)", requirement.partition(";")[0].strip())
        assert match is not None, f"{requirement} is not pinned"
        versions[match[1].replace("_", "-")] = match[2]
    return versions


def test_every_dependency_is_pinned_once() -> None:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = configuration["project"]["optional-dependencies"]
    locked = pinned(
        [
            line
            for line in (ROOT / "requirements.txt").read_text().splitlines()
            if not line.startswith("#")
        ]
    )
    wanted = pinned([requirement for extra in extras.values() for requirement in extra])
    assert wanted.items() <= locked.items()
    pinned(configuration["build-system"]["requires"])


def asv_configuration() -> dict[str, object]:
    configuration = json5.loads((ROOT / "asv.conf.json").read_text())
    assert isinstance(configuration, dict)
    return configuration


def test_asv_knows_every_key_it_is_given() -> None:
    known = set(vars(Config())) | {"version", "build_cache_size", "ledger"}
    assert set(asv_configuration()) <= known


def test_asv_is_given_no_default() -> None:
    configuration = asv_configuration()
    defaults = vars(Config())
    assert not {key for key, value in configuration.items() if defaults.get(key, ...) == value}


def test_asv_measures_with_the_versions_that_are_locked() -> None:
    matrix = asv_configuration()["matrix"]
    assert isinstance(matrix, dict)
    versions = {
        name.removeprefix("pip+").replace("_", "-"): version
        for name, (version,) in matrix["req"].items()
    }
    assert versions.pop("installer") == "1.1.0"
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    locked = pinned([line for line in lines if not line.startswith("#")])
    assert versions.items() <= locked.items()


def test_a_make_target_is_one_line_without_logic() -> None:
    recipes = re.findall(r"^\t(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert len(recipes) == len(targets)
    for recipe in recipes:
        assert not re.search(r"[;&|$]", recipe), recipe


def test_results_name_no_host_and_no_path() -> None:
    for path in (ROOT / "results").rglob("machine.json"):
        machine = json.loads(path.read_text())
        assert machine["machine"] == path.parent.name
        assert machine["ram"] == machine["num_cpu"] == ""
        assert machine["os"] in ("Linux", "Darwin", "Windows")
