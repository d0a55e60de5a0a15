"""The browser of the tests sees what goes wrong in a page."""

import struct
from pathlib import Path

import pytest

from tests.slow.chromium import Browser

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>é</title>
<style>body, p {{ margin: 0 }} body {{ height: 1900px }}
</style></head><body><p>text</p><button onclick="this.textContent = 'pressed'">press</button>
<script>{script}</script></body></html>"""


def write(folder: Path, script: str = "") -> str:
    path = folder / "a page.html"
    path.write_text(PAGE.format(script=script), encoding="utf-8")
    return path.as_uri()


def test_a_good_page_has_no_problems(browser: Browser, tmp_path: Path) -> None:
    address = write(tmp_path)
    page = browser.open(address)
    assert page.evaluate("document.title") == "é"
    assert (page.requests, page.problems) == ([address], [])
    page.point("button")
    assert page.evaluate("document.querySelector('button').matches(':hover')")
    page.click("button")
    assert page.wait_for("document.querySelector('button').textContent == 'pressed'")
    page.go(f"{address}#part")
    assert page.evaluate("location.hash") == "#part"
    page.close()


@pytest.mark.parametrize(
    ("script", "problems"),
    [
        ("throw new Error('no')", ["Error: no"]),
        ("Promise.reject(7)", ["7"]),
        ("console.error('bad', 1)", ["console.error: bad 1"]),
        ("console.warn('hm')", ["console.warning: hm"]),
        ("console.log('fine')", []),
        ("localStorage.fine = 1", []),
    ],
)
def test_hears_exceptions_and_the_console(
    browser: Browser, tmp_path: Path, script: str, problems: list[str]
) -> None:
    page = browser.open(write(tmp_path, script))
    page.settle()
    assert [problem.splitlines()[0] for problem in page.problems] == problems
    page.close()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("https://example.org/a.png", "net::ERR_PROXY_CONNECTION_FAILED"),
        ("http://192.0.2.1/a.png", "net::ERR_PROXY_CONNECTION_FAILED"),
        ("missing.png", "net::ERR_FILE_NOT_FOUND"),
    ],
)
def test_hears_requests_that_fail_and_has_no_network(
    browser: Browser, tmp_path: Path, asked: str, said: str
) -> None:
    script = f"const image = new Image(); image.src = {asked!r}; document.body.append(image)"
    address = write(tmp_path, script)
    page = browser.open(address)
    page.settle()
    whole = asked if "://" in asked else (tmp_path / asked).as_uri()
    assert page.requests == [address, whole]
    assert sorted(page.problems) == [
        f"{whole}: Failed to load resource: {said}",
        f"{whole}: {said}",
    ]
    page.close()


def test_shows_a_page_as_asked(browser: Browser, tmp_path: Path) -> None:
    address = write(tmp_path)
    light = browser.open(address, width=390, height=844)
    assert light.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [
        390,
        False,
    ]
    light.evaluate("onresize = () => console.error('resized')")
    light.screenshot(tmp_path / "page.png")
    picture = (tmp_path / "page.png").read_bytes()
    assert struct.unpack(">2I", picture[16:24]) == (390, 844)
    light.settle()
    assert light.problems == []
    dark = browser.open(address, dark=True)
    assert dark.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    light.close()
    dark.close()


def test_says_what_an_expression_throws(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(write(tmp_path))
    with pytest.raises(RuntimeError, match=r"^missing: ReferenceError: missing is not defined"):
        page.evaluate("missing")
    page.close()
