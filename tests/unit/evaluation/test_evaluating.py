from pathlib import Path

import pytest

from evaluation import evaluating
from evaluation.evaluating import EvaluationError, evaluate
from evaluation.scratch import Finished, Project
from tests.unit.evaluation.support import samples


def test_where_asv_fails_it_is_one_line(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.folder / "asv.conf.json").write_text('{"version": 1, "project": "a", "repo": "."}')
    monkeypatch.setattr(Project, "check_out", lambda _: project)
    monkeypatch.setattr(Project, "origin", lambda *_: "a" * 40)
    monkeypatch.setattr(
        Project, "measure", lambda *_: Finished(2, "", "asv: no such\n  environment\n")
    )
    with pytest.raises(EvaluationError) as caught:
        evaluate(samples(tmp_path), tmp_path)
    assert str(caught.value) == "asv run ended with status 2: asv: no such environment"


def test_a_published_history_is_judged(
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    configuration = project.folder / "asv.conf.json"
    configuration.write_text('{\n    "ledger": {}\n}')
    (project.folder / "html").mkdir()
    for name, text in (
        ("memory.json", '{"changes": []}'),
        ("index.json", '{"revision_to_hash": {}}'),
        ("regressions.json", '{"regressions": []}'),
    ):
        (project.folder / "html" / name).write_text(text)
    published = []

    def asv(_: Project, *arguments: str) -> Finished:
        published.append((arguments, '"regressions_thresholds"' in configuration.read_text()))
        return Finished(0, "", "")

    monkeypatch.setattr(Project, "explain", lambda _: Finished(1, "", "a: no sites\n"))
    monkeypatch.setattr(Project, "asv", asv)
    injected = dict(zip("abc", samples(tmp_path), strict=True))
    evaluation = evaluating.judge(project, injected, "f" * 40)
    assert capsys.readouterr().err == "a: no sites\n"
    assert published == [(("publish", "--no-pull"), False), (("publish", "--no-pull"), True)]
    assert [score["by"] for score in evaluation["scores"]] == [
        "the ledger",
        "asv at its defaults",
        "asv at threshold 0",
    ]
    assert [one["faults"] for one in evaluation["commits"]] == [
        [],
        [
            "Keep two: regression, and not named",
            f"Keep two: no metric is attributed to {injected['b'].lines[0]}",
        ],
        [
            "Keep none: improvement, and not named",
            f"Keep none: no metric is attributed to {injected['c'].lines[0]}",
        ],
    ]
