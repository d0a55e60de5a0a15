import hashlib
import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from runpy import run_path
from typing import NamedTuple

import pytest

from dev import environment
from dev.environment import SetupError, prepare
from dev.lock import alone

pytestmark = pytest.mark.slow

ADVICE = "install CPython 3.11 or newer, or name another: make bench PYTHON=python3.12"


class Made(NamedTuple):
    """An environment: where it was made, its interpreter and what was printed."""

    root: Path
    python: Path
    printed: str


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("# none\n")
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return an environment that was made as a user's is, for a project with a ledger."""
    root = tmp_path_factory.mktemp("made")
    (root / "requirements.txt").write_text("# none\n")
    (root / "ledger").mkdir()
    (root / "ledger" / "__init__.py").touch()
    (root / "ledger" / "__main__.py").write_text("from ledger import words; print(words.TEXT)")
    (root / "ledger" / "words.py").write_text("TEXT = 'the ledger'")
    (root / "bridge_model").mkdir()
    with redirect_stdout(io.StringIO()) as printed:
        python = prepare(sys.executable, root)
    return Made(root, python, printed.getvalue())


@pytest.fixture
def _copied(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the interpreter make an environment by copying one, which is quick."""
    run: Callable[[list[str]], None] = environment._run

    def copy_or_run(command: list[str]) -> None:
        if command[:3] == [sys.executable, "-m", "venv"]:
            shutil.copytree(made.root / ".venv", command[3], symlinks=True)
        else:
            run(command)

    monkeypatch.setattr(environment, "_run", copy_or_run)


def interpreter(folder: Path, script: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_an_environment_is_made_once(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    assert made.printed == f"Setting up .venv with CPython {version}\n"
    prefix = subprocess.run(
        [made.python, "-c", "import sys; print(sys.prefix)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert prefix.stdout.strip() == str(made.root / ".venv")

    assert prepare(sys.executable, made.root) == made.python
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("_copied")
def test_other_pins_make_it_again(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(sys.executable, root)
    (root / "requirements.txt").write_text("# still none\n")
    prepare(sys.executable, root)
    assert capsys.readouterr().out.count("Setting up .venv") == 2


def test_none_is_made_beside_a_run_that_may_be_in_it(root: Path) -> None:
    with alone(root), pytest.raises(SetupError) as caught:
        prepare(sys.executable, root)
    assert str(caught.value) == "another run is at work in this checkout; wait for its end"
    assert not (root / ".venv").exists()


@pytest.mark.usefixtures("_copied")
def test_a_dependency_that_does_not_install_is_named_and_tried_again(root: Path) -> None:
    (root / "requirements.txt").write_text("./missing\n")
    for _ in range(2):
        with pytest.raises(SetupError, match=r"^cannot make \.venv: ERROR: .*missing.*$"):
            prepare(sys.executable, root)


def test_an_interpreter_that_is_missing_is_named(root: Path) -> None:
    with pytest.raises(SetupError) as caught:
        prepare("python3.99", root)
    assert str(caught.value) == f"python3.99 is not installed; {ADVICE}"
    assert not (root / ".venv").exists()


def test_an_interpreter_that_fails_is_named(root: Path) -> None:
    python = interpreter(root, "echo 'no such version' >&2; echo more >&2; exit 127")
    with pytest.raises(SetupError) as caught:
        prepare(python, root)
    assert str(caught.value) == f"{python} does not run (no such version); {ADVICE}"


@pytest.mark.parametrize("found", ["CPython 3.9.18", "CPython 2.7.18", "PyPy 3.11.1"])
def test_an_interpreter_of_another_kind_is_named(root: Path, found: str) -> None:
    python = interpreter(root, f"echo {found}")
    with pytest.raises(SetupError) as caught:
        prepare(python, root)
    assert str(caught.value) == f"{python} is {found}; {ADVICE}"


def test_what_an_interpreter_says_may_be_in_any_encoding(root: Path) -> None:
    python = interpreter(root, "printf 'caf\\351\\n' >&2; exit 1")
    with pytest.raises(SetupError) as caught:
        prepare(python, root)
    assert str(caught.value) == f"{python} does not run (caf\N{REPLACEMENT CHARACTER}); {ADVICE}"


@pytest.mark.parametrize(
    ("platform", "python"),
    [("linux", "bin/python"), ("darwin", "bin/python"), ("win32", "Scripts/python.exe")],
)
def test_an_environment_is_made_once_on_every_platform(
    platform: str, python: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str]) -> None:
        commands.append(command)
        made = root / ".venv" / python
        made.parent.mkdir(parents=True, exist_ok=True)
        made.touch()

    with monkeypatch.context() as simulated:
        simulated.setattr(sys, "platform", platform)
        assert run_path(environment.__file__)["PYTHON"] == python
    monkeypatch.setattr(environment, "PYTHON", python)
    monkeypatch.setattr(environment, "_run", run)
    for _ in range(2):
        assert prepare(sys.executable, root) == root / ".venv" / python
    make, install = commands
    assert make == [sys.executable, "-m", "venv", str(root / ".venv")]
    assert install[:3] == [str(root / ".venv" / python), "-m", "pip"]


@pytest.mark.parametrize("options", [("-I",), ("-P",), ()])
def test_the_ledger_runs_in_any_folder_and_nothing_else_of_the_project_does(
    options: tuple[str, ...], made: Made, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran, missing = (
        subprocess.run(
            [made.python, *options, "-m", module],
            cwd=elsewhere,
            capture_output=True,
            text=True,
            check=False,
        )
        for module in ("ledger", "bridge_model")
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "the ledger\n", "")
    assert missing.stderr.endswith(": No module named bridge_model\n")


@pytest.mark.usefixtures("_copied")
def test_one_that_was_made_without_the_ledger_is_made_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(sys.executable, root)
    pins = hashlib.sha256((root / "requirements.txt").read_bytes()).hexdigest()
    version = ".".join(map(str, sys.version_info[:3]))
    (root / ".venv" / "made-from").write_text(f"{version} {pins}")
    prepare(sys.executable, root)
    assert capsys.readouterr().out.count("Setting up .venv") == 2
