import re
from pathlib import Path
from typing import cast
from xml.etree.ElementTree import Element

import pytest
from jinja2 import UndefinedError

from asv_ledger.document.schema import InexactMetric
from asv_ledger.render import pages
from asv_ledger.render.pages import environment, render_html
from support.pages import find, find_all, read_page, section, text, texts
from support.samples import (
    HOSTILE,
    Memory,
    bridge_memory,
    empty_memory,
    long_memory,
    named,
    range_of,
)

ORDER = ["cost", "changes", "tables", "summary", "drift", "failed", "how"]
MEMORIES = {"short": bridge_memory(), "long": long_memory(), "empty": empty_memory()}
MARK = "\N{REPLACEMENT CHARACTER}"
TEMPLATES = sorted(Path(pages.__file__).with_name("templates").iterdir())


def attributes(element: Element, name: str) -> list[str]:
    """Return the values of an attribute."""
    return [one.attrib[name] for one in element.iter() if name in one.attrib]


def tell(memory: Memory, name: str) -> str:
    """Return the text of a section."""
    return text(section(render_html(memory), name))


def cells(row: Element) -> list[str]:
    """Return the texts of the cells of a row."""
    return [text(cell) for cell in row]


def lines(memory: Memory, name: str) -> list[str]:
    """Return the text of a section, an element a line."""
    return list(map(text, section(render_html(memory), name)))


@pytest.fixture(scope="module", params=MEMORIES)
def page(request: pytest.FixtureRequest) -> str:
    return render_html(MEMORIES[request.param])


def test_a_page_is_well_formed_and_in_order(page: str) -> None:
    read = read_page(page)
    assert page.startswith("<!doctype html>\n")
    assert page.endswith("</html>\n")
    sections = [str(one.get("id")) for one in read.iter("section")]
    assert [one for one in sections if not one.startswith("section-")] == ORDER
    assert sections[-1] == "how"
    ids = attributes(read, "id")
    assert len(ids) == len(set(ids))
    inside = [link[1:] for link in attributes(read, "href") if link.startswith("#")]
    assert set(inside) <= set(ids)
    assert inside[: len(sections)] == sections


def test_a_page_runs_no_script_and_makes_no_request(page: str) -> None:
    read = read_page(page)
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r"@import|url\(", page)
    assert attributes(read, "src") == []
    outside = {link for link in attributes(read, "href") if not link.startswith("#")}
    assert outside == {
        "data:,",
        "memory.xml",
        "index.html",
        "memory.json",
        "memory.md",
    }
    assert set(attributes(read, "rel")) == {"icon", "alternate"}
    assert not [name for one in read.iter() for name in one.attrib if name.startswith("on")]
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
    suspects = [suspect for change in memory["changes"] for suspect in change["suspects"]]
    commits = (*memory["tables"]["commits"], *memory["changes"], *suspects, *memory["failed"])
    for commit in commits:
        commit["subject"] = subject
    read = read_page(render_html(memory))
    assert [text(one).count(subject) for one in read.iter("header")] == [1]
    assert tell(memory, "changes").count(subject) == 15  # a range tells three commits, not itself
    assert tell(memory, "failed").count(subject) == 4
    assert sum(subject[:49] in title for title in attributes(read, "title")) == 13


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
    assert tell(memory, "tables").count(hostile) == 9


def test_a_text_is_clean_and_escaped_wherever_a_template_shows_it() -> None:
    template = environment().from_string(
        '<p title="{{ text }}" lang=\'{{ text }}\'>{{ text }}{{ text ~ "<" }}</p>'
    )
    hostile = "<b>\"'&amp;\x1b[31m\n\N{RIGHT-TO-LEFT OVERRIDE}\ud800"
    shown = f"&lt;b&gt;&#34;&#39;&amp;amp;{MARK}[31m{MARK}{MARK}{MARK}"
    assert template.render(text=hostile) == (
        f"<p title=\"{shown}\" lang='{shown}'>{shown}{shown}&lt;</p>"
    )


def test_what_is_not_in_the_document_is_an_error_and_not_shown_as_nothing() -> None:
    document = {name: value for name, value in empty_memory().items() if name != "drift"}
    with pytest.raises(UndefinedError, match="has no attribute 'drift'"):
        render_html(cast("Memory", document))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_takes_a_text_for_markup(template: Path) -> None:
    assert not re.search(r"\|\s*(safe|tojson|xmlattr)|Markup|autoescape", template.read_text())


def top(memory: Memory) -> list[str]:
    """Return the lines of the text above the first section."""
    (header,) = read_page(render_html(memory)).iter("header")
    *told, links = header
    return [*map(text, told), " ".join(map(text, links))]


def test_the_verdict_is_told_first() -> None:
    assert top(bridge_memory()) == [
        "bridge-model",
        "One session costs 1,024.75 bytes; the newest measured commit changed no exact metric.",
        "13 of 63 measured commits changed an exact metric. The newest of them is 511a418e "
        "2026-11-16 Read a window in one pass. Python 3.12.",
        "Cost Changes Tables Summary Cumulative drift Failed measurements Detection <evaluation> "
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
        "40 of 46 metrics failed at the newest commit. What it did to them is not known."
    )


def test_what_is_not_there_is_said() -> None:
    assert top(empty_memory())[:2] == ["bridge-model", "Nothing has been measured yet."]
    assert {section: lines(empty_memory(), section) for section in ORDER[:-1]} == {
        "cost": ["What it costs", "No headline metric is configured."],
        "changes": ["What changed, and why", "No measured commit changed a metric."],
        "tables": [
            "The published tables",
            "No tables are configured, or nothing in them has been measured.",
        ],
        "summary": ["Summary", "No summary is configured."],
        "drift": [
            "Cumulative drift",
            "No exact metric is larger than at the last tag or, without a tag, at the first "
            "measured commit.",
        ],
        "failed": ["Failed measurements", "No build and no benchmark failed."],
    }


def test_the_published_tables_tell_then_and_now() -> None:
    tables = section(render_html(bridge_memory()), "tables")
    assert list(map(text, tables))[:2] == [
        "The published tables",
        "“At first” is the value at the first commit that measured the metric, “now” the value at "
        "the newest commit, or at the one named beside it. A dash stands for what was not "
        "measured.",
    ]
    assert texts(tables, "h3") == ["Sessions", "History windows", "Crisis states", "Fleet"]
    sessions, windows, _, fleet = (
        [*map(cells, table.iter("tr"))] for table in tables.iter("table")
    )
    assert sessions == [
        ["sessions", "livebytes", "live per sessionbytes/session"],
        ["at first", "now", "change", "at first", "now", "change"],
        ["1", "9,103", "2,173", "−76.13 %", "9,103", "2,173", "−76.13 %"],
        ["5", "40,935", "6,157", "−84.96 %", "8,187", "1,231.4", "−84.96 %"],
        ["10", "80,173", "11,225", "−86.00 %", "8,017.3", "1,122.5", "−86.00 %"],
        ["20", "158,881", "21,469", "−86.49 %", "7,944.05", "1,073.45", "−86.49 %"],
        ["50", "396,357", "52,653", "−86.72 %", "7,927.14", "1,053.06", "−86.72 %"],
        ["100", "791,873", "104,561", "−86.80 %", "7,918.73", "1,045.61", "−86.80 %"],
    ]
    assert windows[2][:7] == ["10", "20", "20", "same", "16,383", "9,453", "−42.30 %"]
    assert fleet[0] == ["sessions", "rssbytes/session, noisy", "ussbytes/session, noisy"]
    assert fleet[-1] == ["1,000,000", "–", "–", "", "–", "–", ""]


def test_a_table_names_the_commit_of_a_value_that_is_not_of_the_newest() -> None:
    memory = bridge_memory()
    memory["tables"]["published"] = [
        {
            "title": "A table",
            "parameters": [],
            "columns": [{"benchmark": "m.C.track_x", "unit": "bytes", "exact": True}],
            "rows": [{"parameters": [], "first": [1], "values": [2], "commits": ["abcdef" * 7]}],
            "chart": None,
        }
    ]
    (table,) = section(render_html(memory), "tables").iter("table")
    assert [cells(row) for row in table.iter("tr")][2:] == [["", "1", "2at abcdefab", "+100.00 %"]]
    assert [text(one) for one in find_all(table, "present")] == ["2at abcdefab"]


def test_a_scaling_chart_stands_beside_each_table_that_has_one() -> None:
    tables = section(render_html(bridge_memory()), "tables")
    assert [[part.tag for part in one] for one in find_all(tables, "beside")] == 3 * [
        ["figure", "div"]
    ]
    first = find_all(tables, "beside")[0]
    assert texts(first, "figcaption") == [
        "live per session in bytes/session, by sessionsnowat first"
    ]
    assert cells(find(first, "scale")) == ["0", "2,000", "4,000", "6,000", "8,000", "10,000"]
    assert cells(find(first, "sizes")) == ["1", "5", "10", "20", "50", "100"]
    assert attributes(tables, "aria-label") == [
        "live per session in bytes/session by sessions: now 2,173, 1,231.4, 1,122.5, 1,073.45, "
        "1,053.06, 1,045.61; at first 9,103, 8,187, 8,017.3, 7,944.05, 7,927.14, 7,918.73",
        "per message in bytes/message by window: now 472.65, 440.475, 421.17, 414.735, 411.5975; "
        "at first 819.15, 776.425, 752.39, 743.525, 739.4125",
        "rss in bytes/session by sessions: now 733.184, 1,116.16, 1,183.1, –; at first 8,454.144, "
        "8,527.0528, –, –",
    ]


def test_drift_is_told_with_the_commits_it_is_made_of() -> None:
    (drift,) = section(render_html(bridge_memory()), "drift").iter("details")
    assert texts(drift, "summary") == [
        "+16 bytes +2.08 % since v0.2, in 2 commits: session_memory.OneMoreSession.track_fixed "
        "(english)"
    ]
    assert texts(drift, "li") == [
        "+12 bytes a9334987 2026-10-12 Mark the end of a packed session",
        "+4 bytes 54ceb912 2026-10-26 Find the end of a packed session by its length",
    ]


def test_of_much_drift_and_many_failures_the_first_are_told() -> None:
    memory = long_memory(1_000, 60)
    told = lines(memory, "drift")
    assert told[-1] == "memory.json has 10 metrics that grew by less."
    left = len(memory["changes"]) - 10
    assert sum(f"and {left} smaller steps" in one for one in told) == 50
    *failed, more = section(render_html(memory), "failed")[-1]
    assert text(more) == "and 100 more commits in memory.json"
    assert len(failed) == 100
    assert all(text(one).endswith("m.C.track_7 and 38 more") for one in failed)


def test_failed_measurements_are_told_with_their_benchmarks() -> None:
    _, failed = section(render_html(bridge_memory()), "failed")
    assert texts(failed, "li")[0] == (
        "98fbc42f 2026-09-14 Read a window in one pass 40 of 46 metrics failed: "
        "session_memory.OneMoreSession.track_marginal, "
        "component_memory.Components.track_marginal"
    )


def test_inexact_metrics_are_told_with_the_interval_of_their_readings() -> None:
    memory = bridge_memory()
    one: InexactMetric = {
        **named("m.C.track_x", (10_000,)),
        "interval": {"low": 90.0, "high": 130.0},
        "from_first": False,
        "unmeasured": None,
        "until": None,
    }
    first: InexactMetric = {**one, "from_first": True}
    ended: InexactMetric = {**one, "unmeasured": range_of("b" * 40, "d" * 40), "until": "c" * 40}
    memory["inexact"] = [
        {
            "commit": "a" * 40,
            "subject": "A <subject>",
            "date": "2026-04-13T12:00:00+00:00",
            "metrics": [one, first, ended, *[one] * 7],
        }
    ]
    *_, told, inexact = section(render_html(memory), "failed")
    assert text(told) == (
        "Readings of these metrics differ since the commit named. Each metric is given as the "
        "interval of its readings. A later change counts where its interval does not overlap this "
        "one."
    )
    rows = texts(inexact, "li")
    prefix = "aaaaaaaa 2026-04-13 A <subject> m.C.track_x (10,000): readings from 90 to 130 bytes"
    assert rows[:3] == [
        prefix,
        f"{prefix}, since it was first measured",
        f"{prefix}, or since one of 2 unmeasured commits before it; exact again at cccccccc",
    ]
    assert rows[-1] == "aaaaaaaa 2026-04-13 A <subject> and 2 more metrics"
    assert len(rows) == 9


def test_commits_outside_the_history_are_named() -> None:
    memory = empty_memory() | {"outside": [f"{place:040}"[::-1] for place in range(1, 10)]}
    assert lines(memory, "failed")[-1] == (
        "Results of 9 commits belong to no branch of asv.conf.json and to no tag: 10000000, "
        "20000000, 30000000, 40000000, 50000000, 60000000, 70000000, 80000000 and 1 more."
    )
