from pathlib import Path

import pytest

from evaluation.injected import (
    Injected,
    Line,
    Metric,
    PatchError,
    apply,
    changed_modules,
    read_patch,
    read_series,
)
from evaluation.scratch import Project
from tests.unit.evaluation.support import (
    COST,
    FILE,
    MODULE,
    NEUTRAL,
    REGRESSION,
    diff,
    samples,
    write,
)

CHANGES = diff(MODULE, "# one\n")


def test_a_patch_says_what_it_injects(tmp_path: Path) -> None:
    neutral, regression, improvement = samples(tmp_path)
    assert regression == Injected(
        tmp_path / "keep-two.patch",
        "Keep two",
        "an extra field",
        (Metric(COST, 8),),
        (Line(FILE, "kept = [None]"),),
    )
    assert [one.injects for one in (neutral, regression, improvement)] == [
        "neutral",
        "regression",
        "improvement",
    ]
    assert list(changed_modules(regression.patch)) == [FILE]


def test_one_metric_that_grows_makes_a_regression(tmp_path: Path) -> None:
    trailers = (*REGRESSION, "Metric: churn_memory.Churn.track_live -119/3 varies")
    mixed = write(tmp_path, "Mix", trailers, CHANGES)
    assert mixed.injects == "regression"
    assert mixed.metrics[1] == Metric("churn_memory.Churn.track_live", -119 / 3, varies=True)


def test_a_metric_may_have_parameters_and_decimals(tmp_path: Path) -> None:
    trailers = (*REGRESSION[:2], "Metric: m.C.track_live('english', 20) +0.5", "Line: none")
    one = write(tmp_path, "Half", trailers, CHANGES)
    assert one.metrics == (Metric("m.C.track_live('english', 20)", 0.5),)
    assert one.lines == ()


def test_a_patch_may_be_as_git_format_patch_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "0001-long.patch"
    path.write_text(
        "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n"
        "From: Nobody <nobody@example.com>\nDate: Wed, 25 Nov 2026 14:00:00 +0000\n"
        "Subject: [PATCH 1/2] Keep what was said\n in a café\n\nÉ is a letter.\n\n"
        "Injects: neutral\nKind: a comment\n"
        f"---\n {FILE} | 1 -\n 1 file changed\n\n{CHANGES}-- \n2.39.5\n"
    )
    assert read_patch(path) == Injected(path, "Keep what was said in a café", "a comment")


@pytest.mark.parametrize(
    ("trailers", "why"),
    [
        (
            (*NEUTRAL, "Reason: none"),
            "'Reason: none' is no trailer; allowed: Injects, Kind, Metric, Line",
        ),
        (("It has none.",), "'It has none.' is no trailer; allowed: Injects, Kind, Metric, Line"),
        (
            NEUTRAL[:1],
            "it has 0 Kind trailers; allowed: what kind of change it is, as in Kind: an extra "
            "field",
        ),
        (
            (*NEUTRAL, NEUTRAL[0]),
            "it has 2 Injects trailers; allowed: one of regression, improvement, neutral",
        ),
        (
            ("Injects: growth", *REGRESSION[1:]),
            "Injects is 'growth', and its Metric trailers say 'regression'; allowed: regression "
            "where a metric grows, improvement where all shrink, neutral without any",
        ),
        (
            REGRESSION[:3],
            "it has 1 Metric and 0 Line trailers; allowed: Line: FILE: CODE for each line that "
            "allocates, Line: none where none is known, and neither trailer in a neutral commit",
        ),
        (
            (*NEUTRAL, REGRESSION[3]),
            "it has 0 Metric and 1 Line trailers; allowed: Line: FILE: CODE for each line that "
            "allocates, Line: none where none is known, and neither trailer in a neutral commit",
        ),
        (
            (*REGRESSION[:2], f"Metric: {COST} 8", REGRESSION[3]),
            f"Metric is '{COST} 8'; allowed: BENCHMARK(PARAMETERS) +BYTES, or +BYTES varies where "
            "other versions of Python change it by another amount",
        ),
        (
            (*REGRESSION[:3], "Line: kept = [None]"),
            "Line is 'kept = [None]'; allowed: FILE.py: CODE, or none",
        ),
    ],
)
def test_a_malformed_trailer_is_one_line(
    trailers: tuple[str, ...], why: str, tmp_path: Path
) -> None:
    with pytest.raises(PatchError) as caught:
        write(tmp_path, "Keep", trailers, CHANGES)
    assert str(caught.value) == f"keep.patch: {why}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Subject: Keep\n", "it has no diff; allowed: what git diff prints, after a message"),
        (
            f"Keep\n\n{CHANGES}",
            "it has no subject; allowed: a first line such as Subject: Keep two",
        ),
    ],
)
def test_a_malformed_patch_is_one_line(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "keep.patch").write_text(text)
    with pytest.raises(PatchError) as caught:
        read_patch(tmp_path / "keep.patch")
    assert str(caught.value) == f"keep.patch: {why}"


def test_a_series_lists_patches_in_their_order(tmp_path: Path) -> None:
    comment, keep, _ = samples(tmp_path)
    (tmp_path / "some.series").write_text("# first what is kept\n\nkeep-two\ncomment\n")
    assert read_series("some", tmp_path) == (keep, comment)
    (tmp_path / "some.series").write_text("keep-all\n")
    with pytest.raises(PatchError) as caught:
        read_series("some", tmp_path)
    assert str(caught.value) == "keep-all.patch: there is none; a series lists it"


def test_a_patch_that_does_not_apply_is_one_line(project: Project, tmp_path: Path) -> None:
    comment, keep, _ = samples(tmp_path)
    apply(project.folder, comment.patch)
    apply(project.folder, keep.patch)
    assert (project.folder / FILE).read_text() == "# two\n# one\n    kept = [None]\n"
    with pytest.raises(PatchError) as caught:
        apply(project.folder, keep.patch)
    assert str(caught.value) == (
        f"keep-two.patch does not apply: error: patch failed: {FILE}:1; "
        "run python -m evaluation refresh, or edit it"
    )
