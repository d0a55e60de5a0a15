"""asv's own pages in a browser: from file:// with no network, and served."""

import json
import math
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from support.histories import repository, write_benchmarks, write_results
from tests.slow.chromium import Browser, Page

ROOT = Path(__file__).parents[2]

PLAIN = "one_memory.Plain.track_live"
GRID = "two_memory.Grid.track_marginal"
NEW = "two_memory.Grid.peakmem_open"
FAILED = "two_memory.Grid.track_failed"

# How many pixels of each graph in view have a colour: the lines have, axes and frames are grey.
INK = """[...document.querySelectorAll("canvas.flot-base")]
    .filter(canvas => canvas.offsetParent !== null)
    .map(canvas => {
        const copy = document.createElement("canvas");
        [copy.width, copy.height] = [canvas.width, canvas.height];
        const context = copy.getContext("2d", {willReadFrequently: true});
        context.drawImage(canvas, 0, 0);
        const data = context.getImageData(0, 0, copy.width, copy.height).data;
        let coloured = 0;
        for (let i = 0; i < data.length; i += 4) {
            const pixel = data.slice(i, i + 3);
            coloured += data[i + 3] > 0 && Math.max(...pixel) - Math.min(...pixel) > 60;
        }
        return coloured;
    })"""
ROWS = """[...document.querySelectorAll("%s tbody tr")]
    .filter(row => row.offsetParent !== null)
    .map(row => row.querySelector("td").textContent.trim())"""


def asv_publish(project: Path, **variables: str) -> str:
    process = subprocess.run(
        [sys.executable, "-m", "asv", "publish", "--no-pull"],
        cwd=project,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project of twelve commits, measured with two Pythons on two machines."""
    folder = tmp_path_factory.mktemp("pages") / "ein Projekt, schön"
    folder.mkdir()
    hashes = repository(folder, *(f"subject {number}" for number in range(12)))
    configuration = {
        "version": 1,
        "project": "schön",
        "repo": ".",
        "branches": ["main"],
        "plugins": [".asv_ledger.publisher"],
    }
    (folder / "asv.conf.json").write_text(json.dumps(configuration))
    parameters = [["'english'", "'multilingual'"], ["10", "20"]]
    grid = {"param_names": ["payload", "window"], "params": parameters, "type": "track"}
    write_benchmarks(
        folder / "results",
        one_memory__Plain__track_live={"code": "def track_live(): ...", "type": "track"},
        two_memory__Grid__track_marginal=grid,
        two_memory__Grid__peakmem_open=grid,
        two_memory__Grid__track_failed={},
    )
    for number, commit in enumerate(hashes):
        live = 1000 + 100 * (number >= 6)
        marginal = [live / 2, live / 3, live / 4 if number != 3 else math.nan, live / 5]
        values: dict[str, list[Any]] = {
            PLAIN: [[live], [], "1"],
            GRID: [marginal, parameters, "1"],
            NEW: [[live * 1000] * 4, parameters, "1"],
            FAILED: [None, [], "1"],
        }
        write_results(folder / "results", commit, values)
        # A benchmark that one Python never ran has no graph there.
        del values[NEW], values[FAILED]
        write_results(folder / "results", commit, values, python="3.11")
        write_results(folder / "results", commit, values, machine="der Zweite ü", python="3.11")
    return folder


@pytest.fixture(scope="module")
def html(project: Path) -> Path:
    """Return the published pages."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    assert "asv's pages" not in asv_publish(project)
    return project / "html"


@pytest.fixture
def page(browser: Browser, html: Path) -> Iterator[Page]:
    """Return the index page, opened as a file; in the end nothing must have gone wrong."""
    page = browser.open((html / "index.html").as_uri())
    page.settle()
    yield page
    page.settle()
    assert page.problems == []
    assert [address for address in page.requests if not address.startswith("file:///")] == []
    assert not page.evaluate("$('#error').is(':visible')")
    page.close()


def show(page: Page, fragment: str) -> None:
    page.evaluate(f"location.hash = {json.dumps(fragment)}")
    page.settle()


def press(page: Page, text: str) -> None:
    """Press the first button in view that is labelled so."""
    button = f"link => link.offsetParent && link.textContent.trim() == {text!r}"
    page.evaluate(f"[...document.querySelectorAll('a')].find({button}).click()")
    page.settle()


def drawn(page: Page) -> int:
    """Return how many graphs are in view; each has lines."""
    ink = page.evaluate(INK)
    assert all(ink), ink
    return len(ink)


def test_the_grid_draws_every_benchmark(page: Page) -> None:
    *ink, failed = page.evaluate(INK)
    assert len(ink) == 3
    assert all(ink)
    assert failed == 0
    titles = "[...document.querySelectorAll('.benchmark-text')].map(title => title.textContent)"
    assert page.evaluate(titles) == [
        "Plain.track_live",
        "Grid.track_marginal",
        "Grid.peakmem_open",
        "Grid.track_failed",
    ]
    assert page.evaluate("document.title") == "airspeed velocity of an unladen schön"


def test_the_list_shows_a_row_for_each_metric_and_can_be_sorted(page: Page) -> None:
    show(page, "#/summarylist")
    press(page, "here")
    press(page, "3.12")
    rows = page.wait_for(ROWS % "#summarylist-body")
    assert len(rows) == 10
    assert rows[0] == PLAIN
    page.click("#summarylist-body th")
    page.wait_for(f"{ROWS % '#summarylist-body'}[0] != {PLAIN!r}")
    assert page.evaluate(ROWS % "#summarylist-body") == rows[::-1]


def test_what_the_mouse_points_at_in_the_list_shows_its_graph(page: Page) -> None:
    show(page, "#/summarylist?machine=here&python=3.11")
    page.point("#summarylist-body td a")
    page.wait_for("document.querySelectorAll('.popover canvas.flot-base').length")
    assert drawn(page) == 1


def test_the_regressions_are_listed(page: Page) -> None:
    show(page, "#/regressions")
    rows = page.wait_for(ROWS % "#regressions-body")
    # A metric without parameters and four with them in each of three graphs, and four in one.
    assert len(rows) == 3 * (1 + 4) + 4
    assert {row.partition("(")[0] for row in rows} == {PLAIN, GRID, NEW}
    page.point("#regressions-body td a")
    page.wait_for("document.querySelectorAll('.popover canvas.flot-base').length")
    assert drawn(page) == 1


@pytest.mark.parametrize("benchmark", [PLAIN, GRID, NEW])
def test_every_graph_is_drawn(page: Page, benchmark: str) -> None:
    show(page, f"#{benchmark}")
    assert drawn(page) == 2


def test_the_graph_of_what_failed_has_its_axes(page: Page) -> None:
    show(page, f"#{FAILED}")
    assert page.evaluate(INK) == [0, 0]


def test_every_parameter_and_setting_of_a_graph_can_be_changed(page: Page) -> None:
    show(page, f"#{GRID}?machine=here&python=3.12")
    legend = "[...document.querySelectorAll('.legendLabel')].map(label => label.textContent)"
    assert page.evaluate(legend) == [
        "payload-english; window-10",
        "payload-multilingual; window-10",
        "payload-english; window-20",
        "payload-multilingual; window-20",
    ]
    press(page, "multilingual")
    assert page.evaluate(legend) == ["payload-english; window-10", "payload-english; window-20"]
    assert drawn(page) == 2
    press(page, "der Zweite ü")
    press(page, "3.11")
    assert len(page.evaluate(legend)) == 6
    drawn(page)
    for setting in ("log-scale", "zoom-y-axis", "even-spacing", "date-scale", "show-legend"):
        page.click(f"#{setting}")
        page.settle()
        drawn(page)


def test_a_graph_can_have_a_parameter_as_its_axis(page: Page) -> None:
    show(page, f"#{GRID}?machine=here&python=3.12")
    press(page, "window")
    assert drawn(page) == 1
    # One series of texts: of several, asv draws the axes alone.
    press(page, "payload")
    press(page, "20")
    assert drawn(page) == 1


def test_a_graph_that_is_not_there_is_said_to_hold_nothing(browser: Browser, html: Path) -> None:
    address = f"{(html / 'index.html').as_uri()}#{NEW}?machine=here&python=3.11"
    page = browser.open(address)
    page.settle()
    said = page.wait_for("$('#error-message').text()")
    assert said == "No data for this combination of filters. "
    page.wait_for("$('#error').is(':visible')")
    assert page.problems == []
    page.close()


@pytest.fixture
def server(html: Path) -> Iterator[str]:
    """Serve the pages; return the address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=html)) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


def test_served_pages_load_the_json_and_none_of_the_scripts(browser: Browser, server: str) -> None:
    page = browser.open(f"{server}/index.html#{GRID}")
    page.settle()
    assert drawn(page) == 2
    assert page.problems == []
    paths = [address.removeprefix(server).partition("?")[0] for address in page.requests]
    assert {"/info.json", "/index.json", "/explorer.js"} < set(paths)
    assert [path for path in paths if "json.js" in path or path == "/explorer.files.js"] == []
    page.close()


def test_without_npm_publishing_says_so_in_one_line(project: Path, tmp_path: Path) -> None:
    git = shutil.which("git")
    assert git is not None
    (tmp_path / "git").symlink_to(git)
    copy = tmp_path / "copy"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns(".asv", "html"))
    said = asv_publish(copy, PATH=str(tmp_path))
    html = copy / "html"
    lines = [line for line in said.splitlines() if "asv's pages" in line]
    assert [line.partition("asv's")[2] for line in lines] == [
        " pages load scripts from public servers: npm is not installed;"
        " install it and publish again"
    ]
    page = (html / "index.html").read_text()
    assert page.count(' integrity="') == 10
    assert 'href="memory.html"' in page
    assert not (html / "third_party").exists()
    assert (html / "index.json.js").is_file()
