"""Count what the ledger and asv's regression page name of the whole planted history, side by side.

``python -m proof.side_by_side`` measures it with every benchmark there is, which takes
some ten minutes, and prints the counts as a table.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.settings import read_settings
from proof.history import WHOLE
from proof.judging import Score, read_ledger, score_asv, score_ledger
from proof.planting import Edit, Planted, plant
from proof.scratch import Project

# Where asv's own threshold is 5 %, this lets it name every step that it sees.
_NO_THRESHOLD = Edit(
    "asv.conf.json", '"ledger": {', '"regressions_thresholds": {".*": 0},\n    "ledger": {'
)


def main() -> int:
    """Plant, measure, publish at both thresholds and print the counts; return the exit status."""
    with TemporaryDirectory() as folder:
        project = Project.copy(Path(folder) / "project")
        planted = plant(project, WHOLE)
        finished = project.measure("ALL")
        if finished.status != 0:
            print(finished.output, finished.errors, file=sys.stderr)
            return 1
        print("| | named | in a range | missed | innocent | shrinking |")
        print("|---|--:|--:|--:|--:|--:|")
        for who, score in scores(project, planted):
            print(f"| {who} |", " | ".join(map(str, score)), "|")
    return 0


def scores(project: Project, planted: dict[str, Planted]) -> Iterator[tuple[str, Score]]:
    """Iterate over the ledger's and asv's scores in a measured history, which is published."""
    yield "the ledger", score_ledger(planted, read_ledger(project))
    exact = "|".join(read_settings(project.folder / "asv.conf.json").exact)
    for threshold in ("5 %", "0"):
        if threshold == "0":
            _NO_THRESHOLD.apply(project.folder)
        published = project.asv("publish", "--no-pull")
        assert published.status == 0, published.errors
        html = project.folder / "html"
        yield f"asv at {threshold}, exact figures", score_asv(planted, html, exact)
        yield f"asv at {threshold}, all figures", score_asv(planted, html)


if __name__ == "__main__":
    sys.exit(main())
