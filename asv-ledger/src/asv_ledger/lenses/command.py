"""The command that reads a working tree without asv; it prints JSON."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from asv_ledger.lenses.metrics import Failure, Metric, describe_sites, read_metrics
from asv_ledger.lenses.packages import provide
from asv_ledger.lenses.sites import Bytes, by_site
from asv_ledger.lenses.suite import Suite

_USAGE = 2

_EPILOG = """
Exact is what @exact marks, and what a pattern of --exact is found in the name of. The exit status
is 1 where a metric cannot be read (for sites: where none can); an object stands in its place, of
the key "failed": it says why.
"""


class CommandError(Exception):
    """Nothing can be read; the message is one line and says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every exact metric of the working tree, or its allocation sites; return the status.

    Imports look first in the working folder and in its src.
    """
    options = _parse(arguments)
    folder = Path.cwd()
    sys.path[:] = [str(folder), str(folder / "src"), *filter(None, sys.path)]
    try:
        with _open_suite(options, folder / options.benchmarks) as suite:
            if options.command == "metrics":
                return _print_metrics(read_metrics(suite, _matcher(options.exact)))
            roots = list(_name_roots(folder, options.root))
            with by_site(roots):
                read = read_metrics(suite, _matcher(options.exact))
            return _print_sites(read, folder)
    except CommandError as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return _USAGE


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m asv_ledger.lenses", description=__doc__, epilog=_EPILOG
    )
    common = argparse.ArgumentParser(add_help=False)
    add = common.add_argument
    add("--benchmarks", metavar="FOLDER", default="benchmarks", help="by default benchmarks")
    add("--exact", metavar="PATTERN", action="append", default=[], type=_pattern)
    add(
        "--asv-runner",
        metavar="FOLDER",
        type=Path,
        help="where the package asv_runner lies, if it is not installed for this Python",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("metrics", parents=[common], help="print every exact metric by name")
    sites = commands.add_parser(
        "sites", parents=[common], help="print where the bytes of every exact metric are allocated"
    )
    sites.add_argument(
        "--root",
        metavar="PATH",
        action="append",
        default=[],
        help="a folder or file whose lines are allocation sites; by default all in this folder",
    )
    return parser.parse_args(arguments)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


def _matcher(patterns: Sequence[re.Pattern[str]]) -> Callable[[str], bool]:
    return lambda name: any(pattern.search(name) for pattern in patterns)


def _open_suite(options: argparse.Namespace, folder: Path) -> Suite:
    if not (folder / "__init__.py").is_file():
        raise CommandError(
            f"{folder} is no package of benchmarks; name one that has an __init__.py: "
            "--benchmarks FOLDER"
        )
    if options.asv_runner is not None:
        provide(options.asv_runner)
    try:
        return Suite(folder)
    except ImportError as error:
        raise CommandError(
            f"{error} for {sys.executable}; install asv_runner there, or say where its package "
            "lies: --asv-runner FOLDER"
        ) from None


def _name_roots(folder: Path, given: Sequence[str]) -> Iterator[str]:
    """Iterate over what the paths of files begin with whose lines are allocation sites."""
    for path in [folder / one for one in given] or _own_code(folder):
        yield f"{path}{os.sep}" if path.is_dir() else str(path)


def _own_code(folder: Path) -> Iterator[Path]:
    """Iterate over what in a folder is neither hidden nor an environment, nor has the lenses."""
    for path in folder.iterdir():
        is_lens = path in Path(__file__).parents
        if not path.name.startswith(".") and not (path / "pyvenv.cfg").exists() and not is_lens:
            yield path


def _print_metrics(read: Sequence[Metric | Failure]) -> int:
    printed = {
        one.name: _report(one, "metrics") if isinstance(one, Failure) else one.value for one in read
    }
    print(json.dumps(printed, indent=2))
    return 1 if any(isinstance(one, Failure) for one in read) else 0


def _print_sites(read: Sequence[Metric | Failure], folder: Path) -> int:
    folders = [folder, *map(Path, sys.path)]
    printed: dict[str, object] = {}
    for one in read:
        if isinstance(one, Failure):
            printed[one.name] = _report(one, "sites")
        elif isinstance(one.value, Bytes):
            printed[one.name] = describe_sites(one.value, folders)
    if read and all(isinstance(one, Failure) for one in read):
        return 1
    print(json.dumps(printed, indent=2))
    return 0


def _report(failure: Failure, command: str) -> dict[str, str]:
    """Name a failure on stderr, in one line; return what stands for the metric in the JSON."""
    print(f"{command}: {failure.name}: {failure.why}", file=sys.stderr)
    return {"failed": failure.why}
