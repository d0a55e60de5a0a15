"""Pages: memory.html, one file that needs no script and makes no request."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from asv_ledger.document.schema import Memory
from asv_ledger.render import views, wording
from asv_ledger.render.charts import swatch
from asv_ledger.text import clean


def render_html(memory: Memory) -> str:
    """Return the page of what memory.json holds; a thousand commits take less than 2 MB."""
    return environment().get_template("memory.html.jinja").render(memory=memory)


@cache
def environment() -> Environment:
    """Return what renders the templates; every text that they show is cleaned, then escaped."""
    templates = Environment(
        loader=PackageLoader("asv_ledger.render"),
        extensions=["jinja2.ext.loopcontrols"],
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.globals |= {
        "views": views,
        "wording": wording,
        "swatch": swatch,
    }
    return templates


def _finalize(value: object) -> object:
    """Return what an expression of a template shows: its text, clean unless it is markup by now."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
