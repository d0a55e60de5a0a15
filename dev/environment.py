"""The virtual environment of the project: .venv, with the dependencies of requirements.txt.

It is made once, and again where the pins or the interpreter have changed. The ledger is a package
of it, so that ``.venv/bin/python -m asv_ledger`` runs in any folder, and under -I and -P too. The
rest of the project is none: what is measured is the commit that is checked out, and never this one.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from dev.lock import LockError, alone

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
PYTHON = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"  # in an environment

_LEDGER = """\"""The ledger of the project, from where it lies.\"""

__path__ = [{!r}]
"""

_VERSION = "import platform; print(platform.python_implementation(), platform.python_version())"
_ADVICE = "install CPython 3.11 or newer, or name another: make bench PYTHON=python3.12"


class SetupError(Exception):
    """The environment cannot be made; the message is one line and says what to do."""


def prepare(python: str, root: Path = ROOT) -> Path:
    """Return the interpreter of the project's environment, which is made or renewed if need be.

    Raises SetupError where ``python`` does not run or is too old, where a dependency does not
    install, or where another run is at work, perhaps in that environment.
    """
    version = _version(python)
    environment = root / ".venv"
    executable = environment / PYTHON
    requirements = root / "requirements.txt"
    ledger = _LEDGER.format(str(root / "asv-ledger" / "src" / "asv_ledger"))
    content = requirements.read_bytes() + ledger.encode("utf-8", "surrogateescape")
    made_from = f"{version} {hashlib.sha256(content).hexdigest()}"
    stamp = environment / "made-from"
    if executable.exists() and stamp.is_file() and stamp.read_text() == made_from:
        return executable
    try:
        with alone(root):
            print(f"Setting up .venv with CPython {version}", flush=True)
            shutil.rmtree(environment, ignore_errors=True)
            _run([python, "-m", "venv", str(environment)])
            pip = [str(executable), "-m", "pip", "--disable-pip-version-check"]
            _run([*pip, "install", "--quiet", "--requirement", str(requirements)])
            for packages in environment.glob("[Ll]ib/**/site-packages"):
                package = packages / "asv_ledger"
                package.mkdir(exist_ok=True)
                (package / "__init__.py").write_text(ledger, encoding="utf-8")
            stamp.write_text(made_from)
    except LockError as error:
        raise SetupError(str(error)) from None
    return executable


def _version(python: str) -> str:
    try:
        process = subprocess.run(
            [python, "-c", _VERSION],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError:
        raise SetupError(f"{python} is not installed; {_ADVICE}") from None
    if process.returncode != 0:
        raise SetupError(f"{python} does not run ({_first_line(process.stderr)}); {_ADVICE}")
    implementation, version = process.stdout.split()
    numbers = tuple(int(number) for number in version.split(".")[:2])
    if implementation != "CPython" or numbers < OLDEST:
        raise SetupError(f"{python} is {implementation} {version}; {_ADVICE}")
    return version


def _run(command: "list[str]") -> None:
    try:
        subprocess.run(command, capture_output=True, text=True, errors="replace", check=True)
    except subprocess.CalledProcessError as error:
        errors = [line for line in error.stderr.splitlines() if line.startswith("ERROR")]
        reason = errors[-1] if errors else _first_line(error.stderr)
        raise SetupError(f"cannot make .venv: {reason}") from None


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "no reason given")
