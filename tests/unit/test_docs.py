"""README.md and the pages of docs/: their links lead to what exists, and their Python runs."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / "asv-ledger"
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    LEDGER / "README.md",
    *sorted(LEDGER.glob("docs/*.md")),
    *sorted(LEDGER.glob("examples/*/README.md")),
]


def tokens(page: Path) -> list[Token]:
    return MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8"))


def links(page: Path) -> Iterator[str]:
    for token in tokens(page):
        for inline in token.children or ():
            if inline.type in {"link_open", "image"}:
                yield str(inline.attrs.get("href") or inline.attrs.get("src"))


def anchors(page: Path) -> Iterator[str]:
    """Iterate over the anchors that GitHub gives to the headings of a page."""
    seen: Counter[str] = Counter()
    for opening, heading in pairwise(tokens(page)):
        if opening.type == "heading_open":
            text = "".join(inline.content for inline in heading.children or ())
            anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            yield f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor
            seen[anchor] += 1


def dead_links(page: Path) -> Iterator[str]:
    """Iterate over the relative links of a page to a file or a heading that does not exist."""
    for link in links(page):
        scheme, host, path, _, fragment = urlsplit(link)
        if not scheme and not host:
            target = page.parent / unquote(path) if path else page
            if not target.exists() or (
                fragment and (target.suffix != ".md" or unquote(fragment) not in anchors(target))
            ):
                yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_a_heading_that_exist(page: Path) -> None:
    assert list(dead_links(page)) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    other.write_text("# The `Bridge`: what it costs\n\n## Limits\n\n## Limits\n")
    alive = [
        "https://asv.readthedocs.io/none",
        "other.md",
        "other.md#the-bridge-what-it-costs",
        "other.md#limits",
        "other.md#limits-1",
        "#here",
        ".",
    ]
    dead = ["none.md", "../none/", "other.md#limit", "other.md#limits-2", "#there", ".#here"]
    cells = "".join(f"| [a]({link}) |\n" for link in dead[:2])
    rest = " ".join(f"[b]({link})" for link in [*dead[2:], *alive])
    page.write_text(f"# Here\n\n| a |\n|---|\n{cells}\n{rest} `[c](code.md)` ![d](none.png)\n")
    assert list(links(page)) == [*dead, *alive, "none.png"]
    assert list(dead_links(page)) == [*dead, "none.png"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_python_of_a_page_runs(page: Path) -> None:
    for token in tokens(page):
        if token.type == "fence" and token.info == "python":
            exec(compile(token.content, str(page), "exec"), {})
