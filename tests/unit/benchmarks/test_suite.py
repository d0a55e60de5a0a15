"""What holds for every benchmark of the suite."""

import sys
import types
from importlib import import_module
from inspect import isclass
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import json5
import pytest

import benchmarks
import bridge_model
from asv_ledger.model.series import exact_matcher

ROOT = Path(__file__).resolve().parents[3]

PREFIXES = ("track_", "time_", "mem_", "peakmem_")
PAYLOADS = ("english", "multilingual")
WINDOWS = (10, 20, 50, 100, 200)

# The parameters and the methods with their units, by class; asv knows the unit of peaks and times.
SUITE: dict[str, tuple[tuple[object, ...], dict[str, str | None]]] = {
    "session_memory.Sessions": (
        (1, 5, 10, 20, 50, 100),
        {"track_live": "bytes", "track_live_per_session": "bytes/session"},
    ),
    "session_memory.OneMoreSession": (
        PAYLOADS,
        {
            "track_marginal": "bytes/session",
            "track_allocated": "bytes/session",
            "track_fixed": "bytes",
            "track_overhead": "held bytes/payload byte",
        },
    ),
    "session_memory.FoldedSession": (PAYLOADS, {"track_marginal": "bytes/session"}),
    "session_memory.ManySessions": ((), {"track_marginal": "bytes/session"}),
    "session_memory.WorkingPeak": (
        ("open", "exchange", "read", "fold"),
        {"track_most": "bytes"},
    ),
    "session_memory.SessionPeak": (
        (0, 1, 5, 10, 20, 50, 100, 1_000, 10_000),
        {"peakmem_open": None},
    ),
    "history_memory.HistoryWindow": (
        WINDOWS,
        {
            "track_live": "bytes",
            "track_per_message": "bytes/message",
            "track_messages_kept": "messages",
        },
    ),
    "history_memory.OneMoreMessage": (PAYLOADS, {"track_marginal": "bytes/message"}),
    "history_memory.WindowPeak": (WINDOWS, {"peakmem_fill": None}),
    "crisis_memory.CrisisStates": (
        (10_000,),
        {
            "track_live": "bytes",
            "track_per_instance": "bytes/instance",
            "track_marginal": "bytes/instance",
            "peakmem_create": None,
        },
    ),
    "crisis_memory.Recovery": ((), {"track_residue": "bytes/session"}),
    "component_memory.Components": (
        (
            "bridge",
            "crisis",
            "errors",
            "history",
            "limits",
            "message",
            "packed",
            "room",
            "session",
            "payload",
            "unclassified",
        ),
        {"track_marginal": "bytes/session"},
    ),
    "churn_memory.Churn": (
        (),
        {
            "track_leak_per_closed_session": "bytes/closed session",
            "track_growth_at_full_window": "bytes/exchange",
        },
    ),
    "churn_memory.Refusals": ((), {"track_leak_per_refused_call": "bytes/refused call"}),
    "churn_memory.RoomChanges": ((), {"track_growth_per_exchange": "bytes/exchange"}),
    "churn_memory.Garbage": ((), {"track_uncollected_per_exchange": "bytes/exchange"}),
    "churn_memory.ModuleState": ((), {"track_growth_per_session": "bytes/session"}),
    "churn_memory.SteadyState": (("open", "folded"), {"track_live": "bytes/session"}),
    "fleet_memory.Fleet": (
        (1_000, 10_000, 100_000, 1_000_000),
        {"track_rss": "bytes/session", "track_uss": "bytes/session"},
    ),
    "fleet_memory.SteadyFleet": (
        (10_000,),
        {
            "track_rss": "bytes/session",
            "track_uss": "bytes/session",
        },
    ),
    "fleet_memory.RollingFleet": (
        (10_000,),
        {
            "track_rss": "bytes/session",
            "track_uss": "bytes/session",
        },
    ),
    "exchange_time.Exchange": (
        PAYLOADS,
        {"time_receive_and_reply": None, "time_read_window": None},
    ),
}

MODULES = {
    module.name: import_module(f"benchmarks.{module.name}")
    for module in iter_modules(benchmarks.__path__)
}


def methods(kind: type) -> dict[str, Any]:
    return {name: getattr(kind, name) for name in dir(kind) if name.startswith(PREFIXES)}


def parameters(kind: Any) -> tuple[object, ...]:
    return tuple(getattr(kind, "params", ()))


# A class imported into a second module is found there too, as asv would find it.
CLASSES: dict[str, Any] = {
    f"{module}.{name}": kind
    for module in MODULES
    if module.endswith(("_memory", "_time"))
    for name, kind in vars(MODULES[module]).items()
    if isclass(kind) and methods(kind) and not name.startswith("_")
}
every_class = pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)


def test_is_what_the_design_lists() -> None:
    actual = {
        name: (
            parameters(kind),
            {name: getattr(method, "unit", None) for name, method in methods(kind).items()},
        )
        for name, kind in CLASSES.items()
    }
    assert actual == SUITE


@every_class
def test_a_class_says_its_version(kind: Any) -> None:
    version = vars(kind).get("version")
    assert isinstance(version, str)
    assert version


@every_class
def test_every_parameter_has_a_name(kind: Any) -> None:
    params = parameters(kind)
    is_nested = any(isinstance(values, (tuple, list)) for values in params)
    count = len(params) if is_nested else min(len(params), 1)
    assert len(getattr(kind, "param_names", ())) == count


@every_class
def test_every_tracked_quantity_has_a_unit(kind: Any) -> None:
    for name, method in methods(kind).items():
        if name.startswith("track_"):
            assert callable(method)
            assert isinstance(method.unit, str)
            assert method.unit


@every_class
def test_all_that_is_tracked_is_exact_but_what_the_kernel_deals_out_in_pages(kind: Any) -> None:
    for name, method in methods(kind).items():
        is_exact = getattr(method, "type", "track") == "exact"
        assert is_exact is (name.startswith("track_") and name not in {"track_rss", "track_uss"})


def test_what_is_marked_is_what_the_configuration_holds_for_exact() -> None:
    configuration = json5.loads((ROOT / "asv.conf.json").read_text(encoding="utf-8"))
    is_exact = exact_matcher(configuration["ledger"]["exact"])
    for name, kind in CLASSES.items():
        for method, function in methods(kind).items():
            is_marked = getattr(function, "type", "track") == "exact"
            assert is_exact(f"{name}.{method}") is is_marked


@every_class
def test_no_method_reads_a_shallow_size(kind: Any) -> None:
    assert not [name for name in methods(kind) if name.startswith("mem_")]


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_no_helper_is_taken_for_a_benchmark(module: types.ModuleType) -> None:
    assert not [name for name in vars(module) if name.startswith(PREFIXES)]


@every_class
def test_a_commit_without_the_bridge_is_not_applicable(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bridge_model", types.ModuleType("bridge_model"))
    benchmark = kind()
    module = sys.modules[kind.__module__]
    setup_cache = getattr(benchmark, "setup_cache", getattr(module, "setup_cache", None))
    cache = [setup_cache()] if setup_cache else []
    assert cache in ([], [{}])
    cases: list[list[object]] = [[parameter] for parameter in parameters(kind)]
    for case in cases or [[]]:
        with pytest.raises(NotImplementedError) as caught:
            benchmark.setup(*cache, *case)
        assert str(caught.value) in {
            "this commit has no bridge_model.Bridge",
            "this commit has no bridge_model.Bridge.fold",
            "this commit has no bridge_model.CapacityPolicy",
            "this commit has no bridge_model.CrisisState",
            "measured on request: set FLEET_SESSIONS",
        }


@pytest.mark.parametrize(
    ("name", "method", "arguments"),
    [
        ("session_memory.Sessions", "setup_cache", ()),
        ("session_memory.OneMoreSession", "setup_cache", ()),
        ("session_memory.FoldedSession", "setup", ("english",)),
        ("history_memory.HistoryWindow", "setup_cache", ()),
        ("history_memory.OneMoreMessage", "setup", ("english",)),
        ("history_memory.WindowPeak", "setup", (10,)),
        ("exchange_time.Exchange", "setup", ("english",)),
    ],
)
def test_a_scenario_that_does_not_hold_is_refused(
    name: str, method: str, arguments: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetful(bridge_model.Bridge):
        def reply(self, user: str, text: str) -> None:
            pass

    monkeypatch.setattr(bridge_model, "Bridge", Forgetful)
    with pytest.raises(AssertionError):
        getattr(CLASSES[name](), method)(*arguments)
