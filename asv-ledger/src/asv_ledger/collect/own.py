"""What reads a project: the command that its settings name, or the lenses' own."""

import os
import shlex
from pathlib import Path

import asv_runner

from asv_ledger.config import Settings

_LENSES = Path(__file__).parents[1] / "lenses"
_ASV_RUNNER = Path(str(asv_runner.__file__)).parent


def metrics_command(settings: Settings, folder: Path) -> str:
    """Return what prints every exact metric of a project whose benchmarks are under a folder.

    It is to be run in that folder.
    """
    return settings.metrics or shlex.join(_read("metrics", settings, folder))


def sites_command(settings: Settings, folder: Path) -> str:
    """Return what prints the allocation sites of every exact metric, where ``metrics_command`` is.

    Where the settings name roots, their lines alone are allocation sites.
    """
    roots = (f"--root={root}" for root in settings.roots)
    return settings.sites or shlex.join([*_read("sites", settings, folder), *roots])


def find_folder(settings: Settings, configuration: Path) -> Path:
    """Return where a working tree is read, as a gate reads a commit: the root of its repository.

    It is the folder of its configuration if the repository is bare or elsewhere.
    """
    root = settings.repository
    return root if root.is_dir() and not (root / "HEAD").exists() else configuration.parent


def _read(command: str, settings: Settings, folder: Path) -> list[str]:
    """Return the words of the lenses' own command, which any Python runs that it is not in."""
    return [
        "python",
        str(_LENSES),
        command,
        f"--asv-runner={_ASV_RUNNER}",
        f"--benchmarks={Path(os.path.relpath(settings.benchmarks, folder)).as_posix()}",
        *(f"--exact={pattern}" for pattern in settings.exact),
    ]
