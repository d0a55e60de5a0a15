import json
from pathlib import Path
from typing import Any

import pytest

from asv_ledger.document.proof import ProofError, read_proof
from support.samples import proof


def written(folder: Path, told: object) -> Path:
    path = folder / "proof.json"
    path.write_text(json.dumps(told))
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_proof(written(tmp_path, proof())) == proof()
    assert read_proof(written(tmp_path, proof() | {"more": 1})) == proof()


def test_there_may_be_none(tmp_path: Path) -> None:
    assert read_proof(tmp_path / "proof.json") is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ([], "TypeError: list indices must be integers or slices, not str"),
        ({}, "KeyError: 'commit'"),
        (proof() | {"met": 1}, "TypeError: 1 is neither true nor false"),
        (proof() | {"python": 3.12}, "TypeError: 3.12 is no text"),
        (proof() | {"totals": dict.fromkeys(proof()["totals"], -1)}, "TypeError: -1 is no count"),
        (
            proof() | {"commits": [proof()["commits"][0] | {"metrics": [{}]}]},
            "KeyError: 'benchmark'",
        ),
        (
            proof() | {"commit": "\ud800"},
            "UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: "
            "surrogates not allowed",
        ),
    ],
)
def test_what_is_no_proof_is_one_line(tmp_path: Path, wrong: Any, why: str) -> None:
    with pytest.raises(ProofError) as caught:
        read_proof(written(tmp_path, wrong))
    assert str(caught.value) == f"it is no proof ({why}); make proof writes one"


def test_a_delta_is_a_number(tmp_path: Path) -> None:
    wrong = proof()
    wrong["commits"][0]["metrics"][0]["delta"] = "8"
    with pytest.raises(ProofError, match=r"\(TypeError: '8' is no number\)"):
        read_proof(written(tmp_path, wrong))


def test_a_file_that_is_none_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "proof.json").mkdir()
    with pytest.raises(ProofError, match="it cannot be read: "):
        read_proof(tmp_path / "proof.json")
    (tmp_path / "other.json").write_bytes(b"\xff")
    with pytest.raises(ProofError, match="it cannot be read: "):
        read_proof(tmp_path / "other.json")
