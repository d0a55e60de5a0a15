from pathlib import Path

import pytest

from evaluation.history import inject, refresh
from evaluation.injected import PatchError
from evaluation.scratch import Project
from tests.unit.evaluation.support import FILE, samples


def test_a_history_is_injected_commit_by_commit(project: Project, tmp_path: Path) -> None:
    series = samples(tmp_path)
    injected = inject(project, series)
    assert list(injected.values()) == list(series)
    assert project.git("log", "--reverse", "--format=%H", "HEAD~3..").split() == list(injected)
    assert project.git("log", "--format=%s").splitlines() == [
        "Keep none",
        "Keep two",
        "Comment",
        "Begin",
    ]
    assert project.git("show", f"HEAD~1:{FILE}") == "# two\n# one\n    kept = [None]"
    assert project.git("show", f"HEAD:{FILE}") == "# two\n# one\n    kept = []"


def test_what_fits_no_more_is_written_anew(project: Project, tmp_path: Path) -> None:
    series = samples(tmp_path)
    before = [one.patch.read_text() for one in series]
    keep = series[1].patch
    keep.write_text(keep.read_text().replace(" # two\n", " # three\n"))
    assert refresh(project, series) == [series[1]]
    assert [one.patch.read_text().partition("diff")[0] for one in series] == [
        text.partition("diff")[0] for text in before
    ]
    after = [line for line in keep.read_text().splitlines() if not line.startswith("index ")]
    assert after == before[1].splitlines()


def test_what_does_not_fit_at_all_is_left_to_somebody(project: Project, tmp_path: Path) -> None:
    series = samples(tmp_path)
    (project.folder / FILE).write_text("# one\n    kept = ()\n")
    with pytest.raises(PatchError, match=r"\Akeep-two.patch does not apply: error: "):
        refresh(project, series)
