"""Score what is found of injected commits: ``make evaluate``.

``history FOLDER`` commits them in a folder, to look at or to add to; ``refresh`` writes patches
anew that fit no more. The exit status is 0 where every commit that changes memory is named with its
lines and no neutral one is named, 1 where not, and 4 where that cannot be measured.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from asv_ledger.statuses import Status
from evaluation.evaluating import EvaluationError, evaluate
from evaluation.history import inject, refresh
from evaluation.injected import PatchError, read_series
from evaluation.scores import format_lines, write
from evaluation.scratch import ROOT, Project


def main(arguments: list[str]) -> Status:
    """Do what the arguments say; return the exit status."""
    parser = argparse.ArgumentParser("python -m evaluation", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="history FOLDER | refresh")
    commands.add_parser("history").add_argument("folder", type=Path)
    commands.add_parser("refresh")
    options = parser.parse_args(arguments)
    try:
        if options.command == "history":
            project = Project.copy(options.folder / "project")
            print(f"{len(inject(project, read_series('all')))} commits in {project.folder}")
        elif options.command == "refresh":
            _refresh()
        else:
            return _evaluate()
    except PatchError as error:
        print(f"evaluation: {error}", file=sys.stderr)
        return Status.FAILED
    return Status.PASSED


def _evaluate() -> Status:
    series = read_series("all")
    folder = Path(tempfile.mkdtemp(prefix="evaluation-"))
    try:
        evaluation = evaluate(series, folder)
    except (PatchError, EvaluationError) as error:
        print(f"evaluation: {error}; what was measured is in {folder}", file=sys.stderr)
        return Status.FAILED
    except KeyboardInterrupt:
        print(f"evaluation: interrupted; what was measured is in {folder}", file=sys.stderr)
        return Status.INTERRUPTED
    write(evaluation, ROOT)
    print(*format_lines(evaluation), sep="\n")
    if not evaluation["met"]:
        print(f"evaluation: the bar is not met; what was measured is in {folder}", file=sys.stderr)
        return Status.DIFFERS
    shutil.rmtree(folder)
    return Status.PASSED


def _refresh() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for one in refresh(Project.copy(Path(scratch, "project")), read_series("all")):
            print(one.patch.name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
