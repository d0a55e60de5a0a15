import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from asv_ledger.document.schema import Change
from asv_ledger.render.feed import write_feed
from asv_ledger.render.pages import render_html
from support import samples
from support.pages import read_page
from support.samples import bridge_memory, empty_memory, metric

ATOM = "{http://www.w3.org/2005/Atom}"


def change(
    name: str, subject: str, date: str = "2026-01-02T01:00:00+02:00", *unmeasured: str
) -> Change:
    one = metric("m.C.track_live", 1024.75, 1.0, ("<x>",))
    return samples.change({"commit": name, "subject": subject, "date": date}, [one], *unmeasured)


def feed(folder: Path, *changes: Change, show_commit: str = "") -> ET.Element:
    memory = empty_memory() | {"project": "bridge", "changes": [*changes]}
    memory["tables"]["commits"] = [samples.measured(one) for one in changes]
    write_feed(memory, show_commit, folder / "memory.xml")
    return ET.fromstring((folder / "memory.xml").read_bytes())


def text(element: ET.Element, name: str) -> str | None:
    found = element.find(f"{ATOM}{name}")
    assert found is not None
    return found.text


def link(element: ET.Element) -> str:
    found = element.find(f"{ATOM}link")
    assert found is not None
    return found.attrib["href"]


def test_an_entry_tells_a_commit_and_its_metrics(tmp_path: Path) -> None:
    root = feed(tmp_path, change("0123456789", "Grow"))
    assert text(root, "title") == "bridge: exact changes of memory"
    (entry,) = root.findall(f"{ATOM}entry")
    assert text(entry, "title") == "01234567 Grow"
    assert text(entry, "updated") == text(root, "updated") == "2026-01-01T23:00:00Z"
    assert text(entry, "content") == (
        "<p>Grow</p><ul><li>m.C.track_live (&#x27;&lt;x&gt;&#x27;), Python 3.12: "
        "1,024.75 -&gt; 1,025.75 bytes/session, +1</li></ul>"
    )
    assert link(entry) == "memory.html#c-0123456789"


def test_an_entry_of_a_range_names_all_that_can_have_done_it(tmp_path: Path) -> None:
    first, last = change("0123456789", "First"), change("abcdef0123", "Last")
    told = change("abcdef0123", "Last", first["date"], "0123456789")
    told["suspects"] = [first, last]
    alone, entry = feed(tmp_path, last, told).findall(f"{ATOM}entry")
    assert text(entry, "title") == "In one of 2 commits, from 01234567 to abcdef01"
    content = text(entry, "content")
    assert content is not None
    assert content.startswith("<p>abcdef01 Last</p><p>01234567 First</p><ul>")
    assert text(entry, "id") != text(alone, "id")


def test_each_entry_leads_to_its_place_on_the_page(tmp_path: Path) -> None:
    memory = bridge_memory()
    write_feed(memory, "", tmp_path / "memory.xml")
    entries = ET.fromstring((tmp_path / "memory.xml").read_bytes()).findall(f"{ATOM}entry")
    articles = read_page(render_html(memory)).iter("article")
    assert {link(one) for one in entries} == {f"memory.html#{one.get('id')}" for one in articles}


def test_an_entry_links_to_its_commit_where_it_can_be_shown(tmp_path: Path) -> None:
    (entry,) = feed(
        tmp_path, change("0123456789", "Grow"), show_commit="https://example.org/"
    ).findall(f"{ATOM}entry")
    assert link(entry) == "https://example.org/0123456789"


@pytest.mark.parametrize("subject", ["<script>alert(1)</script>", "تاريخ", "\x1b[31m\x00\ud800"])
def test_a_subject_is_text(tmp_path: Path, subject: str) -> None:
    (entry,) = feed(tmp_path, change("0123456789", subject)).findall(f"{ATOM}entry")
    told = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in subject)
    assert text(entry, "title") == f"01234567 {told}"
    content = text(entry, "content")
    assert content is not None
    assert "<script>" not in content


def test_no_text_of_a_metric_breaks_the_feed(tmp_path: Path) -> None:
    one = change("0123456789", "Grow")
    hostile = "\x00\x1b\ud800\uffff"
    name = f"m.C.track_live({hostile})"
    one["metrics"][0].update({"name": name, "unit": hostile, "environment": hostile})
    root = feed(tmp_path, one, show_commit=f"https://example.org/{hostile}")
    (entry,) = root.findall(f"{ATOM}entry")
    mark = "\N{REPLACEMENT CHARACTER}" * 4
    assert text(entry, "content") == (
        f"<p>Grow</p><ul><li>m.C.track_live ({mark}), {mark}: 1,024.75 -&gt; 1,025.75 {mark}, +1"
        "</li></ul>"
    )
    assert link(entry) == f"https://example.org/{mark}0123456789"


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_commit_may_be_dated_at_either_end_of_the_calendar(tmp_path: Path, date: str) -> None:
    (entry,) = feed(tmp_path, change("0123456789", "Grow", date)).findall(f"{ATOM}entry")
    updated = text(entry, "updated")
    assert updated is not None
    assert updated.endswith(f"{date[4:19]}Z")


def test_the_newest_hundred_changes_are_told_the_same_way_each_time(tmp_path: Path) -> None:
    changes = [change(f"{number:010d}", "Grow") for number in range(120)]
    assert len(feed(tmp_path, *changes).findall(f"{ATOM}entry")) == 100
    first = (tmp_path / "memory.xml").read_bytes()
    feed(tmp_path, *changes)
    assert (tmp_path / "memory.xml").read_bytes() == first


def test_nothing_that_changed_is_a_feed_too(tmp_path: Path) -> None:
    root = feed(tmp_path)
    assert root.findall(f"{ATOM}entry") == []
    assert text(root, "updated") == "1970-01-01T00:00:00Z"
