from pathlib import Path

import pytest

import bridge_model
from benchmarks import component_memory
from benchmarks.component_memory import Components
from benchmarks.measure import Bytes
from benchmarks.session_memory import OneMoreSession


@pytest.fixture(scope="module")
def marginal() -> dict[str, Bytes]:
    return Components().setup_cache()


def test_the_components_are_the_modules_the_payload_and_the_rest() -> None:
    modules = {module.stem for module in Path(bridge_model.__file__).parent.glob("*.py")}
    assert set(Components.params) == (modules - {"__init__"}) | {"payload", "unclassified"}
    assert len(set(Components.params)) == len(Components.params)


def test_the_parts_sum_exactly_to_one_more_session(marginal: dict[str, Bytes]) -> None:
    session = OneMoreSession()
    total = session.track_marginal(session.setup_cache(), "english")
    assert sum(marginal.values()) == total


def test_every_component_has_its_figure(marginal: dict[str, Bytes]) -> None:
    components = Components()
    for component in components.params:
        components.setup(marginal, component)
        assert components.track_marginal(marginal, component) == marginal[component]
    assert tuple(marginal) == components.params


def test_nothing_is_unclassified(marginal: dict[str, Bytes]) -> None:
    assert marginal["unclassified"] == 0.0


def test_a_module_that_is_missing_shows_as_unclassified(
    marginal: dict[str, Bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = tuple(module for module in component_memory._MODULES if module != "room")
    monkeypatch.setattr(component_memory, "_MODULES", modules)
    without = Components().setup_cache()
    assert without["unclassified"] == marginal["room"] > 0.0
    assert without["room"] == 0.0
