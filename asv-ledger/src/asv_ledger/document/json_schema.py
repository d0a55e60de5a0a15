"""JSON Schema: what a document may hold, for a reader in any language.

``python -m asv_ledger.document.json_schema`` writes the files that are published anew.
"""

import inspect
import json
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from asv_ledger.document.schema import Memory
from asv_ledger.document.verdict_schema import VerdictDocument

DOCUMENTS: dict[str, type] = {"memory": Memory, "verdict": VerdictDocument}

_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}

_Schema = dict[str, Any]


def read_json_schema(name: str) -> str:
    """Return the published schema of a document, as the text of its file."""
    return _find_file(name).read_text(encoding="utf-8")


def build_json_schema(name: str) -> str:
    """Return the schema of a document, as the text that is published."""
    document = DOCUMENTS[name]
    definitions: dict[str, _Schema] = {}
    _refer(document, definitions)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": document.__name__,
        **definitions.pop(document.__name__),
        "$defs": dict(sorted(definitions.items())),
    }
    return f"{json.dumps(schema, indent=1)}\n"


def _find_file(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.schema.json")


def _refer(document: type, definitions: dict[str, _Schema]) -> _Schema:
    """Return a reference to the schema of a TypedDict, which is defined once."""
    name = document.__name__
    if name not in definitions:
        hints = get_type_hints(document)
        definitions[name] = {}  # so that what refers to itself ends
        definitions[name] = {
            "description": inspect.getdoc(document),
            "type": "object",
            "properties": {key: _describe(hint, definitions) for key, hint in hints.items()},
            "required": list(hints),
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _describe(hint: Any, definitions: dict[str, _Schema]) -> _Schema:
    origin, inner = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        return _refer(hint, definitions)
    if origin is list:
        return {"type": "array", "items": _describe(inner[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _describe(inner[1], definitions)}
    if origin is Literal:
        return {"enum": list(inner)}
    kinds = inner if origin in (Union, UnionType) else (hint,)
    if all(kind in _NAMES for kind in kinds):
        names = [_NAMES[kind] for kind in kinds]
        return {"type": names if len(names) > 1 else names[0]}
    return {"anyOf": [_describe(kind, definitions) for kind in kinds]}


if __name__ == "__main__":
    for written in DOCUMENTS:
        _find_file(written).write_text(build_json_schema(written), encoding="utf-8")
