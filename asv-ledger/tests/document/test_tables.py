import pytest

from asv_ledger.config import Quantity
from asv_ledger.document import tables
from asv_ledger.model.series import Key, Series

COMMITS = ["a", "b", "c"]


def metric(
    name: str,
    parameters: tuple[str, ...],
    values: dict[str, float],
    python: str = "3.12",
    *,
    is_exact: bool = True,
    machine: str = "here",
) -> Series:
    environment = f"Python {python}" if is_exact else machine
    key = Key(f"m.C.{name}", parameters, environment)
    return Series(key, "bytes", ("size",) if parameters else (), is_exact, values, python=python)


def test_the_newest_python_is_the_one_of_the_newest_commit() -> None:
    old = metric("track_x", (), {"a": 1.0, "b": 1.0}, "3.13")
    new = metric("track_x", (), {"c": 1.0}, "3.9")
    newer = metric("track_y", (), {"c": 1.0}, "3.12")
    assert tables.choose_python([old], COMMITS) == "3.13"
    assert tables.choose_python([old, new], COMMITS) == "3.9"
    assert tables.choose_python([old, new, newer], COMMITS) == "3.12"
    assert tables.choose_python([], COMMITS) is None
    assert tables.choose_python([old, new], COMMITS, "3.13") == "3.13"
    assert tables.choose_python([old, new], COMMITS, "3.14") == "3.9"


def test_of_several_machines_the_one_measured_last_is_told() -> None:
    here = metric("track_rss", (), {"a": 1.0, "c": 3.0}, is_exact=False)
    there = metric("track_rss", (), {"b": 2.0}, is_exact=False, machine="there")
    other = metric("track_rss", (), {"c": 4.0}, "3.11", is_exact=False)
    metrics = tables.choose([here, there, other], "3.12", "Python 3.12", COMMITS)
    assert list(metrics.series.values()) == [here]


def test_lines_have_a_value_for_every_commit_or_none() -> None:
    one = metric("track_x", ("1",), {"a": 1.0, "c": 2.0})
    two = metric("track_x", ("2",), {"b": 3.0})
    metrics = tables.choose([one, two], "3.12", "Python 3.12", COMMITS)
    assert tables.lines(metrics, "m.C.track_x") == {
        "benchmark": "m.C.track_x",
        "unit": "bytes",
        "lines": [
            {"name": "m.C.track_x(1)", "parameters": [1], "values": [1.0, None, 2.0]},
            {"name": "m.C.track_x(2)", "parameters": [2], "values": [None, 3.0, None]},
        ],
    }
    assert tables.lines(metrics, "m.C.track_y") is None
    assert tables.lines(metrics, None) is None


def test_a_table_tells_what_was_first_what_is_now_and_what_is_old() -> None:
    metrics = tables.choose(
        [
            metric("track_x", ("10",), {"a": 1.0, "c": 2.0}),
            metric("track_x", ("9",), {"b": 3.0}),
            metric("peak", ("10",), {"c": 5.0}, is_exact=False),
            metric("peak", ("'all'",), {}, is_exact=False),
        ],
        "3.12",
        "Python 3.12",
        COMMITS,
    )
    assert tables.table(metrics, "Sizes", ["m.C.peak", "m.C.track_x", "m.C.gone"]) == {
        "title": "Sizes",
        "parameters": ["size"],
        "columns": [
            {"benchmark": "m.C.peak", "unit": "bytes", "exact": False},
            {"benchmark": "m.C.track_x", "unit": "bytes", "exact": True},
            {"benchmark": "m.C.gone", "unit": "", "exact": False},
        ],
        "rows": [
            {
                "parameters": [9],
                "first": [None, 3.0, None],
                "values": [None, 3.0, None],
                "commits": [None, "b", None],
            },
            {
                "parameters": [10],
                "first": [5.0, 1.0, None],
                "values": [5.0, 2.0, None],
                "commits": [None, None, None],
            },
            {
                "parameters": ["all"],
                "first": [None, None, None],
                "values": [None, None, None],
                "commits": [None, None, None],
            },
        ],
        "chart": 1,
    }


@pytest.mark.parametrize(
    ("parameters", "is_exact"), [([()], True), ([("1",)], True), ([("1",), ("2",)], False)]
)
def test_only_an_exact_column_of_several_rows_is_drawn(
    parameters: list[tuple[str, ...]], is_exact: bool
) -> None:
    series = [metric("x", values, {"a": 1.0}, is_exact=is_exact) for values in parameters]
    table = tables.table(tables.choose(series, "3.12", "Python 3.12", COMMITS), "Title", ["m.C.x"])
    assert table["chart"] is None
    assert len(table["rows"]) == len(parameters)


def test_a_table_of_nothing_has_no_rows() -> None:
    table = tables.table(tables.choose([], None, None, []), "Title", ["m.C.x"])
    assert (table["rows"], table["parameters"], table["chart"]) == ([], [], None)


def test_a_project_that_names_no_table_gets_one_for_each_class() -> None:
    series = [metric(name, (), {"a": 1.0}) for name in ("track_y", "track_x")]
    series.append(Series(Key("m.track_z", (), "Python 3.12"), "", (), True, python="3.12"))
    metrics = tables.choose(series, "3.12", "Python 3.12", COMMITS)
    assert tables.classes(metrics) == {"m": ["m.track_z"], "m.C": ["m.C.track_x", "m.C.track_y"]}


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        (Quantity("m.C.track_x(1)"), 8.0),
        (Quantity("m.C.track_x(1)", minus="m.C.track_y"), 6.0),
        (Quantity("m.C.track_x(1)", per=4), 2.0),
        (Quantity("m.C.track_x(1)", into=100), 12.5),
        (Quantity("m.C.track_zero", into=100), None),
        (Quantity("m.C.track_zero"), 0.0),
        (Quantity("m.C.gone"), None),
        (Quantity("m.C.track_x(1)", minus="m.C.gone"), None),
    ],
)
def test_a_quantity_is_made_of_the_newest_metrics(quantity: Quantity, value: float | None) -> None:
    series = [
        metric("track_x", ("1",), {"a": 9.0, "b": 8.0}),
        metric("track_y", (), {"a": 1.0, "c": 2.0}),
        metric("track_zero", (), {"c": 0.0}),
    ]
    assert tables.evaluate(tables.choose(series, "3.12", "Python 3.12", COMMITS), quantity) == value
