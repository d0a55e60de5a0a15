from asv_ledger.document.baseline import describe_baseline


def test_the_metrics_that_differ_are_told_of_all_that_are_known() -> None:
    before = {"m.C.track_a": 1_000, "m.C.track_b('x')": 0.0, "m.C.track_c": 5, "m.C.track_d": 1}
    after = {"m.C.track_a": 1_000.5, "m.C.track_b('x')": 8, "m.C.track_d": 1, "m.C.track_e": 0.25}
    assert describe_baseline("3.12", before, after) == {
        "python": "3.12",
        "metrics": 5,
        "changes": [
            {"name": "m.C.track_a", "before": 1_000, "after": 1_000.5},
            {"name": "m.C.track_b('x')", "before": 0.0, "after": 8},
            {"name": "m.C.track_c", "before": 5, "after": None},
            {"name": "m.C.track_e", "before": None, "after": 0.25},
        ],
    }
    assert describe_baseline("3.12", after, after) == {
        "python": "3.12",
        "metrics": 4,
        "changes": [],
    }
