"""Publisher: what ``asv publish`` calls, as asv.conf.json names this module among its plugins."""

import atexit
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path

from asv.commands import publish
from asv.config import Config
from asv.console import log
from asv.plugins import regressions
from asv.publishing import OutputPublisher
from asv.repo import Repo
from asv.util import UserError

from asv_ledger.config import SettingsError, settings_of
from asv_ledger.document import schema
from asv_ledger.document.json_schema import read_json_schema
from asv_ledger.document.memory import describe
from asv_ledger.document.sections import SectionError, read_section
from asv_ledger.explorer import offline as explorer
from asv_ledger.render.feed import write_feed
from asv_ledger.render.markdown import render_markdown
from asv_ledger.render.pages import render_html
from asv_ledger.sources.attribution import KeptSites
from asv_ledger.sources.git import HistoryError
from asv_ledger.sources.project import project_of
from asv_ledger.sources.quarantine import find_fault, iter_sound_results
from asv_ledger.text import to_line

_SCRIPTS = Path(".asv", "explorer")  # in asv's working folder, that of asv.conf.json


def setup() -> None:
    """Have asv name the results that it would fail on or never end with, and leave them out.

    asv calls this where it has imported a plugin.
    """
    sound = partial(iter_sound_results, find=cache(find_fault))
    publish.iter_results = regressions.iter_results = sound


class Memory(OutputPublisher):  # type: ignore[misc]
    """Writes memory.html, memory.md, memory.xml, memory.json and its schema beside asv's pages.

    asv's pages are made to work with no network, and from a file.
    """

    name = "memory"
    button_label = "Memory"
    description = "Display every exact change and its sites"

    @classmethod
    def publish(cls, conf: Config, repo: Repo, *_: object) -> None:
        """Write the pages of what is in the results folder. Raises asv's UserError."""
        try:
            memory = _describe(conf, repo)
        except (SettingsError, HistoryError) as error:
            raise UserError(to_line(str(error))) from None
        folder = Path(conf.html_dir)
        text = json.dumps(memory, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / "memory.json").write_text(f"{text}\n", encoding="utf-8")
        (folder / "memory.schema.json").write_text(read_json_schema("memory"), encoding="utf-8")
        (folder / "memory.html").write_text(render_html(memory), encoding="utf-8")
        (folder / "memory.md").write_text(render_markdown(memory), encoding="utf-8")
        write_feed(memory, conf.show_commit_url, folder / "memory.xml")
        _improve(folder.resolve())


def _improve(html: Path) -> None:
    """Make asv's pages work with no network and from a file, or say why they do not."""
    _attempt(lambda: explorer.link(html), "do not link to memory.html")
    _attempt(lambda: explorer.localize(html, _SCRIPTS), "load scripts from public servers")
    # asv writes its last two files after the last publisher.
    atexit.register(_attempt, lambda: explorer.embed(html), "do not open from a file")


def _attempt(step: Callable[[], None], otherwise: str) -> None:
    try:
        step()
    except (explorer.ExplorerError, OSError) as error:
        log.warning(to_line(f"asv's pages {otherwise}: {error}"))


def _describe(conf: Config, repo: Repo) -> schema.Memory:
    project = project_of(conf, settings_of(conf, Path()), repo)
    settings, history, measurements = project.settings, project.history, project.measurements
    for skipped in measurements.skipped:
        log.warning(to_line(f"skipped {skipped.what}: {skipped.why}"))
    return describe(
        project.name,
        history,
        measurements.series,
        settings,
        KeptSites.of(settings, project.exact).explain,
        outside=project.outside,
        sections=list(_read_sections(settings.sections)),
    )


def _read_sections(paths: Iterable[str]) -> Iterator[schema.Section]:
    for path in paths:
        try:
            yield read_section(Path(path))
        except SectionError as error:
            log.warning(to_line(f"skipped {path}: {error}"))
