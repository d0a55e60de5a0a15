import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from asv_ledger import __version__
from asv_ledger.config import Quantity, Settings
from asv_ledger.document.json_schema import read_json_schema
from asv_ledger.document.memory import describe
from asv_ledger.document.schema import Memory
from asv_ledger.model.attribution import Site
from asv_ledger.model.changes import Change
from asv_ledger.model.history import History
from asv_ledger.model.scale import Scale
from asv_ledger.model.series import Interval, Key, Series
from support.histories import history
from support.samples import at_scale

LINE = history("a", "b a", "c b", "d c")
SETTINGS = Settings(
    Path("results"),
    Path(),
    Path("benchmarks"),
    headline="m.C.track_live",
    parts="m.C.track_parts",
    tables={"Sizes": ("m.C.track_live",)},
    summary={"session_bytes": Quantity("m.C.track_live")},
    scale=Scale("bytes/session", 10_000, "sessions"),
)
VALIDATOR = Draft202012Validator(json.loads(read_json_schema("memory")))


def metric(
    name: str, values: dict[str, float], *parameters: str, failed: tuple[str, ...] = ()
) -> Series:
    key = Key(f"m.C.{name}", parameters, "Python 3.12")
    is_exact = name.startswith("track_")
    return Series(
        key,
        "bytes/session",
        ("part",) if parameters else (),
        is_exact,
        values,
        set(failed),
        python="3.12",
        is_part=name == "track_parts",
    )


def tell(*series: Series, settings: Settings = SETTINGS, **tags: str) -> Memory:
    def explain(change: Change) -> list[Site] | None:
        if change.series.is_part:
            return None
        return [Site("model.py", 7, "x = <b>", change.delta)]

    told = describe("bridge", History(LINE, tags=tags), series, settings, explain)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert list(VALIDATOR.iter_errors(told)) == []
    return told


def test_everything_is_told_by_the_agreed_keys() -> None:
    told = tell(metric("track_live", {"a": 100.0, "b": 110.0, "d": 110.0}), v1="b")
    assert list(told) == [
        "schema_version",
        "generated_by",
        "project",
        "commit",
        "python",
        "environment",
        "summary",
        "tables",
        "changes",
        "drift",
        "failed",
        "inexact",
        "outside",
        "sections",
    ]
    assert (told["schema_version"], told["generated_by"]) == (1, f"asv-ledger {__version__}")
    assert told["project"] == "bridge"
    assert told["commit"] == "d"
    assert told["python"] == "3.12"
    assert told["environment"] == "Python 3.12"
    assert told["summary"] == {"session_bytes": 110.0}
    date = "2026-01-01T00:00:00+00:00"
    assert told["tables"]["commits"] == [
        {"commit": "a", "subject": "subject of a", "date": date, "tags": []},
        {"commit": "b", "subject": "subject of b", "date": date, "tags": ["v1"]},
        {"commit": "d", "subject": "subject of d", "date": date, "tags": []},
    ]
    assert told["tables"]["headline"] == {
        "benchmark": "m.C.track_live",
        "unit": "bytes/session",
        "lines": [{"name": "m.C.track_live", "parameters": [], "values": [100.0, 110.0, 110.0]}],
    }
    assert told["tables"]["parts"] is None
    assert [table["title"] for table in told["tables"]["published"]] == ["Sizes"]
    assert [told["failed"], told["drift"], told["tables"]["steps"]] == [[], [], []]
    assert told["sections"] == []


def test_a_change_is_told_with_its_sites_and_what_it_is_at_scale() -> None:
    told = tell(
        metric("track_live", {"a": 100.0, "b": 110.0, "d": 108.0}),
        metric("track_parts", {"a": 0.0, "b": 10.0, "c": 10.0, "d": 10.0}, "'history'"),
    )
    newest, oldest = told["changes"]
    assert (newest["commit"], newest["unmeasured"]) == (
        "d",
        {"count": 1, "first": "c", "last": "c"},
    )
    assert [one["commit"] for one in newest["suspects"]] == ["c", "d"]
    assert (oldest["commit"], oldest["unmeasured"]) == ("b", None)
    assert [one["commit"] for one in oldest["suspects"]] == ["b"]
    assert oldest["subject"] == "subject of b"
    live, parts = oldest["metrics"]
    assert live == {
        "name": "m.C.track_live",
        "benchmark": "m.C.track_live",
        "parameters": [],
        "environment": "Python 3.12",
        "unit": "bytes/session",
        "before": 100.0,
        "after": 110.0,
        "delta": 10.0,
        "percent": 10.0,
        "scale": at_scale(0.1, 1e9 / 110),
        "exact": True,
        "interval": None,
        "sites": [{"file": "model.py", "line": 7, "code": "x = <b>", "delta": 10.0}],
    }
    assert (parts["name"], parts["parameters"]) == ("m.C.track_parts('history')", ["history"])
    assert parts["percent"] is None
    assert parts["sites"] is None
    assert parts["scale"] == at_scale(0.1, None)


def test_a_metric_of_another_unit_is_told_without_a_scale() -> None:
    series = replace(metric("track_live", {"a": 1.0, "b": 2.0}), unit="bytes")
    ((changed,),) = [change["metrics"] for change in tell(series)["changes"]]
    assert changed["scale"] is None


def test_nothing_is_told_at_scale_where_nobody_wants_it() -> None:
    told = tell(metric("track_live", {"a": 1, "b": 2}), settings=replace(SETTINGS, scale=None))
    (change,), (drift,) = told["changes"], told["drift"]
    assert (change["metrics"][0]["scale"], drift["scale"]) == (None, None)


def test_a_noisy_step_is_no_change() -> None:
    told = tell(
        metric("track_live", {"a": 1.0, "d": 1.0}),
        metric("peak", {"a": 1.0, "b": 1.0, "c": 9.0, "d": 9.0}),
    )
    assert told["changes"] == []
    ((step,),) = [entry["metrics"] for entry in told["tables"]["steps"]]
    assert step["exact"] is False
    assert step["sites"] is None
    assert (step["before"], step["after"]) == (1.0, 9.0)


def test_drift_names_the_commits_that_it_is_made_of() -> None:
    (drift,) = tell(metric("track_live", {"a": 50.0, "b": 100.0, "c": 101.0, "d": 103.0}), v1="b")[
        "drift"
    ]
    date = "2026-01-01T00:00:00+00:00"
    assert drift == {
        "since": "v1",
        "name": "m.C.track_live",
        "benchmark": "m.C.track_live",
        "parameters": [],
        "environment": "Python 3.12",
        "unit": "bytes/session",
        "before": 100.0,
        "after": 103.0,
        "delta": 3.0,
        "percent": 3.0,
        "scale": at_scale(0.03, 1e9 / 103),
        "changes": 2,
        "commits": [
            {"commit": "d", "subject": "subject of d", "date": date, "delta": 2.0},
            {"commit": "c", "subject": "subject of c", "date": date, "delta": 1.0},
        ],
    }


def test_a_failed_measurement_names_what_failed() -> None:
    (failed,) = tell(
        metric("track_live", {"a": 1.0}, failed=("b",)),
        metric("track_parts", {"a": 1.0, "b": 1.0}, "'history'"),
    )["failed"]
    assert failed == {
        "commit": "b",
        "subject": "subject of b",
        "date": "2026-01-01T00:00:00+00:00",
        "failed": 1,
        "of": 2,
        "benchmarks": ["m.C.track_live"],
    }


def test_what_is_inexact_is_told_with_what_its_readings_lie_in() -> None:
    series = metric("track_live", {"a": 1.0, "c": 2.0, "d": 3.0}, "'history'")
    series.intervals.update({"c": Interval(1.5, 2.5)})
    told = tell(series)
    (commit,) = told["inexact"]
    assert commit["commit"] == "c"
    assert commit["metrics"] == [
        {
            "name": "m.C.track_live('history')",
            "benchmark": "m.C.track_live",
            "parameters": ["history"],
            "environment": "Python 3.12",
            "unit": "bytes/session",
            "interval": {"low": 1.5, "high": 2.5},
            "from_first": False,
            "unmeasured": {"count": 1, "first": "b", "last": "b"},
            "until": "d",
        }
    ]
    newest, oldest = told["changes"]
    assert (newest["commit"], newest["metrics"][0]["interval"]) == ("d", None)
    assert oldest["metrics"][0]["interval"] == {"low": 1.5, "high": 2.5}


def test_what_was_never_exact_is_told_so() -> None:
    series = metric("track_live", {"b": 1.0})
    series.intervals.update({"b": Interval(1, 2)})
    ((one,),) = [commit["metrics"] for commit in tell(series)["inexact"]]
    assert (one["from_first"], one["unmeasured"], one["until"]) == (True, None, None)


def test_a_range_of_unmeasured_commits_is_told_by_its_ends() -> None:
    line = history("0", *(f"{number + 1} {number}" for number in range(40)))
    one = metric("track_live", {"0": 1.0, "40": 2.0})
    told = describe("bridge", History(line), [one], SETTINGS, lambda _: None)
    (change,) = told["changes"]
    assert change["unmeasured"] == {"count": 39, "first": "1", "last": "39"}
    assert [one["commit"] for one in change["suspects"]] == [str(n) for n in range(29, 41)]


def test_of_many_commits_that_a_drift_is_made_of_the_largest_are_told() -> None:
    line = history("0", *(f"{number + 1} {number}" for number in range(40)))
    one = metric("track_live", {str(n): float(n * n) for n in range(41)})
    (drift,) = describe("bridge", History(line), [one], SETTINGS, lambda _: None)["drift"]
    assert drift["changes"] == 40
    assert [one["commit"] for one in drift["commits"]] == [str(n) for n in range(40, 28, -1)]


def test_of_a_range_of_commits_no_other_is_told() -> None:
    def within(*names: str) -> Memory:
        series = (
            metric("track_live", {"a": 1.0, "b": 2.0, "d": 3.0}, failed=("c",)),
            metric("peak", {"a": 1.0, "b": 9.0, "c": 9.0, "d": 9.0}),
        )
        return describe("bridge", History(LINE), series, SETTINGS, lambda _: None, within=names)

    told = within("b", "foreign")
    assert [one["commit"] for one in told["changes"]] == ["b"]
    assert [one["commit"] for one in told["tables"]["commits"]] == ["b"]
    assert [told["failed"], told["drift"]] == [[], []]
    told = within("c")
    assert [one["commit"] for one in told["changes"]] == ["d"]  # c can have done it
    assert [one["commit"] for one in told["failed"]] == ["c"]
    assert [told["tables"]["commits"], told["tables"]["steps"]] == [[], []]


measured = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3).map(float))


@settings(max_examples=25)
@given(
    st.lists(measured, max_size=3),
    st.lists(st.sampled_from("abcd")),
    st.sets(st.sampled_from("abcd")),
    st.sampled_from("abcd"),
)
def test_whatever_was_measured_has_the_shape_that_is_published(
    values: list[dict[str, float]], failed: list[str], inexact: set[str], tagged: str
) -> None:
    series = [metric("track_live", one, repr(number)) for number, one in enumerate(values)]
    series.append(metric("peak", {"a": 1.0, "b": 1.0, "c": 9.0}))
    for one in series[:1]:
        one.failed.update(failed)
        one.intervals.update({name: Interval(0, 4) for name in inexact if name in one.values})
    told = tell(*series, v1=tagged)
    line = History(LINE, tags={"v1": tagged})
    of_all = describe("bridge", line, series, SETTINGS, lambda _: None, within=LINE)
    for change in told["changes"]:
        for one_metric in change["metrics"]:
            one_metric["sites"] = None
    assert of_all | {"drift": told["drift"]} == told


def test_every_text_is_clean() -> None:
    mark = "\N{REPLACEMENT CHARACTER}"
    hostile = {name: replace(one, subject="\x1b[31m\x00") for name, one in LINE.items()}
    one = metric("track_live", {"a": 1.0, "b": 2.0}, r"'\x1b'")
    told = describe("b\n", History(hostile), [one], SETTINGS, lambda _: None)
    assert told["project"] == f"b{mark}"
    (change,) = told["changes"]
    assert change["subject"] == f"{mark}[31m{mark}"
    assert change["metrics"][0]["parameters"] == [mark]
    assert change["metrics"][0]["name"] == r"m.C.track_live('\x1b')"


def test_a_project_that_says_nothing_of_itself_gets_its_tables() -> None:
    plain = Settings(Path("results"), Path(), Path("benchmarks"))
    told = tell(metric("peak", {"a": 1.0, "b": 1.0}), settings=plain)
    assert told["tables"]["headline"] is None
    assert told["summary"] == {}
    assert told["commit"] is None
    assert told["tables"]["published"] == []


def test_a_project_may_say_which_python_is_quoted() -> None:
    old, new = ({"a": 1.0, "b": 2.0}, {"a": 3.0, "b": 4.0})
    newer = replace(
        metric("track_live", new), key=Key("m.C.track_live", (), "Python 3.14"), python="3.14"
    )
    series = metric("track_live", old), newer
    assert tell(*series)["python"] == "3.14"
    told = tell(*series, settings=replace(SETTINGS, python="3.12"))
    assert told["python"] == "3.12"
    assert told["environment"] == "Python 3.12"
    assert told["summary"] == {"session_bytes": 2.0}
    assert len(told["changes"][0]["metrics"]) == 2


def test_without_results_there_is_nothing_to_tell() -> None:
    told = tell()
    assert (told["commit"], told["python"]) == (None, None)
    assert told["summary"] == {"session_bytes": None}
    assert [told["tables"]["commits"], told["changes"]] == [[], []]


def test_without_commits_there_is_a_document_too() -> None:
    told = describe("bridge", History({}), [], SETTINGS, lambda _: None)
    assert (told["commit"], told["changes"], told["drift"]) == (None, [], [])
