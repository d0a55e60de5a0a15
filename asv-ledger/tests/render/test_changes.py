from xml.etree.ElementTree import Element

from asv_ledger.document.schema import Commit, MetricChange
from asv_ledger.render.pages import environment, render_html
from asv_ledger.render.wording import name_entry
from support.pages import find_all, section, text, texts
from support.samples import (
    Memory,
    bridge_memory,
    change,
    empty_memory,
    headline,
    long_memory,
    metric,
    name_commit,
    site,
)

COMMIT: Commit = {
    "commit": name_commit(1),
    "subject": "A subject",
    "date": "2026-04-13T12:00:00+00:00",
}


def memory_of(metrics: list[MetricChange], unmeasured: tuple[str, ...] = ()) -> Memory:
    """Return a bridge whose first measured commit changed metrics, and whose noise did not."""
    memory = bridge_memory()
    memory["tables"]["commits"][0]["commit"] = COMMIT["commit"]
    memory["tables"]["steps"] = []
    return memory | {"changes": [change(COMMIT, metrics, *unmeasured)]}


def show_changes(memory: Memory) -> list[Element]:
    """Return the elements of the section that tells the changes, but for its title."""
    title, *elements = section(render_html(memory), "changes")
    assert text(title) == "What changed, and why"
    return elements


def show_entry(memory: Memory) -> Element:
    """Return the one entry of the section."""
    (entry,) = show_changes(memory)
    return entry


def show_steps(memory: Memory) -> Element:
    """Return what is told after the entries."""
    return show_changes(memory)[-1]


def test_an_entry_tells_the_headline_first_with_its_sites() -> None:
    sites = [
        site("a/b.py", 8, "x = <y>", 60.0),
        site("a/b.py", None, "gone()", -3.5),
        site(None, None, None, -0.5),
    ]
    other = metric("m.C.track_x", 8, 8, unit="bytes", scale=None)
    entry = show_entry(memory_of([other, headline(944, 56, sites=sites)]))
    assert entry.get("id") == f"c-{name_commit(1)}"
    assert texts(entry, "h3") == ["356a192b 2026-04-13 A subject"]
    assert texts(entry, "p") == [
        "+56 bytes/session+5.93 %944 → 1,000",
        "+0.56 MB at 10,000 sessions; a GB holds 1,000,000",
        "session_memory.OneMoreSession.track_marginal (english)",
    ]
    assert [texts(row, "td") for row in entry.iter("tr")][:3] == [
        ["+60", "a/b.py:8", "x = <y>"],
        ["−3.5", "a/b.py, no longer", "gone()"],
        ["−0.5", "elsewhere", ""],
    ]
    (folded,) = entry.iter("details")
    assert texts(folded, "summary") == ["1 other exact metric"]
    assert texts(folded, "th")[-1:] + texts(folded, "td") == [
        "m.C.track_x",
        "+8 bytes",
        "+100.00 %",
        "8",
        "16",
    ]


def test_growth_and_what_shrank_are_marked() -> None:
    grown, shrunk = (
        next(show_entry(memory_of([headline(1_000, delta)])).iter("b")) for delta in (8, -8)
    )
    assert (grown.get("class"), shrunk.get("class")) == ("regression", "improvement")


def test_a_change_across_commits_that_were_not_measured_is_told_as_a_range() -> None:
    memory = memory_of([headline(1_000, 8)], (name_commit(2), name_commit(3)))
    memory["changes"][0]["suspects"] = [{**COMMIT, "commit": name_commit(2)}, COMMIT]
    entry = show_entry(memory)
    assert entry.get("id") == f"c-{name_commit(2)}-{name_commit(1)}"
    assert texts(entry, "h3") == [f"In one of 3 commits, from da4b9237 to {COMMIT['commit'][:8]}"]
    assert texts(entry, "p")[0] == (
        "These commits were not measured one by one: any of them may have made the change."
    )
    assert texts(entry, "li") == [
        f"{name} 2026-04-13 A subject" for name in ("356a192b", "da4b9237")
    ]


def test_what_is_not_known_is_said() -> None:
    assert texts(show_entry(memory_of([headline(0, 8, scale=None)])), "p") == [
        "+8 bytes/session0 → 8",
        "session_memory.OneMoreSession.track_marginal (english)",
        "The allocation sites are not known.",
    ]


def test_noisy_metrics_are_folded_and_do_not_decide() -> None:
    noisy = headline(1_000, 8, exact=False, environment="here")
    memory = bridge_memory()
    memory["tables"]["steps"] = [change(COMMIT, [noisy])]
    folded = show_steps(memory)
    assert texts(folded, "summary") == [
        "Noisy metrics stepped at 1 commit. asv’s fit estimates these steps, and they decide "
        "nothing."
    ]
    assert texts(folded, "p") == ["At about 356a192b 2026-04-13 A subject:"]
    assert "session_memory.OneMoreSession.track_marginal (english), here" in texts(folded, "th")
    memory["tables"]["steps"] *= 21
    folded = show_steps(memory)
    assert len(texts(folded, "table")) == 20
    assert texts(folded, "p")[-1] == "memory.json has 1 older step too."
    memory["tables"]["steps"] = []
    assert {one.tag for one in show_changes(memory)} == {"article"}


def test_sites_of_other_metrics_are_told_where_they_are_elsewhere() -> None:
    one, two = (site("a.py", line, "x", 8.0) for line in (1, 2))
    metrics = [
        headline(1_000, 8, sites=[one]),
        metric("m.C.track_x", 8, 8, sites=[one]),
        metric("m.C.track_y", 8, 8, sites=[two]),
    ]
    entry = show_entry(memory_of(metrics))
    assert [texts(row, "td") for row in find_all(entry, "because")] == [["+8 a.py:2 x"]]


def test_of_many_sites_the_first_are_told() -> None:
    sites = [site("a.py", line, "x" * 999, 1.0) for line in range(20)]
    entry = show_entry(memory_of([headline(1_000, 20, sites=sites)]))
    assert len(list(entry.iter("tr"))) == 12
    assert texts(entry, "p")[-1] == "memory.json has 8 smaller allocation sites too."
    assert {len(code) for code in texts(entry, "code")} == {8, 160}


def test_the_newest_of_many_changes_are_told_in_full_and_the_others_in_a_line() -> None:
    memory = long_memory()
    memory["tables"]["steps"] = []
    page = render_html(memory)
    assert len(page[page.index("<article") : page.rindex("</article")].encode()) < 810_000
    entries = show_changes(memory)
    full = [entry for entry in entries if entry.tag == "article"]
    assert len(full) > 100
    (older,) = (entry for entry in entries if entry.tag == "ul")
    named = [entry.get("id") for entry in (*full, *older)]
    assert named == [name_entry(one) for one in memory["changes"]]
    assert len(set(named)) == len(named)
    first = memory["changes"][len(full)]
    assert texts(older, "li")[0].startswith(
        f"{first['metrics'][0]['delta']:+g} bytes/session {first['commit'][:8]} ".replace("-", "−")
    )
    assert "In one of 2 commits, from" in texts(older, "li")[-4]
    (note,) = (entry for entry in entries if entry.tag == "p")
    assert text(note) == (
        f"{len(older)} older commits, one line each: asv-ledger show and memory.json have the "
        "details."
    )


def test_of_very_many_changes_the_oldest_are_counted() -> None:
    memory = memory_of([headline(1_000, 8)])
    memory["changes"] *= 1_002
    assert text(show_changes(memory)[-1]) == "memory.json alone has the 2 oldest changes."


def test_no_changes() -> None:
    assert list(map(text, show_changes(empty_memory()))) == ["No measured commit changed a metric."]


def test_a_commit_is_told_with_a_subject_that_is_text() -> None:
    template = environment().from_string(
        '{% from "macros.html.jinja" import show_commit %}{{ show_commit(commit) }}'
    )
    commit = {**COMMIT, "subject": "<script>تاريخ\x07" + "a" * 99}
    assert template.render(commit=commit) == (
        "<span><code>356a192b</code> <time>2026-04-13</time> <bdi>&lt;script&gt;تاريخ"
        "\N{REPLACEMENT CHARACTER}" + "a" * 65 + "…</bdi></span>"
    )
