"""Every exact metric of this folder, read by the lenses' own command, without asv."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import asv_runner

from asv_ledger import lenses

PROJECT = Path(__file__).resolve().parents[2]

_COMMAND = Path(lenses.__file__).parent
_ASV_RUNNER = Path(asv_runner.__file__).parent


def read_metrics(python: str = sys.executable, folder: Path = PROJECT) -> dict[str, float]:
    """Return every exact metric by name, read in a fresh process of a Python."""
    metrics: dict[str, float] = _run(folder, python, "metrics")
    return metrics


def read_sites(*roots: str) -> dict[str, list[dict[str, Any]]]:
    """Return the allocation sites of every exact metric by name."""
    sites: dict[str, list[dict[str, Any]]] = _run(
        PROJECT, sys.executable, "sites", *(f"--root={root}" for root in roots)
    )
    return sites


def _run(folder: Path, python: str, command: str, *options: str) -> Any:
    process = subprocess.run(
        [python, str(_COMMAND), command, f"--asv-runner={_ASV_RUNNER}", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(process.stdout)
