import json
from typing import Any, get_type_hints, is_typeddict

import pytest
from jsonschema import Draft202012Validator

from asv_ledger.document import schema, verdict_schema
from asv_ledger.document.json_schema import DOCUMENTS, build_json_schema, read_json_schema
from support.samples import bridge_memory, empty_memory, long_memory

KINDS = {
    name: one
    for module in (schema, verdict_schema)
    for name, one in vars(module).items()
    if is_typeddict(one)
}
ADVICE = "python -m asv_ledger.document.json_schema writes it anew"


def validate(name: str, document: object) -> list[str]:
    validator = Draft202012Validator(json.loads(read_json_schema(name)))
    return [error.json_path for error in validator.iter_errors(document)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_published_is_the_schema_of_the_types(name: str) -> None:
    assert read_json_schema(name) == build_json_schema(name), ADVICE
    Draft202012Validator.check_schema(json.loads(read_json_schema(name)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_schema_has_every_key_of_the_types_and_no_other(name: str) -> None:
    published = json.loads(read_json_schema(name))
    objects = {published["title"]: published} | published["$defs"]
    for title, one in objects.items():
        kind = KINDS[title]
        assert set(one["properties"]) == set(get_type_hints(kind)) == kind.__required_keys__
        assert one["required"] == list(one["properties"])
        assert one["additionalProperties"] is False
        assert one["description"].splitlines()[0].endswith(tuple(".:,abcdefghijklmnopqrstuvwxyz"))


def test_every_type_is_of_a_document_or_the_base_of_one() -> None:
    published = [json.loads(read_json_schema(name)) for name in DOCUMENTS]
    told = {name for one in published for name in (one["title"], *one["$defs"])}
    for name in KINDS.keys() - told - {"BaselineChange", "BaselineChanges"}:  # these are no JSON
        keys = KINDS[name].__required_keys__
        assert any(keys < KINDS[one].__required_keys__ for one in told), name


@pytest.mark.parametrize("memory", [bridge_memory(), empty_memory(), long_memory(30, 2)])
def test_what_the_pages_are_made_of_is_valid(memory: schema.Memory) -> None:
    assert validate("memory", memory) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"unknown": 1}, "$"),
        ({"schema_version": 2}, "$.schema_version"),
        ({"python": 3.12}, "$.python"),
        ({"summary": {"a": "1"}}, "$.summary.a"),
        ({"changes": [{}]}, "$.changes[0]"),
        ({"outside": None}, "$.outside"),
        ({"tables": {}}, "$.tables"),
    ],
)
def test_what_is_of_another_shape_is_not(change: dict[str, object], path: str) -> None:
    assert path in validate("memory", {**empty_memory(), **change})


@pytest.mark.parametrize("name", ["changes", "drift", "failed", "tables", "sections"])
def test_no_key_may_lack(name: str) -> None:
    memory: dict[str, Any] = shorten(bridge_memory())
    assert validate("memory", memory) == []
    for key in keys_of(memory[name]):
        assert validate("memory", memory | {name: without(memory[name], key)}), key


def shorten(node: Any) -> Any:
    """Return a document with one entry in each list, which holds all keys nonetheless."""
    if isinstance(node, dict):
        return {key: shorten(value) for key, value in node.items()}
    return [shorten(one) for one in node[:1]] if isinstance(node, list) else node


def without(node: Any, key: str) -> Any:
    if isinstance(node, dict):
        return {name: without(value, key) for name, value in node.items() if name != key}
    return [without(one, key) for one in node] if isinstance(node, list) else node


def keys_of(node: Any) -> set[str]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = set(node) if isinstance(node, dict) else set[str]()
    return own.union(*map(keys_of, inner))
