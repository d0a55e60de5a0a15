"""Judgements made for the tests: one of which there is nothing to tell, and one of everything."""

from dataclasses import replace

from asv_ledger.model.baseline import Difference
from asv_ledger.model.gate import Addition, Change, Comparison, Failure
from asv_ledger.model.judgement import Judgement, Own
from asv_ledger.model.layout import Changed, Kind
from asv_ledger.model.reach import Reach
from asv_ledger.model.scale import Scale
from support.histories import history

LINE = history("a", "b a")
CHANGES = (
    Change("m.C.x('<b>')", 1000, 1016, None, None),
    Change("m.C.y", 0, 8, 1e308, None),
    Change("m.C.z", 10, 11, 11, "3.12"),
    Change("m.C.less", 10, 9, None, None),
)
COMPARISON = Comparison(
    CHANGES,
    3,
    (Failure("m.C.f", "ValueError: 1|2"),),
    (Failure("m.C.n", "has a value at the base, is not given at the head"),),
    (Addition("m.C.new", 5, has_failed=False), Addition("m.C.old", 2.5, has_failed=True)),
    (None, None),
)
QUIET = Judgement(
    LINE["a"],
    LINE["b"],
    (),
    (),
    1,
    replace(COMPARISON, changes=(), failed=(), missing=(), added=()),
    scale=Scale("bytes/session", 10_000, "sessions"),
    units={"m.C.x": "bytes/session", "m.C.y": "bytes"},
    python="CPython 3.12.1",
)
LOUD = replace(
    QUIET,
    changed=(
        Changed("results/a.json", Kind.RESULTS, "added"),
        Changed("b/x\n.py", Kind.BENCHMARKS, "removed"),
    ),
    reaches=(Reach("m/a.py", 7, "uses eval"), Reach("m/a.so", None, "is no Python code")),
    comparison=COMPARISON,
    own=Own(
        (Difference("p", 1, 2), Difference("q", 1, None), Difference("r", None, 3)),
        (Failure("s", "no"),),
    ),
)
