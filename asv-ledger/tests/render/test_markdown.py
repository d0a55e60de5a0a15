from asv_ledger.render.markdown import render_markdown
from support.samples import bridge_memory, empty_memory, headline_of, long_memory


def test_the_verdict_is_told_first() -> None:
    assert render_markdown(bridge_memory()).splitlines()[:13] == [
        "# bridge-model: memory by commit",
        "",
        "**One session costs 1,024.75 bytes; the newest measured commit changed no exact metric**.",
        "",
        "13 of 63 measured commits changed an exact metric. Python 3.12.",
        "",
        "## What it costs",
        "",
        r"| session\_memory.OneMoreSession.track\_marginal, bytes/session | at first | now "
        "| change |",
        "|---|--:|--:|--:|",
        "| english | 7,898.5 | 1,024.75 | −87.03 % |",
        "| multilingual | 8,744.5 | 1,309.75 | −85.02 % |",
        "",
    ]


def test_a_change_is_told_with_its_range_its_sites_and_how_much_else_changed() -> None:
    memory = bridge_memory()
    first, second = memory["tables"]["commits"][43:45]
    text = render_markdown(memory)
    start = text.index("### In one of 3 commits, from 0286dd55 to fb644351")
    assert text[start : text.index("###", start + 3)].splitlines() == [
        "### In one of 3 commits, from 0286dd55 to fb644351",
        "",
        "**−192.75 bytes/session**, −15.83 %, 1,217.5 → 1,024.75: "
        r"session\_memory.OneMoreSession.track\_marginal \(english\)",
        "",
        "−1.93 MB at 10,000 sessions; a GB holds 975,848",
        "",
        "These commits were not measured one by one: any of them may have made the change.",
        "",
        "- fb644351 2026-09-18 Keep a session as nothing but its packed bytes",
        *(f"- {one['commit'][:8]} {one['date'][:10]} {one['subject']}" for one in (second, first)),
        "",
        "| line | code | bytes |",
        "|---|---|--:|",
        r"| bridge\_model/bridge.py, no longer "
        r"| self.\_sessions\[user\] = Session\(room, crisis\) | −144 |",
        "| benchmarks/workload.py:129 "
        r'| room = f"room-\{session // ROOM\_SIZE:06d\}" | −48.75 |',
        "",
        "8 other exact metrics changed too.",
        "",
    ]


def test_the_tables_are_told() -> None:
    text = render_markdown(bridge_memory())
    assert (
        "### Fleet\n\n"
        "| sessions | rss, bytes/session, noisy: at first | now | change "
        "| uss, bytes/session, noisy: at first | now | change |\n"
        "|---|--:|--:|--:|--:|--:|--:|\n"
        "| 1,000 | 8,454 | 733.2 | −91.33 % | 8,454 | 704.5 | −91.67 % |\n"
    ) in text
    assert "| 1,000,000 | – | – |  | – | – |  |\n" in text
    assert "| per\\_session\\_bytes | 1,045.61 |\n" in text


def test_drift_and_failed_measurements_are_told() -> None:
    assert (
        "## Cumulative drift\n\n"
        "- **+16 bytes** +2.08 % since v0.2: session\\_memory.OneMoreSession.track\\_fixed "
        "\\(english\\), in 2 commits, most of it, +12, in a9334987 2026-10-12 Mark the end of a "
        "packed session\n\n"
        "## Failed measurements\n\n"
        "- 40 of 46 metrics failed: 98fbc42f 2026-09-14 Read a window in one pass\n"
    ) in render_markdown(bridge_memory())


def test_a_long_history_is_cut_short() -> None:
    memory = long_memory()
    text = render_markdown(memory)
    assert len(text.encode()) < 50_000
    assert text.count("\n### ") == 21 + len(memory["tables"]["published"])
    assert f"\n{len(memory['changes']) - 20} older commits in memory.json.\n" in text
    assert "\n- 20 more metrics in memory.json\n" in text
    assert "\n- 180 more commits in memory.json\n" in text


def test_a_subject_is_text() -> None:
    memory = bridge_memory()
    memory["commit"] = memory["changes"][0]["commit"]
    memory["changes"][0]["subject"] = "<script>alert(1)</script> `a` | **b**\x1b تاريخ"
    text = render_markdown(memory)
    told = r"&lt;script&gt;alert\(1\)&lt;/script&gt; \`a\` \| \*\*b\*\*�" + " تاريخ"
    assert f"made it 1 byte smaller:** {told}\n" in text
    assert f"### 54ceb912 2026-10-26 {told}\n" in text
    assert "<" not in text.replace("<!-- -->", "")


def test_a_headline_without_a_value_is_said() -> None:
    memory = bridge_memory()
    headline_of(memory)["lines"] = []
    assert (
        "\nsession\\_memory.OneMoreSession.track\\_marginal has no value yet, or none but 0.\n"
        in (render_markdown(memory))
    )


def test_what_is_not_there_is_said() -> None:
    assert render_markdown(empty_memory()) == (
        "# bridge-model: memory by commit\n\n"
        "**Nothing has been measured yet**.\n\n\n"
        "## What it costs\n\nNo headline metric is configured.\n\n"
        "## What changed, and why\n\nNo measured commit changed a metric.\n\n"
        "## The published tables\n\n"
        "No tables are configured, or nothing in them has been measured.\n\n"
        "## Summary\n\nNo summary is configured.\n\n"
        "## Cumulative drift\n\nNo exact metric is larger than at the last tag or, without a tag, "
        "at the first measured commit.\n\n"
        "## Failed measurements\n\nNo build and no benchmark failed.\n\n"
        "[memory.html](memory.html) draws all of this, [memory.json](memory.json) holds it.\n"
    )


def test_a_section_is_text_and_tables() -> None:
    rows = "".join(f"| Say why {number} | \N{EN DASH} | \N{EN DASH} |\n" for number in range(19))
    assert render_markdown(bridge_memory()).partition("## Detection")[2] == (
        " &lt;evaluation&gt;\n\n"
        "3 commits were injected on top of 902ba3<!-- -->cd.\n\n"
        "Recall is the share named.\n\n"
        "### Regressing commits\n\n"
        "| found by | named | recall, % |\n|---|--:|--:|\n"
        "| the ledger | 2 | 100 |\n| asv at its defaults | 1,000 | 12.5 |\n\n"
        "### All injected commits\n\n"
        "| commit | change | lines |\n|---|--:|--:|\n"
        f"| Reserve 8 bytes for &lt;b&gt; | 8 | packed.py joined = b''.join\\(parts\\) |\n{rows}\n"
        "1 more row in memory.json.\n\n"
        "### What no benchmark sees\n\n"
        "| kind | why |\n|---|---|\n"
        "| memory of a C library | it does not come from Python |\n\n"
        "[memory.html](memory.html) draws all of this, [memory.json](memory.json) holds it.\n"
    )
