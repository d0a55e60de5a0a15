import json
import re
import shutil
import sys
from pathlib import Path

import asv
import pytest

from asv_ledger.explorer import offline as explorer
from asv_ledger.explorer.offline import ExplorerError, embed, link, localize

EXPLORER = Path(explorer.__file__).parent
THIRD_PARTY = EXPLORER / "third_party"
PAGES = Path(asv.__file__).parent / "www"
JQUERY = "sha256-FgpCb/KJQlLNfOu91ta32o/NMZxltwRo8QtmkMRdAu8="
FLOT = "sha256-t7kx8nPDixJ3ucbB9OBcTsCYhaSHvdrzJ54tfkmjjhI="


@pytest.fixture
def html(tmp_path: Path) -> Path:
    """Return a folder with the pages as asv copies them."""
    folder = tmp_path / "die Seiten, übersichtlich" / "html"
    shutil.copytree(PAGES, folder)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache that npm has filled."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(PAGES, folder / "html")
    localize(folder / "html", folder / "der Speicher ü")
    return folder / "der Speicher ü"


@pytest.fixture
def without_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Take all programs away; return the folder in which they are looked for."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    return programs


def write_npm(programs: Path, body: str) -> None:
    """Write an npm of our own; ``body`` is Python."""
    (programs / "npm.py").write_text(f"import sys, time\n{body}\n")
    program = programs / "npm"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{programs / 'npm.py'}'\n")
    program.chmod(0o755)


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def remote_loads(page: Path) -> list[str]:
    """Return the elements of a page that load something from a network."""
    elements = re.findall(r"<[^>]*>", page.read_text())
    return [one for one in elements if "//" in one and not one.startswith("<a ")]


def change(page: Path, old: str, new: str) -> None:
    text = page.read_text()
    assert text.count(old) == 1
    page.write_text(text.replace(old, new))


def test_the_pages_load_everything_from_their_own_folder(html: Path, installed: Path) -> None:
    assert len(remote_loads(html / "index.html")) == 10
    localize(html, installed)
    for page in html.glob("*.html"):
        assert remote_loads(page) == []
    text = (html / "index.html").read_text()
    local = re.findall(r'(?:src|href)="(third_party/[^"]+)"', text)
    assert len(local) == len(set(local)) == 10
    for address in local:
        assert (html / address).is_file()
    assert "integrity" not in text
    assert (
        '    <script src="third_party/jquery/dist/jquery.min.js" onerror="js_load_failure()">'
        "</script>\n" in text
    )


def test_only_what_is_needed_is_there_and_each_licence_beside_it(
    html: Path, installed: Path
) -> None:
    localize(html, installed)
    folder = html / "third_party"
    assert sorted(path.relative_to(folder).as_posix() for path in snapshot(folder)) == [
        "blueimp-md5/LICENSE.txt",
        "blueimp-md5/js/md5.min.js",
        "bootstrap/LICENSE",
        "bootstrap/dist/css/bootstrap.min.css",
        "bootstrap/dist/js/bootstrap.min.js",
        "flot-orderbars/js/jquery.flot.orderBars.js",
        "flot-orderbars/package.json",
        "flot/LICENSE.txt",
        "flot/jquery.flot.categories.js",
        "flot/jquery.flot.js",
        "flot/jquery.flot.selection.js",
        "flot/jquery.flot.time.js",
        "jquery/LICENSE.txt",
        "jquery/dist/jquery.min.js",
        "stupid-table-plugin/LICENSE",
        "stupid-table-plugin/stupidtable.min.js",
    ]
    assert json.loads((folder / "flot-orderbars/package.json").read_text())["license"] == "MIT"


def test_what_is_installed_needs_npm_no_more(
    html: Path, installed: Path, without_npm: Path
) -> None:
    assert not any(without_npm.iterdir())
    before = snapshot(installed)
    localize(html, installed)
    assert remote_loads(html / "index.html") == []
    assert snapshot(installed) == before
    assert len(list(installed.iterdir())) == 1


def test_without_npm_the_pages_stay_as_they_are(
    html: Path, tmp_path: Path, without_npm: Path
) -> None:
    assert not any(without_npm.iterdir())
    before = snapshot(tmp_path)
    with pytest.raises(ExplorerError, match=r"^npm is not installed; install it "):
        localize(html, tmp_path / "cache")
    assert snapshot(tmp_path) == before
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "sys.stderr.write('npm warn x\\nnpm error code ENOTFOUND\\nnpm error more\\n')"
            "; sys.exit(1)",
            "npm ended with ENOTFOUND; publish again where there is a network",
        ),
        (
            "sys.stderr.write('npm ERR! code ECONNREFUSED\\n'); sys.exit(1)",
            "npm ended with ECONNREFUSED; publish again where there is a network",
        ),
        ("sys.exit(7)", "npm ended with status 7; publish again where there is a network"),
        ("time.sleep(60)", "npm took more than 1 seconds; publish again"),
    ],
)
def test_where_npm_fails_the_pages_stay_as_they_are(
    html: Path, without_npm: Path, monkeypatch: pytest.MonkeyPatch, body: str, message: str
) -> None:
    write_npm(without_npm, body)
    monkeypatch.setattr(explorer, "_PATIENCE", 1)
    before = snapshot(html)
    cache = html.parent / "cache"
    with pytest.raises(ExplorerError) as raised:
        localize(html, cache)
    assert str(raised.value) == message
    assert snapshot(html) == before
    assert list(cache.iterdir()) == []


def test_an_npm_that_installs_nothing_is_found_out(
    html: Path, tmp_path: Path, without_npm: Path
) -> None:
    write_npm(without_npm, "")
    before = snapshot(tmp_path)
    with pytest.raises(ExplorerError, match=r"^the scripts cannot be copied: \[Errno 2\] No such "):
        localize(html, tmp_path / "cache")
    assert snapshot(tmp_path) == before
    assert list((tmp_path / "cache").iterdir()) == []


def test_npm_refuses_a_package_that_the_lock_does_not_name(
    html: Path, tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert installed.is_dir()
    shutil.copytree(THIRD_PARTY, tmp_path / "third_party")
    lock = tmp_path / "third_party" / "package-lock.json"
    change(lock, "sha512-xg2o", "sha512-yg2o")
    monkeypatch.setattr(explorer, "_LOCK", lock)
    before = snapshot(html)
    with pytest.raises(ExplorerError, match=r"^npm ended with EINTEGRITY; "):
        localize(html, tmp_path / "cache")
    assert snapshot(html) == before


def test_a_file_that_the_page_does_not_name_is_refused(
    html: Path, tmp_path: Path, installed: Path
) -> None:
    cache = Path(shutil.copytree(installed, tmp_path / "cache"))
    change(html / "index.html", JQUERY, "sha256-other")
    before = snapshot(html)
    with pytest.raises(ExplorerError) as raised:
        localize(html, cache)
    assert str(raised.value) == (
        "jquery/dist/jquery.min.js is not the file with integrity sha256-other;"
        " publish again to install it"
    )
    assert snapshot(html) == before


@pytest.mark.parametrize("is_missing", [False, True])
def test_a_damaged_cache_is_dropped_and_made_again(
    html: Path, tmp_path: Path, installed: Path, is_missing: bool
) -> None:
    cache = Path(shutil.copytree(installed, tmp_path / "cache"))
    (damaged,) = cache.glob("*/flot/jquery.flot.js")
    damaged.write_text("x")
    if is_missing:
        damaged.unlink()
    before = snapshot(html)
    with pytest.raises(ExplorerError) as raised:
        localize(html, cache)
    assert str(raised.value) == (
        f"flot/jquery.flot.js is not the file with integrity {FLOT}; publish again to install it"
    )
    assert snapshot(html) == before
    localize(html, cache)
    assert remote_loads(html / "index.html") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "https://code.jquery.com/jquery-3.3.1.min.js",
            "https://code.jquery.com/jquery-3.3.2.min.js",
            "index.html does not load what that of asv 0.6.6 does: compare"
            " https://code.jquery.com/jquery-3.3.1.min.js; use that version",
        ),
        (
            'src="asv.js"',
            'src="//example.org/asv.js"',
            "index.html does not load what that of asv 0.6.6 does: compare"
            " //example.org/asv.js; use that version",
        ),
    ],
)
def test_another_page_is_left_as_it_is(
    html: Path, tmp_path: Path, old: str, new: str, message: str
) -> None:
    change(html / "index.html", old, new)
    before = snapshot(tmp_path)
    with pytest.raises(ExplorerError) as raised:
        localize(html, tmp_path / "cache")
    assert str(raised.value) == message
    assert snapshot(tmp_path) == before


def test_links_the_memory_page_and_its_feed(html: Path) -> None:
    before = (html / "index.html").read_text().splitlines()
    link(html)
    after = (html / "index.html").read_text().splitlines()
    navigation = '	<li><a href="memory.html">Memory</a></li>'
    feed = (
        '    <link rel="alternate" type="application/atom+xml" title="Exact changes"'
        ' href="memory.xml"/>'
    )
    assert [line for line in after if line not in (navigation, feed)] == before
    assert "regressions" in after[after.index(navigation) - 1]
    assert after[after.index(feed) + 1] == "  </head>"


def test_links_nothing_in_another_page(html: Path) -> None:
    change(html / "index.html", "  </head>", "</head>")
    before = snapshot(html)
    with pytest.raises(ExplorerError) as raised:
        link(html)
    assert str(raised.value) == (
        "index.html is not as asv 0.6.6 writes it: </head> is in it 0 times, not once;"
        " use that version"
    )
    assert snapshot(html) == before


def test_puts_a_script_beside_each_file_that_the_pages_load(html: Path) -> None:
    folder = html / "graphs" / "machine-ein Rechner ü"
    folder.mkdir(parents=True)
    for path in (html / "info.json", html / "index.json", html / "memory.json", folder / "a.json"):
        path.write_text('{"a": [1, null]}')
    before = snapshot(html)
    page = (html / "index.html").read_text()
    embed(html)
    new = {path: data for path, data in snapshot(html).items() if before.get(path) != data}
    data = b'document.currentScript.data = {"a": [1, null]};\n'
    assert new == {
        html / "info.json.js": data,
        html / "index.json.js": data,
        folder / "a.json.js": data,
        html / "explorer.files.js": b'document.currentScript.data = {".": ["index.json",'
        b' "info.json"], "graphs/machine-ein Rechner \\u00fc": ["a.json"]};\n',
        html / "explorer.js": (EXPLORER / "explorer.js").read_bytes(),
        html / "index.html": page.replace(
            "  </head>", '    <script src="explorer.js"></script>\n  </head>'
        ).encode(),
    }


def test_puts_no_script_where_asv_has_not_come_to_its_end(html: Path) -> None:
    (html / "index.json").write_text("{}")
    before = snapshot(html)
    embed(html)
    assert snapshot(html) == before
    shutil.rmtree(html)
    embed(html)
    assert not html.exists()


def test_the_lock_pins_everything_and_names_no_server() -> None:
    manifest = json.loads((THIRD_PARTY / "package.json").read_text())
    lock = json.loads((THIRD_PARTY / "package-lock.json").read_text())
    assert lock["packages"].pop("")["dependencies"] == manifest["dependencies"]
    for path, package in lock["packages"].items():
        assert package["version"] == manifest["dependencies"][path.removeprefix("node_modules/")]
        assert package["integrity"].startswith("sha512-")
        assert not package.get("hasInstallScript")
    assert len(lock["packages"]) == len(manifest["dependencies"])
    for path in THIRD_PARTY.iterdir():
        assert "://" not in path.read_text()
