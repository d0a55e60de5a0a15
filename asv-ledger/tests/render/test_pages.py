import re
from html.parser import HTMLParser
from typing import cast

import pytest

from asv_ledger.render.pages import render_html
from support.samples import HOSTILE, Memory, bridge_memory, empty_memory, long_memory

VOID = {"meta", "link"}
ORDER = ["cost", "changes", "tables", "summary", "drift", "gaps", "how"]
MEMORIES = {"short": bridge_memory(), "long": long_memory(), "empty": empty_memory()}


class Page(HTMLParser):
    """A page, read as a browser does: its attributes, and the text of each section."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.open: list[str] = []
        self.texts: dict[str, str] = {}
        self.section = "top"
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.section = str(dict(attrs)["id"])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts[self.section] = self.texts.get(self.section, "") + data

    def find(self, name: str) -> list[str]:
        return [str(value) for _, attribute, value in self.attributes if attribute == name]


@pytest.fixture(scope="module", params=MEMORIES)
def page(request: pytest.FixtureRequest) -> str:
    return render_html(MEMORIES[request.param])


def test_a_page_is_well_formed_and_in_order(page: str) -> None:
    read = Page(page)
    assert page.startswith("<!doctype html>\n")
    assert page.endswith("</html>\n")
    own = [name for name in read.texts if name.startswith("section-")]
    assert list(read.texts) == ["top", *ORDER[:-1], *own, "how"]
    ids = read.find("id")
    assert len(ids) == len(set(ids))
    inside = {link[1:] for link in read.find("href") if link.startswith("#")}
    assert inside <= set(ids)


def test_a_page_runs_no_script_and_makes_no_request(page: str) -> None:
    read = Page(page)
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r"@import|url\(", page)
    assert read.find("src") == []
    outside = {link for link in read.find("href") if not link.startswith("#")}
    assert outside == {
        "data:,",
        "memory.xml",
        "index.html",
        "memory.json",
        "memory.md",
    }
    assert set(read.find("rel")) == {"icon", "alternate"}
    assert not [name for _, name, _ in read.attributes if name.startswith("on")]
    assert (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; img-src data:\">"
    ) in page


def test_a_page_has_no_character_that_controls_its_reader(page: str) -> None:
    assert all(line.isprintable() for line in page.split("\n"))


def test_a_page_of_a_thousand_commits_is_small() -> None:
    assert len(render_html(long_memory(1_000, 100)).encode()) < 2_000_000


@pytest.mark.parametrize("character", ['"', "&", "\N{GRINNING FACE}"])
def test_a_page_of_long_subjects_is_small(character: str) -> None:
    memory = long_memory()
    for commit in (*memory["changes"], *memory["tables"]["commits"]):
        commit["subject"] = character * 1_000
    for drift in memory["drift"]:
        for step in drift["commits"]:
            step["subject"] = character * 1_000
    assert len(render_html(memory).encode()) < 2_000_000


def test_a_page_is_the_same_each_time() -> None:
    assert render_html(bridge_memory()) == render_html(bridge_memory())


def test_unknown_keys_are_ignored() -> None:
    later = cast("Memory", {**bridge_memory(), "unknown": {}})
    assert render_html(later) == render_html(bridge_memory())


@pytest.mark.parametrize("subject", HOSTILE[:3])
def test_a_subject_is_text_wherever_it_is(subject: str) -> None:
    memory = bridge_memory()
    for commit in (*memory["tables"]["commits"], *memory["changes"], *memory["failed"]):
        commit["subject"] = subject
    read = Page(render_html(memory))
    assert [read.texts[section].count(subject) for section in ("top", "changes", "gaps")] == [
        1,
        15,  # a range tells three commits, and is no subject itself
        4,
    ]
    assert sum(subject[:49] in title for title in read.find("title")) == 13


def test_every_text_of_the_project_is_text() -> None:
    hostile = "<script>alert(1)</script>"
    memory = bridge_memory()
    memory |= {"project": hostile, "python": hostile, "summary": {hostile: 1}}
    memory["tables"]["published"] = [
        {
            "title": hostile,
            "parameters": [hostile],
            "columns": [{"benchmark": hostile, "unit": hostile, "exact": False}],
            "rows": [
                {"parameters": [hostile], "first": [1.0], "values": [2.0], "commits": [hostile]}
            ],
            "chart": 0,
        }
    ]
    memory["tables"]["commits"][5]["tags"] = [hostile]
    memory["failed"][0]["benchmarks"] = [hostile]
    page = render_html(memory)
    assert "<script" not in page
    assert Page(page).texts["tables"].count(hostile) == 9


def top(memory: Memory) -> list[str]:
    """Return the lines of the text above the first section."""
    text = Page(render_html(memory)).texts["top"]
    return [line for line in text.split("}\n")[-1].splitlines() if line]


def test_the_verdict_is_told_first() -> None:
    assert top(bridge_memory()) == [
        "bridge-model",
        "One session costs 1,024.75 bytes; the newest measured commit changed no exact metric.",
        "13 of 63 measured commits changed an exact metric. The newest of them is 511a418e "
        "2026-11-16 Read a window in one pass. Python 3.12.",
        "Cost Changes Tables Summary Drift Gaps",
        "Detection <evaluation>",
        "How it was measured",
    ]


def test_the_verdict_names_the_commit_that_did_it_once() -> None:
    memory = bridge_memory()
    memory["commit"] = memory["changes"][0]["commit"]
    assert top(memory)[1:3] == [
        "One session costs 1,024.75 bytes; the newest measured commit made it 1 byte smaller: Find "
        "the end of a packed session by its length",
        "13 of 63 measured commits changed an exact metric. The newest of them is 54ceb912 "
        "2026-10-26. Python 3.12.",
    ]


def test_the_verdict_says_what_failed_at_the_newest_commit() -> None:
    memory = bridge_memory()
    memory["failed"][0]["commit"] = memory["tables"]["commits"][-1]["commit"]
    assert top(memory)[3] == (
        "40 of 46 metrics of the newest commit failed, so what it did to them is not known."
    )


def test_what_is_not_there_is_said() -> None:
    read = Page(render_html(empty_memory()))
    assert top(empty_memory())[:2] == ["bridge-model", "Nothing has been measured yet."]
    assert {section: read.texts[section].strip().split("\n") for section in ORDER[:-1]} == {
        "cost": ["What it costs", "No headline metric is configured."],
        "changes": ["What changed, and why", "No measured commit changed a metric."],
        "tables": [
            "The published tables",
            "No tables are configured, or nothing in them has been measured.",
        ],
        "summary": ["Summary", "No summary is configured."],
        "drift": [
            "Drift",
            "No exact metric is larger than at the last tag or, where there is none, at the first "
            "measured commit.",
        ],
        "gaps": ["Gaps", "No build and no benchmark failed."],
    }


def test_the_published_tables_tell_then_and_now() -> None:
    tables = Page(render_html(bridge_memory())).texts["tables"].split("\n")
    assert tables[:5] == [
        "",
        "The published tables",
        "At first is at the first commit that measured the metric, now at the newest, or at the "
        "one named; a dash is what was not measured.",
        "Sessions",
        "live per session in bytes/session, by sessionsnowat first02,0004,0006,0008,00010,000"
        "15102050100"
        "sessionslivebyteslive per sessionbytes/session"
        "at firstnowchangeat firstnowchange"
        "19,1032,173−76.13 %9,1032,173−76.13 %"
        "540,9356,157−84.96 %8,1871,231.4−84.96 %"
        "1080,17311,225−86.00 %8,017.31,122.5−86.00 %"
        "20158,88121,469−86.49 %7,944.051,073.45−86.49 %"
        "50396,35752,653−86.72 %7,927.141,053.06−86.72 %"
        "100791,873104,561−86.80 %7,918.731,045.61−86.80 %",
    ]
    assert "102020same16,3839,453−42.30 %" in tables[6]
    assert "rssbytes/session, noisyussbytes/session, noisy" in tables[10]
    assert tables[10].endswith("1,000,000––––")


def test_a_scaling_chart_stands_beside_each_table_that_has_one() -> None:
    labels = Page(render_html(bridge_memory())).find("aria-label")
    assert labels[2:] == [
        "live per session in bytes/session by sessions: now 2,173, 1,231.4, 1,122.5, 1,073.45, "
        "1,053.06, 1,045.61; at first 9,103, 8,187, 8,017.3, 7,944.05, 7,927.14, 7,918.73",
        "per message in bytes/message by window: now 472.65, 440.475, 421.17, 414.735, 411.5975; "
        "at first 819.15, 776.425, 752.39, 743.525, 739.4125",
        "rss in bytes/session by sessions: now 733.184, 1,116.16, 1,183.1, –; at first 8,454.144, "
        "8,527.0528, –, –",
    ]


def test_drift_is_told_with_the_commits_it_is_made_of() -> None:
    assert Page(render_html(bridge_memory())).texts["drift"].split("\n")[2] == (
        "+16 bytes +2.08 % since v0.2, in 2 commits: session_memory.OneMoreSession.track_fixed "
        "(english)+12 bytes a9334987 2026-10-12 Mark the end of a packed session+4 bytes 54ceb912 "
        "2026-10-26 Find the end of a packed session by its length"
    )


def test_of_much_drift_and_many_gaps_the_first_are_told() -> None:
    memory = long_memory(1_000, 60)
    texts = Page(render_html(memory)).texts
    assert texts["drift"].endswith("10 more metrics grew by less: memory.json has them.\n\n")
    left = len(memory["changes"]) - 10
    assert texts["drift"].count(f"and {left} smaller ones") == 50
    assert texts["gaps"].endswith("and 100 more in memory.json\n\n")
    assert texts["gaps"].count("m.C.track_7 and 38 more") == 100
