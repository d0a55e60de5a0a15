"""Explorer: asv's own pages, made to work with no network and when opened from file://."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from asv_ledger.files import whole_file

_SOURCES = Path(__file__).parent
_LOCK = _SOURCES / "third_party" / "package-lock.json"
_SCRIPT = _SOURCES / "explorer.js"
_NPM = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
_PATIENCE = 120  # seconds

_NAVIGATION = '<li id="nav-li-regressions"><a href="#/regressions">Regressions</a></li>\n'
_HEAD_END = "  </head>\n"
_MEMORY_LINK = '\t<li><a href="memory.html">Memory</a></li>\n'
_MEMORY_FEED = (
    '    <link rel="alternate" type="application/atom+xml" title="Exact changes"'
    ' href="memory.xml"/>\n'
)
_SCRIPT_TAG = f'    <script src="{_SCRIPT.name}"></script>\n'

_REMOTE_TAG = re.compile(r'<(?:script|link)\b[^>]*"(?:https?:)?//[^>]*>')
_REMOTE_ADDRESS = re.compile(r'"((?:https?:)?//[^"]*)"')
_INTEGRITY = re.compile(r'\bintegrity="([^"]*)"')
# A browser refuses files from file:// that are asked for with these.
_REMOTE_ATTRIBUTES = re.compile(r' (?:integrity|crossorigin|referrerpolicy)="[^"]*"')


class ExplorerError(Exception):
    """The pages are left as they were; the message is one line and says why."""


class _File(NamedTuple):
    """What asv's page loads from ``address``, and where npm has it.

    ``integrity`` is None where npm's file is the very one that asv's page names; elsewhere it is
    what npm's file must be, of the same script not minified or of a later version.
    """

    address: str
    path: str
    integrity: str | None = None


_FILES = (
    _File("https://code.jquery.com/jquery-3.3.1.min.js", "jquery/dist/jquery.min.js"),
    _File(
        "https://cdnjs.cloudflare.com/ajax/libs/flot/0.8.3/jquery.flot.min.js",
        "flot/jquery.flot.js",
        "sha256-t7kx8nPDixJ3ucbB9OBcTsCYhaSHvdrzJ54tfkmjjhI=",
    ),
    _File(
        "https://cdnjs.cloudflare.com/ajax/libs/flot/0.8.3/jquery.flot.time.min.js",
        "flot/jquery.flot.time.js",
        "sha256-pYLIMq3HE4prBar2HxbrrCdHAfG+Sv6nfnOaHDS5xBo=",
    ),
    _File(
        "https://cdnjs.cloudflare.com/ajax/libs/flot/0.8.3/jquery.flot.selection.min.js",
        "flot/jquery.flot.selection.js",
        "sha256-5shfbB6+S02inYriOMfFBgKD8F9+8FT2uRgX0CwJKRg=",
    ),
    _File(
        "https://cdnjs.cloudflare.com/ajax/libs/flot/0.8.3/jquery.flot.categories.min.js",
        "flot/jquery.flot.categories.js",
        "sha256-boFmSyjqeVxzSQb0qhVhRkCnWsf705mn+5CEBAaYNRo=",
    ),
    _File(
        "https://cdn.jsdelivr.net/npm/flot-orderbars@1.0.0/js/jquery.flot.orderBars.js",
        "flot-orderbars/js/jquery.flot.orderBars.js",
    ),
    _File(
        "https://cdnjs.cloudflare.com/ajax/libs/stupidtable/1.0.1/stupidtable.min.js",
        "stupid-table-plugin/stupidtable.min.js",
        "sha256-RkI4Dyjr6e18rCUXk7KB74YgxDhiBdkniPmxL1zOtOA=",
    ),
    _File(
        "https://cdnjs.cloudflare.com/ajax/libs/blueimp-md5/2.19.0/js/md5.min.js",
        "blueimp-md5/js/md5.min.js",
    ),
    _File(
        "https://cdn.jsdelivr.net/npm/bootstrap@3.1.1/dist/js/bootstrap.min.js",
        "bootstrap/dist/js/bootstrap.min.js",
    ),
    _File(
        "https://cdn.jsdelivr.net/npm/bootstrap@3.1.1/dist/css/bootstrap.min.css",
        "bootstrap/dist/css/bootstrap.min.css",
    ),
)
_LICENCES = (
    "blueimp-md5/LICENSE.txt",
    "bootstrap/LICENSE",
    "flot/LICENSE.txt",
    "flot-orderbars/package.json",  # it and the head of the script say MIT; there is no more
    "jquery/LICENSE.txt",
    "stupid-table-plugin/LICENSE",
)


def link(html: Path) -> None:
    """Link asv's index page to memory.html, in its navigation, and to the feed memory.xml.

    Raises ExplorerError where the page is not as asv 0.6.6 writes it.
    """
    page = _insert(_read(html), _NAVIGATION, _NAVIGATION + _MEMORY_LINK)
    _write(html, _insert(page, _HEAD_END, _MEMORY_FEED + _HEAD_END))


def localize(html: Path, cache: Path) -> None:
    """Let asv's index page load its scripts and styles from html/third_party instead of a network.

    They are installed by npm into ``cache`` once, and need neither npm nor a network afterwards.
    Raises ExplorerError, and leaves the page as it is, where the page is not as asv 0.6.6 writes
    it, where npm cannot install them, and where one of them is not the file it must be.
    """
    page = _read(html)
    tags = {
        address: tag
        for tag in _REMOTE_TAG.findall(page)
        for address in _REMOTE_ADDRESS.findall(tag)
    }
    unknown = tags.keys() ^ {file.address for file in _FILES}
    if unknown:
        raise ExplorerError(
            f"index.html does not load what that of asv 0.6.6 does: compare {min(unknown)};"
            " use that version"
        )
    folder = cache / hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:16]
    try:
        if not folder.is_dir():
            _install(folder)
        _check(folder, tags)
        shutil.copytree(folder, html / "third_party")
    except OSError as error:
        shutil.rmtree(html / "third_party", ignore_errors=True)
        raise ExplorerError(f"the scripts cannot be copied: {error}") from None
    for file in _FILES:
        tag = tags[file.address]
        local = tag.replace(file.address, f"third_party/{file.path}")
        page = page.replace(tag, _REMOTE_ATTRIBUTES.sub("", local))
    _write(html, page)


def embed(html: Path) -> None:
    """Let asv's pages find their data when opened from file://, where they may read no JSON.

    Beside each JSON file comes a script that holds the same. Served pages load none of them. Call
    it once asv has written its last file, info.json: where that is missing, nothing is done.
    """
    if not (html / "info.json").is_file():
        return
    names: dict[str, list[str]] = {}
    for path in _find_data(html):
        data = path.read_bytes()
        path.with_name(f"{path.name}.js").write_bytes(_as_script(data))
        names.setdefault(path.parent.relative_to(html).as_posix(), []).append(path.name)
    (html / "explorer.files.js").write_bytes(_as_script(json.dumps(names).encode()))
    shutil.copyfile(_SCRIPT, html / _SCRIPT.name)
    _write(html, _insert(_read(html), _HEAD_END, _SCRIPT_TAG + _HEAD_END))


def _install(folder: Path) -> None:
    """Make a folder of the files that the lock names, and of their licences."""
    npm = shutil.which("npm")
    if npm is None:
        raise ExplorerError("npm is not installed; install it and publish again")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        shutil.copy(_LOCK, scratch)
        shutil.copy(_LOCK.with_name("package.json"), scratch)
        _run([npm, *_NPM], Path(scratch))
        for path in (*(file.path for file in _FILES), *_LICENCES):
            target = Path(scratch, "needed", path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(scratch, "node_modules", path), target)
        Path(scratch, "needed").rename(folder)


def _run(command: list[str], folder: Path) -> None:
    try:
        process = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ExplorerError(f"npm took more than {_PATIENCE} seconds; publish again") from None
    if process.returncode:
        code = re.search(r"^npm \S+ code (\S+)$", process.stderr, re.MULTILINE)
        reason = code[1] if code else f"status {process.returncode}"
        raise ExplorerError(f"npm ended with {reason}; publish again where there is a network")


def _check(folder: Path, tags: dict[str, str]) -> None:
    """Raise ExplorerError, and drop the folder, where a file is not what it must be."""
    for file in _FILES:
        named = file.integrity or "".join(_INTEGRITY.findall(tags[file.address]))
        if named not in _integrities(folder / file.path):
            shutil.rmtree(folder)
            raise ExplorerError(
                f"{file.path} is not the file with integrity {named}; publish again to install it"
            )


def _integrities(path: Path) -> Iterator[str]:
    """Iterate over what a page may say of the integrity of a file."""
    data = path.read_bytes() if path.is_file() else b""
    for algorithm in ("sha256", "sha384", "sha512"):
        digest = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
        yield f"{algorithm}-{digest}"


def _find_data(html: Path) -> Iterator[Path]:
    """Iterate over the JSON files that asv's pages load."""
    for name in ("index.json", "info.json", "regressions.json"):
        if (html / name).is_file():
            yield html / name
    yield from sorted((html / "graphs").rglob("*.json"))


def _as_script(data: bytes) -> bytes:
    return b"document.currentScript.data = " + data + b";\n"


def _read(html: Path) -> str:
    return (html / "index.html").read_bytes().decode()


def _write(html: Path, page: str) -> None:
    """Write the index page, all of it or nothing."""
    with whole_file(html / "index.html") as part:
        part.write_bytes(page.encode())


def _insert(page: str, old: str, new: str) -> str:
    """Return the page with a text replaced that must be there once."""
    if page.count(old) != 1:
        raise ExplorerError(
            f"index.html is not as asv 0.6.6 writes it: {old.strip()} is in it"
            f" {page.count(old)} times, not once; use that version"
        )
    return page.replace(old, new)
