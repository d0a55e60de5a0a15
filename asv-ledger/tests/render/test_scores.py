from xml.etree.ElementTree import Element

from asv_ledger.render.scores import show_proof
from support.samples import bridge_memory, empty_memory, proof


def text(one: Element) -> str:
    return "".join(one.itertext())


def test_without_a_proof_there_is_nothing_to_show() -> None:
    (one,) = show_proof(empty_memory())
    assert text(one) == "No proof.json lies beside the results."


def test_the_counts_come_first_and_then_the_kinds() -> None:
    told, table, planted, head, unseen = show_proof(bridge_memory())
    assert told.get("class") == ""
    assert text(told) == (
        "3 commits were planted on 902ba3cd and measured with Python 3.12. 2 of 2 guilty ones are "
        "named, 1 of 1 with exactly the lines that allocate; 0 of 1 innocent ones are named. "
        "Named, within a named range of commits, or missed: planted commits that make a metric "
        "grow. Innocent commits are no regressions, nor are those planted to make metrics shrink, "
        "of which another metric may be found to grow."
    )
    assert [text(row) for row in table.iter("tr")] == [
        "found bynamedin a rangemissedinnocentshrinking",
        "the ledger20000",
        "asv at its defaults20000",
    ]
    assert [text(summary) for summary in planted.iter("summary")] == [
        "All 3 planted commits, by kind",
        "a peak while building that leaves nothing behind: 1 of 1 commit named",
        "an extra field: 1 of 1 commit named",
        "a comment: 0 of 1 commit named, innocent",
    ]
    assert [text(one) for one in planted.iter("li")][1:2] == [
        "Reserve 8 bytes for <b> +8, named, all lines rightbridge_model/packed.py "
        "joined = b''.join(parts)"
    ]
    assert text(head) == "What no benchmark sees"
    assert text(unseen) == "memory of a C library it does not come from Python"


def test_a_fault_is_shown() -> None:
    told, *rest = show_proof(bridge_memory() | {"proof": proof(met=False)})
    assert told.get("class") == "warning"
    assert "+8, named, other lines, Reserve 8 bytes for <b>: no metric is caused by " in "".join(
        map(text, rest)
    )
