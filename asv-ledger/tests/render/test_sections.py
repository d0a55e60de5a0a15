from xml.etree.ElementTree import Element

from asv_ledger.document.schema import SectionTable
from asv_ledger.render.pages import render_html
from support.pages import read_page, text, texts
from support.samples import Memory, bridge_memory, empty_memory, section


def show_sections(memory: Memory) -> list[Element]:
    """Return the sections that a project adds."""
    sections = read_page(render_html(memory)).iter("section")
    return [one for one in sections if one.get("id", "").startswith("section-")]


def show_links(memory: Memory) -> list[Element]:
    """Return the links to them."""
    links = read_page(render_html(memory)).iter("a")
    return [one for one in links if one.get("href", "").startswith("#section-")]


def test_without_sections_there_is_nothing_to_show() -> None:
    assert show_sections(empty_memory()) == show_links(empty_memory()) == []


def test_a_section_is_text_and_tables() -> None:
    (shown,) = show_sections(bridge_memory())
    title, first, second, *tables = shown
    assert [text(one) for one in (title, first, second)] == [
        "Detection <evaluation>",
        "3 commits were injected on top of 902ba3cd.",
        "Recall is the share named.",
    ]
    assert [one.tag for one in tables] == ["h3", "div", "details", "h3", "div"]
    head, scores, commits, _, unseen = tables
    assert text(head) == "Regressing commits"
    assert texts(scores, "tr") == [
        "found bynamedrecall, %",
        "the ledger2100",
        "asv at its defaults1,00012.5",
    ]
    assert [cell.get("class") for cell in scores.iter("th")] == ["text", "", ""]
    assert [cell.get("class") for cell in scores.iter("td")][:3] == ["text", "", ""]
    assert texts(unseen, "tr") == ["kindwhy", "memory of a C libraryit does not come from Python"]
    assert texts(commits, "summary") == ["All injected commits: 21 rows"]
    assert texts(commits, "tr")[:3] == [
        "commitchangelines",
        "Reserve 8 bytes for <b>8packed.py joined = b''.join(parts)",
        "Say why 0\N{EN DASH}\N{EN DASH}",
    ]


def test_sections_are_linked_by_their_titles() -> None:
    memory = bridge_memory()
    memory["sections"].append(section())
    links = [(text(link), link.get("href")) for link in show_links(memory)]
    ids = [shown.get("id") for shown in show_sections(memory)]
    assert links == [(section()["title"], f"#{name}") for name in ids]
    assert ids == ["section-1", "section-2"]


def test_of_a_very_long_table_the_first_rows_are_shown() -> None:
    memory = empty_memory()
    table: SectionTable = {
        "title": "All",
        "columns": ["number"],
        "rows": [[number] for number in range(501)],
    }
    memory["sections"] = [{"title": "Numbers", "text": [], "tables": [table]}]
    (shown,) = show_sections(memory)
    assert len(list(shown.iter("td"))) == 500
    assert texts(shown, "p") == ["memory.json has 1 more row."]
