from xml.etree.ElementTree import Element

from asv_ledger.render.pages import render_html
from support.pages import find, section, text
from support.pages import texts as texts_of
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


def show_cost(memory: Memory) -> list[Element]:
    """Return the elements of the section that tells the cost, and the parts."""
    return list(section(render_html(memory), "cost"))


def texts(element: Element, name: str) -> list[str]:
    """Return the texts of what the element of a class holds."""
    return [text(one) for one in find(element, name)]


def marks(memory: Memory) -> list[tuple[str | None, ...]]:
    """Return the marks of a chart, as class, title, link and place."""
    links = [link for element in show_cost(memory) for link in element.iter("a")]
    return [(a.get("class"), a.get("title"), a.get("href"), a.get("style")) for a in links]


def test_what_the_headline_costs_now_and_cost_at_first() -> None:
    title, now, figure, *_ = show_cost(bridge_memory())
    assert [title.tag, now.tag, figure.tag] == ["h2", "ul", "figure"]
    assert title.text == "What one session costs"
    assert [text(one) for one in now] == [
        "1,024.75 bytes/session english −87.03 % from 7,898.5 at first",
        "1,309.75 bytes/session multilingual −85.02 % from 8,744.5 at first",
    ]
    (drawing,) = figure.iter("svg")
    assert drawing.get("aria-label") == (
        f"{HEADLINE} in bytes/session, over 63 commits: english from 1,024.75 to 7,898.5, now "
        "1,024.75; multilingual from 1,309.75 to 8,744.5, now 1,309.75"
    )
    assert texts(figure, "tags") == ["v0.1", "v0.2"]
    assert texts(figure, "names") == [
        "regression",
        "improvement",
        "only other exact metrics changed",
    ]


def test_a_cost_that_never_changed() -> None:
    memory = bridge_memory()
    headline_of(memory)["lines"] = [
        {"name": HEADLINE, "parameters": [], "values": [8.0, None, 8.0]}
    ]
    _, now, *_ = show_cost(memory)
    assert [text(one) for one in now] == ["8 bytes/session  8 at first"]


def test_every_step_is_marked_and_leads_to_its_entry() -> None:
    found = marks(bridge_memory())
    assert len(found) == len(STEPS)
    assert found[0] == (
        "mark improvement",
        "−1 bytes/session: 54ceb912 Find the end of a packed session by its length",
        f"#c-{name_commit(56)}",
        "left:88.89%;bottom:10.25%",
    )
    assert found[2][1] == (
        "−192.75 bytes/session: fb644351, or one of 2 before it, Keep a session as nothing but its "
        "packed bytes"
    )
    assert [kind for kind, *_ in found].count("mark regression") == 3


def test_the_caption_says_where_marks_are() -> None:
    captions = [
        next(show_cost(memory)[2].iter("figcaption")).text
        for memory in (bridge_memory(), long_memory(100, 2))
    ]
    assert captions == [
        f"{HEADLINE} in bytes/session, over 63 commits, the oldest on the left. A mark links to "
        "its commit below.",
        f"{HEADLINE} in bytes/session, over 100 commits, the oldest on the left. A mark links to "
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
    assert list(map(text, show_cost(empty_memory()))) == [
        "What it costs",
        "No headline metric is configured.",
    ]


def test_a_headline_without_a_value() -> None:
    memory = bridge_memory()
    memory["tables"]["parts"] = None
    for line in headline_of(memory)["lines"]:
        line["values"] = [None] * 63
    assert list(map(text, show_cost(memory))) == [
        "What one session costs",
        f"{HEADLINE} has no value yet.",
    ]


def test_the_parts_are_named_from_the_top_with_what_they_are_now() -> None:
    *_, title, figure = show_cost(bridge_memory())
    assert [title.tag, figure.tag] == ["h3", "figure"]
    assert title.text == "What one session is made of"
    assert texts(figure, "legend") == [
        "room 10.5 1.0 %",
        "bridge 23 2.2 %",
        "limits 0 once 720",
        "packed 936 91.3 %",
        "payload 55.25 5.4 %",
        "history 0 once 5,388",
    ]
    assert texts_of(figure, "figcaption") == [
        f"{PARTS} in bytes/session, over 63 commits, the oldest on the left, with what each part "
        "is now. Always 0: crisis, errors, message, session, unclassified."
    ]
    areas = [path for path in figure.iter("path") if "area" in path.get("class", "")]
    assert len(areas) == 6


def test_parts_that_are_not_measured() -> None:
    memory = bridge_memory()
    parts = memory["tables"]["parts"]
    assert parts is not None
    for line in parts["lines"]:
        line["values"] = [0.0] * 63
    assert list(map(text, show_cost(memory)))[-2:] == [
        "What one session is made of",
        f"Every part that {PARTS} measured is 0.",
    ]
    memory["tables"]["parts"] = None
    assert [one.tag for one in show_cost(memory)] == ["h2", "ul", "figure"]
