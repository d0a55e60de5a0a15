import json

import pytest

from asv_ledger.statuses import Status, describe_crash


def test_each_status_has_a_name_and_the_verdicts_of_a_gate_are_none_of_wrong_use() -> None:
    named = {status.name: status.value for status in Status}
    assert named == {
        "PASSED": 0,
        "GREW": 1,
        "WRONG_USE": 2,
        "NOT_MEASURED": 3,
        "FAILED": 4,
        "CRASHED": 70,
        "INTERRUPTED": 130,
        "TERMINATED": 143,
    }
    assert int(Status.DIFFERS) == 1
    assert json.dumps(Status.GREW) == "1"


def test_a_crash_says_where_it_was() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 // 0
    line = test_a_crash_says_where_it_was.__code__.co_firstlineno + 2
    assert describe_crash(caught.value) == (
        "internal error: ZeroDivisionError: integer division or modulo by zero "
        f"(test_statuses.py:{line}); please report it"
    )
