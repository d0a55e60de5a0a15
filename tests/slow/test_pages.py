"""memory.html as its readers see it: from a file, with no network, on a desk and on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from asv_ledger.render.pages import render_html
from support.samples import HOSTILE, bridge_memory, empty_memory, long_memory
from tests.slow.chromium import Browser, Page

MEMORIES = {"bridge": bridge_memory, "long": long_memory, "empty": empty_memory}

# What a line is drawn into, and whether it is as large as it should be.
CHARTS = """
[...document.querySelectorAll('figure svg')]
    .map(chart => [...chart.querySelectorAll('path')].some(path => path.getTotalLength() > 0)
        && chart.getBoundingClientRect().width > 50 && chart.getBoundingClientRect().height > 50)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, memory in MEMORIES.items():
        (folder / f"{name}.html").write_text(render_html(memory()), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in MEMORIES}


@contextmanager
def opened(
    browser: Browser, file: Path, width: int = 1280, *, dark: bool = False
) -> Iterator[Page]:
    """Open a page; in the end nothing must have been asked for but the page, or gone wrong."""
    page = browser.open(file.as_uri(), width=width, dark=dark)
    page.settle()
    yield page
    page.settle()
    assert page.problems == []
    assert set(page.requests) <= {file.as_uri(), "data:,"}
    page.close()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", MEMORIES)
def test_a_page_fits_and_asks_for_nothing(
    browser: Browser, files: dict[str, Path], name: str, width: int, dark: bool
) -> None:
    with opened(browser, files[name], width, dark=dark) as page:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        charts = page.evaluate(CHARTS)
        assert all(charts)
        assert bool(charts) is (name != "empty")


def test_a_page_is_dark_where_the_reader_wants_it(browser: Browser, files: dict[str, Path]) -> None:
    shades = []
    for dark in (False, True):
        with opened(browser, files["bridge"], dark=dark) as page:
            background = page.evaluate("getComputedStyle(document.body).backgroundColor")
            numbers = [int(one) for one in background.strip("rgb()").split(",")]
            shades.append(sum(numbers) / 3)
    assert shades[0] > 200
    assert shades[1] < 60


def test_every_mark_and_link_leads_somewhere(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["bridge"]) as page:
        marks = page.evaluate("document.querySelectorAll('figure a').length")
        assert marks == len(bridge_memory()["changes"])
        assert (
            page.evaluate(
                "[...document.querySelectorAll('a[href^=\"#\"]')]"
                ".filter(link => !document.getElementById(link.hash.slice(1))).length"
            )
            == 0
        )


def test_a_subject_is_shown_as_text(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["long"]) as page:
        shown = page.evaluate("document.body.textContent")
        for subject in HOSTILE[:3]:
            assert subject in shown
        assert page.evaluate("document.scripts.length") == 0
        assert page.evaluate("document.images.length") == 0
