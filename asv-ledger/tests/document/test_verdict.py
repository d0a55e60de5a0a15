import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from asv_ledger import __version__
from asv_ledger.document.json_schema import read_json_schema
from asv_ledger.document.verdict import describe_judgement
from asv_ledger.document.verdict_schema import Own, VerdictDocument
from asv_ledger.model import judgement
from asv_ledger.model.gate import Comparison
from support.judgements import CHANGES, COMPARISON, LOUD, QUIET

VALIDATOR = Draft202012Validator(json.loads(read_json_schema("verdict")))


def tell(one: judgement.Judgement) -> VerdictDocument:
    told = describe_judgement(one)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert list(VALIDATOR.iter_errors(told)) == []
    return told


def test_a_program_is_told_all_of_it() -> None:
    date = "2026-01-01T00:00:00+00:00"
    assert tell(LOUD) == {
        "schema_version": 1,
        "generated_by": f"asv-ledger {__version__}",
        "python": "CPython 3.12.1",
        "verdict": "failed",
        "status": 4,
        "base": {"commit": "a", "subject": "subject of a", "date": date},
        "head": {"commit": "b", "subject": "subject of b", "date": date},
        "lacking": 0,
        "accept": "asv-ledger accept",
        "same": 3,
        "changes": [
            {
                "name": "m.C.x('<b>')",
                "unit": "bytes/session",
                "before": 1000,
                "after": 1016,
                "delta": 16,
                "scale": {"count": 10_000, "name": "sessions", "megabytes": 0.16},
                "baseline": None,
                "accepted": None,
                "regression": True,
            },
            {
                "name": "m.C.y",
                "unit": "bytes",
                "before": 0,
                "after": 8,
                "delta": 8,
                "scale": None,
                "baseline": 1e308,
                "accepted": None,
                "regression": True,
            },
            {
                "name": "m.C.z",
                "unit": "",
                "before": 10,
                "after": 11,
                "delta": 1,
                "scale": None,
                "baseline": 11,
                "accepted": "3.12",
                "regression": False,
            },
            {
                "name": "m.C.less",
                "unit": "",
                "before": 10,
                "after": 9,
                "delta": -1,
                "scale": None,
                "baseline": None,
                "accepted": None,
                "regression": False,
            },
        ],
        "failed": [{"name": "m.C.f", "why": "ValueError: 1|2"}],
        "missing": [{"name": "m.C.n", "why": "has a value at the base, is not given at the head"}],
        "added": [
            {"name": "m.C.new", "unit": "", "value": 5, "has_failed": False},
            {"name": "m.C.old", "unit": "", "value": 2.5, "has_failed": True},
        ],
        "broken": {"base": None, "head": None},
        "measured_files": 1,
        "measuring": [
            {"path": "b/x\N{REPLACEMENT CHARACTER}.py", "kind": "benchmarks", "how": "removed"},
            {"path": "results/a.json", "kind": "results", "how": "added"},
        ],
        "reaches": [
            {"path": "m/a.py", "line": 7, "what": "uses eval"},
            {"path": "m/a.so", "line": None, "what": "is no Python code"},
        ],
        "own": {
            "differences": [
                {"name": "p", "unit": "", "before": 1, "after": 2},
                {"name": "q", "unit": "", "before": 1, "after": None},
                {"name": "r", "unit": "", "before": None, "after": 3},
            ],
            "failed": [{"name": "s", "why": "no"}],
            "broken": None,
        },
    }


@pytest.mark.parametrize(
    ("comparison", "verdict", "status"),
    [
        (None, None, 0),
        (replace(COMPARISON, failed=(), missing=(), changes=CHANGES[2:]), "passed", 0),
        (replace(COMPARISON, failed=(), missing=()), "grew", 1),
        (replace(COMPARISON, failed=()), "not measured", 3),
        (COMPARISON, "failed", 4),
    ],
)
def test_the_verdict_is_that_of_the_status(
    comparison: Comparison | None, verdict: str | None, status: int
) -> None:
    told = tell(replace(QUIET, comparison=comparison))
    assert (told["verdict"], told["status"]) == (verdict, status)


def test_what_was_not_read_has_the_same_shape() -> None:
    read, unread = tell(QUIET), tell(replace(QUIET, comparison=None))
    assert list(unread) == list(read)
    assert unread | {"verdict": "passed", "same": 3} == read


def test_what_broke_is_told() -> None:
    broken = Comparison((), 0, (), (), (), ("no base", "no\nhead"))
    told = tell(replace(QUIET, comparison=broken, own=judgement.Own(broken="no own")))
    assert told["broken"] == {"base": "no base", "head": "no\N{REPLACEMENT CHARACTER}head"}
    own: Own = {"differences": [], "failed": [], "broken": "no own"}
    assert told["own"] == own
