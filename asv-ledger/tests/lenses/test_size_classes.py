import pytest
from hypothesis import given
from hypothesis import strategies as st

from asv_ledger.lenses.size_classes import round_up


@pytest.mark.parametrize(
    ("size", "set_aside"), [(0, 0), (1, 16), (16, 16), (17, 32), (512, 512), (513, 528)]
)
def test_a_block_is_rounded_up_to_its_size_class(size: int, set_aside: int) -> None:
    assert round_up(size) == set_aside


@given(size=st.integers(0, 10**9))
def test_none_is_smaller_than_the_block_or_a_step_and_a_header_larger(size: int) -> None:
    assert size <= round_up(size) < size + 16 + 8
    assert round_up(size) % 16 == 0
