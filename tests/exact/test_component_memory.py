from pathlib import Path

import pytest

import bridge_model
from benchmarks import component_memory
from benchmarks.component_memory import Components

ONE_MORE = "session_memory.OneMoreSession.track_marginal('english')"


@pytest.fixture(scope="module")
def marginal(metrics: dict[str, float]) -> dict[str, float]:
    name = "component_memory.Components.track_marginal({!r})"
    return {component: metrics[name.format(component)] for component in Components.params}


def test_the_components_are_the_modules_the_payload_and_the_rest() -> None:
    modules = {module.stem for module in Path(bridge_model.__file__).parent.glob("*.py")}
    assert set(Components.params) == (modules - {"__init__"}) | {"payload", "unclassified"}
    assert len(set(Components.params)) == len(Components.params)


def test_the_parts_sum_exactly_to_one_more_session(
    marginal: dict[str, float], metrics: dict[str, float]
) -> None:
    assert sum(marginal.values()) == metrics[ONE_MORE]


def test_nothing_is_unclassified(marginal: dict[str, float]) -> None:
    assert marginal["unclassified"] == 0.0


def test_a_module_that_is_missing_shows_as_unclassified(
    marginal: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = tuple(module for module in component_memory._MODULES if module != "room")
    monkeypatch.setattr(component_memory, "_MODULES", modules)
    without = Components().setup_cache()
    assert without["unclassified"] == marginal["room"] > 0.0
    assert without["room"] == 0.0
    assert tuple(without) == Components.params
