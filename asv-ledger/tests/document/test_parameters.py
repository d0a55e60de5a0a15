import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asv_ledger.document.parameters import parse_parameters
from asv_ledger.document.schema import Parameter

values = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)


@given(values)
@example('it\'s \\ "quoted"\n\x00\ud800\N{GRINNING FACE}')
@example(-(10**300))
def test_a_value_that_json_has_is_read_from_what_python_writes(value: Parameter) -> None:
    is_finite = not isinstance(value, float) or abs(value) != float("inf")
    assert parse_parameters([repr(value)]) == [value if is_finite else repr(value)]
    (parsed,) = parse_parameters([repr(value)])
    assert type(parsed) is (type(value) if is_finite else str)


@given(st.text())
@pytest.mark.parametrize("form", ["{}", "'{}'", '"{}"', "-{}", "1{}", "'{}' '{}'"])
def test_whatever_else_is_written_stays_a_text_that_json_can_hold(form: str, text: str) -> None:
    written = form.format(text, text)
    (parsed,) = parse_parameters([written])
    assert parsed == written or repr(parsed) == written
    json.dumps(parsed, allow_nan=False)


OTHER = (
    *("(1, 2)", "[1000]", "{}", "<class 'int'>", "nan", "1e999", "1_0", "007", "+1", "1e5", "b'a'"),
    *("'a' 'b'", "'", r"'\d'", "'a'.upper()", "9" * 5_000, "True ", "None (0)", ""),
)


@pytest.mark.parametrize("written", OTHER)
def test_what_json_has_no_value_for_stays_as_it_is_written(written: str) -> None:
    assert parse_parameters([written]) == [written]
