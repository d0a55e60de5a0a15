from asv_ledger.render.cost import show_cost, show_parts
from asv_ledger.render.markup import Element, serialize
from support.samples import (
    HEADLINE,
    PARTS,
    STEPS,
    Memory,
    bridge_memory,
    change,
    empty_memory,
    headline_of,
    long_memory,
    metric,
    name_commit,
)


def texts(elements: list[Element], name: str) -> list[str]:
    """Return the texts of what the element of a class holds."""
    (found,) = (one for element in elements for one in element.iter() if one.get("class") == name)
    return ["".join(one.itertext()) for one in found]


def marks(memory: Memory) -> list[tuple[str | None, ...]]:
    """Return the marks of a chart, as class, title, link and place."""
    links = [link for element in show_cost(memory) for link in element.iter("a")]
    return [(a.get("class"), a.get("title"), a.get("href"), a.get("style")) for a in links]


def test_what_the_headline_costs_now_and_cost_at_first() -> None:
    parts = list(show_cost(bridge_memory()))
    assert [part.tag for part in parts] == ["h2", "ul", "figure"]
    assert parts[0].text == "What one session costs"
    assert texts(parts, "now") == [
        "1,024.75 bytes/session english −87.03 % from 7,898.5 at first",
        "1,309.75 bytes/session multilingual −85.02 % from 8,744.5 at first",
    ]
    (drawing,) = parts[2].iter("svg")
    assert drawing.get("aria-label") == (
        f"{HEADLINE} in bytes/session, over 63 commits: english from 1,024.75 to 7,898.5, now "
        "1,024.75; multilingual from 1,309.75 to 8,744.5, now 1,309.75"
    )
    assert texts(parts, "tags") == ["v0.1", "v0.2"]


def test_a_cost_that_never_changed() -> None:
    memory = bridge_memory()
    headline_of(memory)["lines"] = [
        {"name": HEADLINE, "parameters": [], "values": [8.0, None, 8.0]}
    ]
    assert texts(list(show_cost(memory)), "now") == ["8 bytes/session  8 at first"]


def test_every_step_is_marked_and_leads_to_its_entry() -> None:
    found = marks(bridge_memory())
    assert len(found) == len(STEPS)
    assert found[0] == (
        "mark shrank",
        "−1 bytes/session: 54ceb912 Find the end of a packed session by its length",
        f"#c-{name_commit(56)}",
        "left:88.89%;bottom:10.25%",
    )
    assert found[2][1] == (
        "−192.75 bytes/session: fb644351, or one of 2 before it, Keep a session as nothing but its "
        "packed bytes"
    )
    assert [kind for kind, *_ in found].count("mark grew") == 3


def test_the_caption_says_where_marks_are() -> None:
    captions = [
        caption.text
        for memory in (bridge_memory(), long_memory(100, 2))
        for element in show_cost(memory)
        for caption in element.iter("figcaption")
    ]
    assert captions == [
        f"{HEADLINE} in bytes/session, over 63 commits, the oldest on the left. A mark leads to "
        "its commit below.",
        f"{HEADLINE} in bytes/session, over 100 commits, the oldest on the left. A mark leads to "
        "its commit below. The 30 largest changes are marked on the line, the others at 0.",
    ]


def test_a_change_of_other_metrics_is_marked() -> None:
    memory = bridge_memory()
    commit = memory["tables"]["commits"][60]
    memory["changes"] = [
        change(commit | {"subject": "a" * 99}, [metric("m.C.track_x", 1, 1)] * 2),
    ]
    assert marks(memory) == [
        (
            "tick other",
            f"2 other exact metrics: {commit['commit'][:8]} {'a' * 49}…",
            f"#c-{commit['commit']}",
            "left:95.24%;bottom:0%",
        )
    ]


def test_no_headline() -> None:
    assert serialize(show_cost(empty_memory())) == (
        "<h2>What it costs</h2>\n<p>No headline metric is configured.</p>"
    )


def test_a_headline_without_a_value() -> None:
    memory = bridge_memory()
    for line in headline_of(memory)["lines"]:
        line["values"] = [None] * 63
    assert serialize(show_cost(memory)) == (
        f"<h2>What one session costs</h2>\n<p>{HEADLINE} has no value yet.</p>"
    )


def test_the_parts_are_named_from_the_top_with_what_they_are_now() -> None:
    parts = list(show_parts(bridge_memory()))
    assert [part.tag for part in parts] == ["h3", "figure"]
    assert parts[0].text == "What one session is made of"
    assert texts(parts, "legend") == [
        "room 10.5 1.0 %",
        "bridge 23 2.2 %",
        "limits 0 once 720",
        "packed 936 91.3 %",
        "payload 55.25 5.4 %",
        "history 0 once 5,388",
    ]
    (caption,) = parts[1].iter("figcaption")
    assert caption.text == (
        f"{PARTS} in bytes/session, over 63 commits, the oldest on the left, with what each part "
        "is now. Always 0: crisis, errors, message, session, unclassified."
    )
    areas = [path for path in parts[1].iter("path") if "area" in path.get("class", "")]
    assert len(areas) == 6


def test_parts_that_are_not_measured() -> None:
    assert list(show_parts(empty_memory())) == []
    memory = bridge_memory()
    parts = memory["tables"]["parts"]
    assert parts is not None
    for line in parts["lines"]:
        line["values"] = [0.0] * 63
    assert serialize(show_parts(memory)) == (
        "<h3>What one session is made of</h3>\n"
        f"<p>No part of it that {PARTS} measured is other than 0.</p>"
    )
