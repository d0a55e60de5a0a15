"""The virtual environments of the project: in .venvs, one for each Python.

An environment is made once, and another one where the pins or the interpreter have changed.
``.venv`` is a link to the one that was used last. The ledger is installed in it as it lies in
asv-ledger/, so that ``.venv/bin/asv-ledger`` runs in any folder. bridge_model is not: what is
measured is a commit, and never the working tree.

An environment is made in a folder with a new name, and is not used before it has its stamp. So a
run needs no lock to make one, and takes none from another run: where it makes one, it removes those
that nobody has used for a month. ``make clean`` removes them all.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import List, Optional  # noqa: UP035 - must import on any Python from 3.8

from dev.errors import DevError

ROOT = Path(__file__).resolve().parent.parent
LEDGER = ROOT / "asv-ledger" / "src"
OLDEST = (3, 11)
PYTHON = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"  # in an environment

_FOLDER = ".venvs"
_STAMP = "made-from"
_MONTH = 30 * 24 * 60 * 60  # seconds
_MADE_FROM = ("requirements.txt", "asv-ledger/pyproject.toml")

_VERSION = "import platform; print(platform.python_implementation(), platform.python_version())"
_ADVICE = "install CPython 3.11 or newer, or name another: make bench PYTHON=python3.12"


def prepare(python: str, root: Path = ROOT) -> Path:
    """Return the interpreter of an environment of a Python; make the environment if need be.

    Raises DevError where ``python`` does not run or is too old, or a dependency does not install.
    """
    version = _read_version(python)
    content = b"".join((root / name).read_bytes() for name in _MADE_FROM)
    digest = hashlib.sha256(os.fsencode(root) + content).hexdigest()
    stamp = f"{version} {digest}"
    executable = find(root, stamp)
    if executable is None:
        executable = _make(python, root, version, stamp)
        _remove_unused(root)
    environment = executable.parent.parent
    (environment / _STAMP).touch()  # says when it was used
    _link(root / ".venv", environment)
    return executable


def find(root: Path, stamp: Optional[str] = None) -> Optional[Path]:  # noqa: UP045
    """Return the interpreter of a finished environment: of any, or of the one with a stamp."""
    for path in sorted(root.glob(f"{_FOLDER}/*/{_STAMP}")):
        if stamp in (None, path.read_text()) and (path.parent / PYTHON).exists():
            return path.parent / PYTHON
    return None


def _make(python: str, root: Path, version: str, stamp: str) -> Path:
    (root / _FOLDER).mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"cpython-{version}-", dir=root / _FOLDER))
    folder.chmod(0o755)
    print(f"Setting up {folder.relative_to(root)}", flush=True)
    executable = folder / PYTHON
    install = [str(executable), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    ledger = str(root / "asv-ledger")
    try:
        _run([python, "-m", "venv", str(folder)])
        _run([*install, "--requirement", str(root / "requirements.txt")])
        _run([*install, "--no-deps", "--no-build-isolation", "--editable", ledger])
        (folder / _STAMP).write_text(stamp)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return executable


def _remove_unused(root: Path) -> None:
    for folder in (root / _FOLDER).iterdir():
        # Without a stamp it is half an environment, whose maker was killed, or is at work.
        used = folder / _STAMP if (folder / _STAMP).exists() else folder
        if time.time() - used.stat().st_mtime > _MONTH:
            shutil.rmtree(folder, ignore_errors=True)


def _link(link: Path, environment: Path) -> None:
    """Point a link to an environment, unless a user has a folder of that name."""
    if (link / _STAMP).exists() and not link.is_symlink():
        shutil.rmtree(link)  # made before there were several
    new = link.with_name(f".venv.{os.getpid()}")
    with suppress(OSError):  # not every system lets every user make links
        new.symlink_to(environment.relative_to(link.parent), target_is_directory=True)
        try:
            new.replace(link)
        finally:
            with suppress(FileNotFoundError):
                new.unlink()


def _read_version(python: str) -> str:
    try:
        process = subprocess.run(
            [python, "-c", _VERSION],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        raise DevError(f"{python} is not installed; {_ADVICE}") from None
    if process.returncode != 0:
        raise DevError(f"{python} does not run ({_first_line(process.stderr)}); {_ADVICE}")
    implementation, version = process.stdout.split()
    numbers = tuple(int(number) for number in version.split(".")[:2])
    if implementation != "CPython" or numbers < OLDEST:
        raise DevError(f"{python} is {implementation} {version}; {_ADVICE}")
    return version


def _run(command: List[str]) -> None:  # noqa: UP006
    try:
        subprocess.run(command, capture_output=True, text=True, errors="replace", check=True)
    except subprocess.CalledProcessError as error:
        errors = [line for line in error.stderr.splitlines() if line.startswith("ERROR")]
        reason = errors[-1] if errors else _first_line(error.stderr)
        raise DevError(f"cannot make an environment: {reason}") from None


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "no reason given")
