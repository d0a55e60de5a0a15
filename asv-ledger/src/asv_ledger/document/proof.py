"""Proof: what was found of commits that were planted, as proof.json beside the results tells it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asv_ledger.files import parse_json, read_text
from asv_ledger.shapes import LARGEST, is_number
from asv_ledger.text import quote

_TOTALS = (
    "planted",
    "guilty",
    "named",
    "with_lines",
    "lines_right",
    "innocent",
    "innocent_named",
)
COUNTS = ("named", "range", "missed", "innocent", "shrinking")


class ProofError(Exception):
    """proof.json cannot be read; the message is one line."""


def read_proof(path: Path) -> dict[str, Any] | None:
    """Return what a file tells, None where there is none. Raises ProofError."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ProofError(f"it cannot be read: {error}") from None
    try:
        return _proof(parse_json(text))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ProofError(
            f"it is no proof ({type(error).__name__}: {error}); make proof writes one"
        ) from None


def _proof(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "commit": _text(told["commit"]),
        "python": _text(told["python"]),
        "met": _flag(told["met"]),
        "totals": {name: _count(told["totals"][name]) for name in _TOTALS},
        "scores": [
            {"by": _text(score["by"]), **{name: _count(score[name]) for name in COUNTS}}
            for score in told["scores"]
        ],
        "unseen": [
            {"kind": _text(one["kind"]), "why": _text(one["why"])} for one in told["unseen"]
        ],
        "commits": [_commit(one) for one in told["commits"]],
    }


def _commit(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject": _text(told["subject"]),
        "kind": _text(told["kind"]),
        "guilty": _flag(told["guilty"]),
        "named": _flag(told["named"]),
        "lines": None if told["lines"] is None else _flag(told["lines"]),
        "metrics": [
            {
                "benchmark": _text(metric["benchmark"]),
                "parameters": [_text(value) for value in metric["parameters"]],
                "delta": _number(metric["delta"]),
            }
            for metric in told["metrics"]
        ],
        "allocates": [
            {"file": _text(line["file"]), "code": _text(line["code"])} for line in told["allocates"]
        ],
        "faults": [_text(fault) for fault in told["faults"]],
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{quote(value)} is no text")
    value.encode()  # half of a character is no text either
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{quote(value)} is neither true nor false")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise TypeError(f"{quote(value)} is no count")
    return value


def _number(value: object) -> float:
    if not is_number(value):
        raise TypeError(f"{quote(value)} is no number")
    return value
