"""The command line: ``asv-ledger COMMAND``, which reads asv.conf.json in the working folder."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path

from asv_ledger import __version__
from asv_ledger.collect.attribution import SiteReader
from asv_ledger.collect.commands import (
    RUNNING_VERSION,
    CommandError,
    find_python,
    measure_metrics,
    run_command,
)
from asv_ledger.collect.own import find_folder, metrics_command, sites_command
from asv_ledger.collect.pull import Pull
from asv_ledger.config import Settings, SettingsError, read_settings
from asv_ledger.document.baseline import describe_baseline
from asv_ledger.document.commits import describe_commit
from asv_ledger.document.memory import describe, describe_changes
from asv_ledger.document.verdict import describe_judgement
from asv_ledger.document.verdict_schema import VerdictDocument
from asv_ledger.model.baseline import Metrics, sort_versions
from asv_ledger.model.changes import Change, find_changes
from asv_ledger.model.series import Measurements
from asv_ledger.render.gate_report import format_markdown, format_text
from asv_ledger.render.terminal import (
    format_baseline,
    format_changes,
    format_commit,
    format_memory,
)
from asv_ledger.sources.attribution import KeptSites
from asv_ledger.sources.baseline import BASELINE_FILE, BaselineError, read_baseline, write_baseline
from asv_ledger.sources.commits import find_commit, read_commits
from asv_ledger.sources.git import HistoryError
from asv_ledger.sources.project import Project, read_project
from asv_ledger.sources.trees import find_root
from asv_ledger.statuses import Status
from asv_ledger.text import to_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status.

    2 where the configuration or a range is wrong, 4 where a configured command fails.
    """
    parser = argparse.ArgumentParser(prog="asv-ledger", description="Which commit changed what.")
    parser.add_argument("--version", action="version", version=f"asv-ledger {__version__}")
    parser.add_argument(
        "--config",
        type=Path,
        default=Path("asv.conf.json"),
        metavar="FILE",
        help="by default asv.conf.json in this folder",
    )
    parser.add_argument(
        "--repository",
        type=Path,
        metavar="FOLDER",
        help="for gate: whose commits they are, and where FILE is in them",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="list every change of an exact metric")
    show.add_argument("range", nargs="?", metavar="RANGE", help="of commits, as git takes it")
    gate = commands.add_parser(
        "gate", help="judge whether an exact metric grew beyond its baseline"
    )
    gate.add_argument("base", metavar="BASE", help="the commit to compare with")
    gate.add_argument("head", nargs="?", default="HEAD", metavar="HEAD", help="the commit judged")
    gate.add_argument(
        "--look", action="store_true", help="read nothing: list what changes of the measuring"
    )
    gate.add_argument(
        "--comment", type=Path, metavar="FILE", help="write a comment for a pull request there too"
    )
    form = gate.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="a comment for a pull request")
    form.add_argument("--json", action="store_true", help="all of it, for a program")
    explain = commands.add_parser("explain", help="read where a commit changed a metric")
    explain.add_argument(
        "range", nargs="?", metavar="RANGE", help="a commit or a range, by default all"
    )
    accept = commands.add_parser(
        "accept", help="make the exact metrics of this folder the baseline"
    )
    accept.add_argument("--check", action="store_true", help="list what differs, write nothing")
    commands.add_parser("metrics", help="print every exact metric of this folder, as JSON")
    commands.add_parser("sites", help="print where their bytes are allocated, as JSON")
    options = parser.parse_args(arguments)
    run = {
        "show": _show,
        "gate": _gate,
        "explain": _explain,
        "accept": _accept,
        "metrics": _read,
        "sites": _read,
    }[options.command]
    try:
        # A gate reads the configuration of commits, and names the commit that has none.
        if options.command != "gate" and not options.config.exists():
            advice = "run this where it is, or name it: asv-ledger --config FILE"
            raise SettingsError(f"{options.config}: there is no such file; {advice}")
        status, lines = run(options)
    except (SettingsError, HistoryError, BaselineError, CommandError) as error:
        print(to_line(f"asv-ledger: {error}"), file=sys.stderr)
        return Status.FAILED if isinstance(error, CommandError) else Status.WRONG_USE
    try:
        print("".join(f"{to_line(line)}\n" for line in lines), end="", flush=True)
    except BrokenPipeError:
        # The reader has seen enough. What is not flushed yet must not be an error at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _show(options: argparse.Namespace) -> tuple[int, list[str]]:
    project = read_project(options.config)
    _warn(options.config, project.settings)
    settings = project.settings
    chosen = None
    if options.range is not None:
        chosen = read_commits(settings.repository, options.range)
    memory = describe(
        project.name,
        project.history,
        project.measurements.series,
        settings,
        KeptSites.of(settings, project.exact).explain,
        outside=project.outside,
        within=chosen,
    )
    _name_skipped(project.measurements)
    return 0, list(format_memory(memory))


def _gate(options: argparse.Namespace) -> tuple[int, list[str]]:
    # Of the file that is here nothing counts but where it is: the base's is what is read.
    repository = options.repository or find_root(options.config.parent)
    path = repository / options.config if options.repository else options.config.resolve()
    configuration = Path(os.path.relpath(path, repository)).as_posix()
    base, head = (find_commit(repository, name) for name in (options.base, options.head))
    if base == head:
        raise HistoryError(f"{options.base} and {options.head} are one commit; name two")
    pull = Pull(repository, base, head, configuration)
    verdict = describe_judgement(pull.look() if options.look else pull.judge())
    if options.comment is not None:
        _write_comment(options.comment, verdict)
    if options.json:
        lines = json.dumps(verdict, indent=2, allow_nan=False).split("\n")
    else:
        lines = list((format_markdown if options.markdown else format_text)(verdict))
    return verdict["status"], lines


def _write_comment(path: Path, verdict: VerdictDocument) -> None:
    text = "".join(f"{line}\n" for line in format_markdown(verdict))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; name a file that can be written") from None


def _explain(options: argparse.Namespace) -> tuple[int, list[str]]:
    project = read_project(options.config)
    _warn(options.config, project.settings)
    settings, commits, exact = project.settings, project.history, project.exact
    wanted = _find_explained(options.range, project)
    _name_skipped(project.measurements)
    found = (change for series in exact for change in find_changes(series, commits))
    changes = [change for change in found if not wanted.isdisjoint(change.suspects)]
    reader = SiteReader(KeptSites.of(settings, exact))
    problems = list(filter(None, _show_progress(reader.read(changes), reader, changes)))
    for problem in problems:
        print(to_line(f"asv-ledger: {problem}"), file=sys.stderr)
    status = Status.FAILED if problems else Status.PASSED
    if options.range is None:
        explained = sum(reader.kept.explain(change) is not None for change in changes)
        return status, [f"{explained} of {len(changes)} changes have allocation sites"]
    if changes:
        explain = reader.kept.explain
        return status, list(
            format_changes(describe_changes(changes, commits, explain, settings.scale))
        )
    measured = {name for series in exact for name in series.values if name in wanted}
    if len(wanted) != 1:
        return 0, [f"0 of {len(measured)} measured commits changed an exact metric"]
    (name,) = wanted
    told = "changed no exact metric" if measured else "not measured"
    status = Status.PASSED if measured else Status.NOT_MEASURED
    return status, [f"{format_commit(describe_commit(commits[name]))}: {told}"]


def _find_explained(revision: str | None, project: Project) -> Set[str]:
    """Return the commits of a revision, or those of a range that asv publishes; else all."""
    repository, commits = project.settings.repository, project.history
    if revision is None:
        return commits.keys()
    if ".." in revision or revision.endswith(("^!", "^@")):
        return read_commits(repository, revision).keys() & commits.keys()
    name = find_commit(repository, revision)
    if name not in commits:
        raise HistoryError(f"{revision} is on no branch of asv.conf.json, and has no tag")
    return {name}


def _show_progress(
    readings: Iterable[str | None], reader: SiteReader, changes: Iterable[Change]
) -> Iterator[str | None]:
    """Iterate over readings, and say on a terminal how many there are still to come."""
    total = len(reader.find_missing(changes))
    is_shown = total > 0 and sys.stderr.isatty()
    for number, one in enumerate(readings, 1):
        if is_shown:  # a Python that is missing counts as one more
            done = min(number, total)
            print(f"\rreading allocation sites: {done} of {total}", end="", file=sys.stderr)
        yield one
    if is_shown:
        print(file=sys.stderr)


def _accept(options: argparse.Namespace) -> tuple[int, list[str]]:
    settings = read_settings(options.config)
    _warn(options.config, settings)
    folder = find_folder(settings, options.config)
    command = metrics_command(settings, folder)
    path = options.config.parent / BASELINE_FILE
    baseline = read_baseline(path)
    if options.check:
        if not baseline.get(RUNNING_VERSION):
            return Status.NOT_MEASURED, [
                f"Not checked: {path} has no metrics of Python {RUNNING_VERSION}; "
                f"{settings.commands.accept_by(RUNNING_VERSION)} adds them"
            ]
        metrics = measure_metrics(command, folder, sys.executable)
        return _check(baseline[RUNNING_VERSION], metrics, settings.commands.accept)
    lines = []
    for version in sort_versions({RUNNING_VERSION, *baseline}):
        python = find_python(version)
        if python is None:
            lines.append(
                f"Python {version}: no python{version} on the PATH runs, its metrics stay as they "
                f"were; where one does: {settings.commands.accept_by(version)}"
            )
            continue
        metrics = measure_metrics(command, folder, python)
        differences = describe_baseline(version, baseline.get(version, {}), metrics)
        lines.extend(format_baseline(differences))
        baseline[version] = metrics
    write_baseline(path, baseline, settings.commands.accept)
    return 0, lines


def _read(options: argparse.Namespace) -> tuple[int, list[str]]:
    settings = read_settings(options.config)
    _warn(options.config, settings)
    folder = find_folder(settings, options.config)
    command = {"metrics": metrics_command, "sites": sites_command}[options.command]
    return run_command(command(settings, folder), folder, sys.executable)


def _check(accepted: Metrics, metrics: Metrics, accept: str) -> tuple[int, list[str]]:
    differences = describe_baseline(RUNNING_VERSION, accepted, metrics)
    lines = list(format_baseline(differences))
    if not differences["changes"]:
        return 0, lines
    return Status.DIFFERS, [*lines, f"If that is meant: {accept}, and say why in the commit"]


def _warn(path: Path, settings: Settings) -> None:
    for warning in settings.warnings:
        print(to_line(f"asv-ledger: {path}: {warning}"), file=sys.stderr)


def _name_skipped(measurements: Measurements) -> None:
    for skipped in measurements.skipped:
        print(to_line(f"asv-ledger: skipped {skipped.what}: {skipped.why}"), file=sys.stderr)
