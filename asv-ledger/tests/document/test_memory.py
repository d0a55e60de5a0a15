import dataclasses
import json
from pathlib import Path
from typing import Any

from asv_ledger.config import Quantity, Settings
from asv_ledger.document.memory import describe
from asv_ledger.model.attribution import Site
from asv_ledger.model.changes import Change
from asv_ledger.model.history import History
from asv_ledger.model.series import Key, Series
from support.histories import history

LINE = history("a", "b a", "c b", "d c")
SETTINGS = Settings(
    Path("results"),
    Path(),
    Path("benchmarks"),
    headline="m.C.track_live",
    parts="m.C.track_parts",
    tables={"Sizes": ("m.C.track_live",)},
    summary={"session_bytes": Quantity("m.C.track_live")},
)


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


def tell(*series: Series, settings: Settings = SETTINGS, **tags: str) -> dict[str, Any]:
    def explain(change: Change) -> list[Site] | None:
        if change.series.is_part:
            return None
        return [Site("model.py", 7, "x = <b>", change.delta)]

    told = describe("bridge", History(LINE, tags=tags), series, settings, explain)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    return told


def test_everything_is_told_by_the_agreed_keys() -> None:
    told = tell(metric("track_live", {"a": 100.0, "b": 110.0, "d": 110.0}), v1="b")
    assert list(told) == [
        "project",
        "commit",
        "python",
        "environment",
        "summary",
        "tables",
        "changes",
        "drift",
        "gaps",
        "inexact",
        "outside",
        "sections",
    ]
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
    assert told["tables"]["headline"]["lines"] == [
        {"parameters": [], "values": [100.0, 110.0, 110.0]}
    ]
    assert told["tables"]["parts"] is None
    assert [table["title"] for table in told["tables"]["published"]] == ["Sizes"]
    assert told["gaps"] == told["drift"] == told["tables"]["steps"] == []
    assert told["sections"] == []


def test_a_change_is_told_with_its_sites_and_what_it_is_to_a_fleet() -> None:
    told = tell(
        metric("track_live", {"a": 100.0, "b": 110.0, "d": 108.0}),
        metric("track_parts", {"a": 0.0, "b": 10.0, "c": 10.0, "d": 10.0}, "'history'"),
    )
    newest, oldest = told["changes"]
    assert (newest["commit"], newest["unmeasured"]) == ("d", ["c"])
    assert (oldest["commit"], oldest["unmeasured"]) == ("b", [])
    assert oldest["subject"] == "subject of b"
    live, parts = oldest["metrics"]
    assert live == {
        "benchmark": "m.C.track_live",
        "parameters": [],
        "environment": "Python 3.12",
        "unit": "bytes/session",
        "exact": True,
        "interval": None,
        "before": 100.0,
        "after": 110.0,
        "delta": 10.0,
        "percent": 10.0,
        "fleet": {"megabytes": 0.1, "sessions_per_gigabyte": 1e9 / 110},
        "sites": [{"file": "model.py", "line": 7, "code": "x = <b>", "bytes": 10.0}],
    }
    assert parts["percent"] is None
    assert parts["sites"] is None
    assert parts["fleet"] == {"megabytes": 0.1, "sessions_per_gigabyte": None}


def test_what_is_no_session_is_told_without_a_fleet() -> None:
    series = dataclasses.replace(metric("track_live", {"a": 1.0, "b": 2.0}), unit="bytes")
    ((changed,),) = [change["metrics"] for change in tell(series)["changes"]]
    assert changed["fleet"] is None


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
    assert drift == {
        "since": "v1",
        "benchmark": "m.C.track_live",
        "parameters": [],
        "environment": "Python 3.12",
        "unit": "bytes/session",
        "before": 100.0,
        "after": 103.0,
        "delta": 3.0,
        "percent": 3.0,
        "commits": [
            {"commit": "d", "subject": "subject of d", "delta": 2.0},
            {"commit": "c", "subject": "subject of c", "delta": 1.0},
        ],
    }


def test_a_gap_names_what_failed() -> None:
    (gap,) = tell(
        metric("track_live", {"a": 1.0}, failed=("b",)),
        metric("track_parts", {"a": 1.0, "b": 1.0}, "'history'"),
    )["gaps"]
    assert gap == {
        "commit": "b",
        "subject": "subject of b",
        "date": "2026-01-01T00:00:00+00:00",
        "failed": 1,
        "of": 2,
        "benchmarks": ["m.C.track_live"],
    }


def test_a_project_that_says_nothing_of_itself_gets_its_tables() -> None:
    plain = Settings(Path("results"), Path(), Path("benchmarks"))
    told = tell(metric("peak", {"a": 1.0, "b": 1.0}), settings=plain)
    assert told["tables"]["headline"] is None
    assert told["summary"] == {}
    assert told["commit"] is None
    assert told["tables"]["published"] == []


def test_a_project_may_say_which_python_is_quoted() -> None:
    old, new = ({"a": 1.0, "b": 2.0}, {"a": 3.0, "b": 4.0})
    newer = dataclasses.replace(
        metric("track_live", new), key=Key("m.C.track_live", (), "Python 3.14"), python="3.14"
    )
    series = metric("track_live", old), newer
    assert tell(*series)["python"] == "3.14"
    told = tell(*series, settings=dataclasses.replace(SETTINGS, python="3.12"))
    assert told["python"] == "3.12"
    assert told["environment"] == "Python 3.12"
    assert told["summary"] == {"session_bytes": 2.0}
    assert len(told["changes"][0]["metrics"]) == 2


def test_without_results_there_is_nothing_to_tell() -> None:
    told = tell()
    assert (told["commit"], told["python"]) == (None, None)
    assert told["summary"] == {"session_bytes": None}
    assert told["tables"]["commits"] == told["changes"] == []
