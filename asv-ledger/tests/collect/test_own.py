import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import asv_runner
import pytest

import asv_ledger
from asv_ledger.collect.own import find_folder, metrics_command, sites_command
from asv_ledger.config import Settings

LENSES = Path(asv_ledger.__file__).parent / "lenses"
RUNNER = f"--asv-runner={Path(str(asv_runner.__file__)).parent}"
SETTINGS = Settings(Path("/p/results"), Path("/p"), Path("/p/asv_bench/benchmarks"))

LRU = "def fill():\n    return bytes(1_000)\n"
MEMORY = """
from asv_ledger.lenses import exact, live
from lru import fill

@exact(unit="bytes")
def track_live():
    return live(fill)

def track_named():
    return live(fill) + 1
"""


def test_the_command_is_the_one_of_the_project_or_the_lenses_own() -> None:
    settings = replace(SETTINGS, exact=("a b", "c"), roots=("src/lru", "one.py"))
    own = f"python {LENSES} {{}} {RUNNER} --benchmarks={{}} '--exact=a b' --exact=c"
    assert metrics_command(settings, Path("/p")) == own.format("metrics", "asv_bench/benchmarks")
    assert sites_command(settings, Path("/p/asv_bench")) == (
        f"{own.format('sites', 'benchmarks')} --root=src/lru --root=one.py"
    )
    settings = replace(settings, metrics="python m.py", sites="python s.py")
    assert metrics_command(settings, Path("/p")) == "python m.py"
    assert sites_command(settings, Path("/p")) == "python s.py"


def test_a_working_tree_is_read_in_its_root_or_where_the_configuration_is(tmp_path: Path) -> None:
    configuration = tmp_path / "asv_bench" / "asv.conf.json"
    settings = replace(SETTINGS, repository=tmp_path)
    assert find_folder(settings, configuration) == tmp_path
    named = replace(settings, metrics="python m.py")
    assert find_folder(named, configuration) == tmp_path
    bare = tmp_path / "model.git"
    bare.mkdir()
    (bare / "HEAD").touch()
    for repository in (bare, tmp_path / "https:" / "example.org"):
        other = replace(settings, repository=repository)
        assert find_folder(other, configuration) == configuration.parent


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose benchmarks and configuration lie beside it, and that names nothing."""
    folder = tmp_path_factory.mktemp("project")
    configuration = {
        "version": 1,
        "plugins": [".asv_ledger.publisher"],
        "project": "lru",
        "repo": "..",
        "ledger": {"exact": ["named"]},
    }
    files = {
        "src/lru/__init__.py": LRU,
        "asv_bench/asv.conf.json": json.dumps(configuration),
        "asv_bench/benchmarks/__init__.py": "",
        "asv_bench/benchmarks/memory.py": MEMORY,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "asv_bench"


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "asv_ledger", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_metrics_and_sites_of_a_working_tree_are_printed(project: Path) -> None:
    metrics, sites = (run(project, command) for command in ("metrics", "sites"))
    assert (metrics.returncode, metrics.stderr) == (sites.returncode, sites.stderr) == (0, "")
    assert json.loads(metrics.stdout) == {"memory.track_live": 1_033, "memory.track_named": 1_034}
    assert json.loads(sites.stdout) == {
        "memory.track_live": [
            {
                "file": "src/lru/__init__.py",
                "line": 2,
                "code": "return bytes(1_000)",
                "bytes": 1_033,
            }
        ]
    }


def test_they_become_the_baseline(project: Path) -> None:
    accepted = run(project, "accept")
    assert (accepted.returncode, accepted.stderr) == (0, "")
    assert (project / "baseline.toml").is_file()
    assert run(project, "accept", "--check").returncode == 0


def test_what_cannot_be_read_is_named_and_is_the_status(project: Path, tmp_path: Path) -> None:
    configuration = json.loads((project / "asv.conf.json").read_text())
    (tmp_path / "asv.conf.json").write_text(json.dumps(configuration | {"repo": "."}))
    metrics = run(tmp_path, "metrics")
    assert (metrics.returncode, metrics.stdout) == (2, "")
    assert metrics.stderr == (
        f"metrics: {tmp_path / 'benchmarks'} is no package of benchmarks; name one that has an "
        "__init__.py: --benchmarks FOLDER\n"
    )
