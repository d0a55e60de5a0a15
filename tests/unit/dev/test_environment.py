import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from runpy import run_path

import flit_core
import pytest

from dev import environment
from dev.environment import find, prepare
from dev.errors import DevError

ADVICE = "install CPython 3.11 or newer, or name another: make bench PYTHON=python3.12"

Commands = list[list[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project of which no environment is made yet."""
    root = tmp_path / "root"
    (root / "asv-ledger").mkdir(parents=True)
    (root / "asv-ledger" / "pyproject.toml").touch()
    (root / "requirements.txt").write_text("# none\n")
    return root


def interpreter(folder: Path, says: str) -> str:
    """Return an interpreter that says something when it is asked for its version."""
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{says}\n")
    python.chmod(0o755)
    return str(python)


@pytest.fixture
def python(tmp_path: Path) -> str:
    return interpreter(tmp_path, "echo CPython 3.12.1")


def record(made: Callable[[list[str]], None], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Have a function make environments; return the commands that would have."""
    commands: Commands = []

    def run(command: list[str]) -> None:
        commands.append(command)
        made(command)

    monkeypatch.setattr(environment, "_run", run)
    return commands


def make(command: list[str]) -> None:
    """Make what the first of the commands makes of an environment: its interpreter."""
    if command[1:3] == ["-m", "venv"]:
        executable = Path(command[3], environment.PYTHON)
        executable.parent.mkdir(parents=True)
        executable.touch()


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    return record(make, monkeypatch)


def folders(root: Path) -> list[Path]:
    return sorted((root / ".venvs").iterdir())


def test_an_environment_is_made_once(
    root: Path, python: str, commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    executable = prepare(python, root)
    assert prepare(python, root) == executable
    (folder,) = folders(root)
    assert executable == folder / "bin" / "python"
    assert folder.name.startswith("cpython-3.12.1-")
    install = [str(executable), *["-m", "pip", "--disable-pip-version-check", "install", "--quiet"]]
    assert commands == [
        [python, "-m", "venv", str(folder)],
        [*install, "--requirement", str(root / "requirements.txt")],
        [*install, *["--no-deps", "--no-build-isolation", "--editable"], str(root / "asv-ledger")],
    ]
    assert capsys.readouterr() == (f"Setting up .venvs/{folder.name}\n", "")


@pytest.mark.usefixtures("commands")
def test_another_python_keeps_it_and_the_link_leads_to_the_last_used(
    root: Path, tmp_path: Path, python: str
) -> None:
    (tmp_path / "other").mkdir()
    other = interpreter(tmp_path / "other", "echo CPython 3.13.0")
    for named, version in ((python, "3.12.1"), (other, "3.13.0"), (python, "3.12.1")):
        executable = prepare(named, root)
        link = root / ".venv"
        assert link.resolve() == executable.parent.parent
        assert not link.readlink().is_absolute()
        assert link.resolve().name.startswith(f"cpython-{version}-")
    assert len(folders(root)) == 2
    assert sorted(path.name for path in root.iterdir()) == [
        ".venv",
        ".venvs",
        "asv-ledger",
        "requirements.txt",
    ]


@pytest.mark.usefixtures("commands")
@pytest.mark.parametrize("name", ["requirements.txt", "asv-ledger/pyproject.toml"])
def test_other_pins_make_another_and_take_none_from_a_run(
    name: str, root: Path, python: str
) -> None:
    first = prepare(python, root)
    (root / name).write_text("# other\n")
    second = prepare(python, root)
    assert first != second
    assert first.exists()
    assert prepare(python, root) == second


@pytest.mark.usefixtures("commands")
def test_one_that_nobody_has_used_for_a_month_is_removed_where_another_is_made(
    root: Path, python: str
) -> None:
    month = 30 * 24 * 60 * 60
    now = time.time()
    first = prepare(python, root)
    (root / "requirements.txt").write_text("# second\n")
    second = prepare(python, root)
    killed = root / ".venvs" / "cpython-3.12.1-killed"
    killed.mkdir()
    for path in (first.parent.parent / "made-from", killed):
        os.utime(path, (now - month - 60, now - month - 60))
    prepare(python, root)
    assert first.exists()
    (root / "requirements.txt").write_text("# third\n")
    third = prepare(python, root)
    assert folders(root) == sorted(one.parent.parent for one in (second, third))


@pytest.mark.usefixtures("commands")
def test_a_use_is_noted(root: Path, python: str) -> None:
    stamp = prepare(python, root).parent.parent / "made-from"
    os.utime(stamp, (0, 0))
    prepare(python, root)
    assert time.time() - stamp.stat().st_mtime < 60


@pytest.mark.usefixtures("commands")
def test_a_project_that_was_moved_makes_another(root: Path, python: str) -> None:
    prepare(python, root)
    moved = root.rename(root.with_name("moved"))
    prepare(python, moved)
    assert len(folders(moved)) == 2


@pytest.mark.parametrize("error", [DevError("no network"), KeyboardInterrupt()])
def test_half_an_environment_is_none_and_is_removed(
    error: BaseException, root: Path, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: list[str]) -> None:
        make(command)
        if "--requirement" in command:
            raise error

    record(fail, monkeypatch)
    with pytest.raises(type(error)):
        prepare(python, root)
    assert folders(root) == []
    assert not (root / ".venv").is_symlink()


def test_one_that_is_still_being_made_is_not_found(
    root: Path, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []

    def look(command: list[str]) -> None:
        make(command)
        found.append(find(root))

    record(look, monkeypatch)
    executable = prepare(python, root)
    assert found == [None] * 3
    assert find(root) == executable


def test_one_whose_interpreter_is_gone_is_none(root: Path, python: str, commands: Commands) -> None:
    prepare(python, root).unlink()
    assert find(root) is None
    prepare(python, root)
    assert len(commands) == 6


@pytest.mark.usefixtures("commands")
def test_the_one_environment_of_an_older_checkout_gives_way_to_the_link(
    root: Path, python: str
) -> None:
    (root / ".venv").mkdir()
    (root / ".venv" / "made-from").touch()
    executable = prepare(python, root)
    assert (root / ".venv").resolve() == executable.parent.parent


@pytest.mark.usefixtures("commands")
def test_a_folder_of_the_users_stays(root: Path, python: str) -> None:
    (root / ".venv").mkdir()
    (root / ".venv" / "own").touch()
    prepare(python, root)
    assert [path.name for path in (root / ".venv").iterdir()] == ["own"]
    assert not list(root.glob(".venv.*"))


@pytest.mark.usefixtures("commands")
def test_where_there_are_no_links_there_is_none(
    root: Path, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    assert prepare(python, root).exists()
    assert not (root / ".venv").exists()


def test_a_dependency_that_does_not_install_is_named_and_tried_again(
    root: Path, tmp_path: Path
) -> None:
    # Takes itself for the environment that it makes, in which pip fails.
    python = interpreter(
        tmp_path,
        'case "$2" in\n'
        'venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python";;\n'
        "pip) echo 'WARNING: x' >&2; echo 'ERROR: No such distribution: missing' >&2; exit 1;;\n"
        "*) echo CPython 3.12.1;;\n"
        "esac",
    )
    for _ in range(2):
        with pytest.raises(DevError) as caught:
            prepare(python, root)
        assert str(caught.value) == (
            "cannot make an environment: ERROR: No such distribution: missing"
        )


def test_an_interpreter_that_is_missing_is_named(root: Path) -> None:
    with pytest.raises(DevError) as caught:
        prepare("python3.99", root)
    assert str(caught.value) == f"python3.99 is not installed; {ADVICE}"
    assert not (root / ".venvs").exists()


def test_an_interpreter_that_fails_is_named(root: Path) -> None:
    python = interpreter(root, "echo 'no such version' >&2; echo more >&2; exit 127")
    with pytest.raises(DevError) as caught:
        prepare(python, root)
    assert str(caught.value) == f"{python} does not run (no such version); {ADVICE}"


@pytest.mark.parametrize("found", ["CPython 3.9.18", "CPython 2.7.18", "PyPy 3.11.1"])
def test_an_interpreter_of_another_kind_is_named(root: Path, found: str) -> None:
    python = interpreter(root, f"echo {found}")
    with pytest.raises(DevError) as caught:
        prepare(python, root)
    assert str(caught.value) == f"{python} is {found}; {ADVICE}"


def test_what_an_interpreter_says_may_be_in_any_encoding(root: Path) -> None:
    python = interpreter(root, "printf 'caf\\351\\n' >&2; exit 1")
    with pytest.raises(DevError) as caught:
        prepare(python, root)
    assert str(caught.value) == f"{python} does not run (caf\N{REPLACEMENT CHARACTER}); {ADVICE}"


@pytest.mark.parametrize(
    ("platform", "python"),
    [("linux", "bin/python"), ("darwin", "bin/python"), ("win32", "Scripts/python.exe")],
)
def test_an_interpreter_lies_where_the_platform_has_it(
    platform: str, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert run_path(environment.__file__)["PYTHON"] == python


@pytest.mark.slow
def test_a_real_one_has_the_ledger_in_any_folder_and_nothing_else_of_the_project(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "asv-ledger" / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
        '[project]\nname = "asv-ledger"\nversion = "1"\ndescription = "Tells what it is"\n'
        '[project.scripts]\nasv-ledger = "asv_ledger.__main__:run"\n'
    )
    package = root / "asv-ledger" / "src" / "asv_ledger"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("def run():\n    print('the ledger')\nrun()\n")
    (root / "bridge_model").mkdir()
    packages = tmp_path / "packages"  # for pip to build with, and with no network
    packages.mkdir()
    (packages / "flit_core").symlink_to(Path(flit_core.__file__).parent)
    with monkeypatch.context() as building:
        building.setenv("PYTHONPATH", str(packages))
        python = prepare(sys.executable, root)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(*command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, cwd=elsewhere, env={}, capture_output=True, text=True, check=False
        )

    linked = root / ".venv" / "bin" / "python"
    assert run(str(linked), "-c", "import sys; print(sys.prefix)").stdout == f"{root}/.venv\n"
    script = run(str(root / ".venv" / "bin" / "asv-ledger"))
    assert (script.returncode, script.stdout, script.stderr) == (0, "the ledger\n" * 2, "")
    for options in (["-I"], ["-P"], []):
        ran = run(str(python), *options, "-m", "asv_ledger")
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "the ledger\n", "")
        missing = run(str(python), *options, "-m", "bridge_model")
        assert missing.stderr.endswith(": No module named bridge_model\n")
