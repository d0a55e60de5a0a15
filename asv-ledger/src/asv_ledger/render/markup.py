"""Markup: elements of a page, in which any text is text."""

from collections.abc import Iterable
from xml.etree import ElementTree

from asv_ledger.text import clean

Element = ElementTree.Element


def element(tag: str, *children: Element | str, **attributes: str) -> Element:
    """Return an element of texts and elements; ``class_`` is class, ``aria_label`` aria-label.

    No character of a text or an attribute controls what reads the page.
    """
    made = Element(
        tag,
        {name.rstrip("_").replace("_", "-"): clean(value) for name, value in attributes.items()},
    )
    for child in children:
        if not isinstance(child, str):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + clean(child)
        else:
            made.text = (made.text or "") + clean(child)
    return made


def scroll(wide: Element) -> Element:
    """Return an element that is moved by itself where it is wider than the page."""
    return element("div", wide, class_="scroll", tabindex="0")


def fold(title: Element | str, *children: Element) -> Element:
    """Return elements that are folded away below their title."""
    return element("details", element("summary", title), *children)


def serialize(elements: Iterable[Element]) -> str:
    """Return elements as HTML, one a line; none of them may be of the kind that has no end tag.

    It is written as XML, because ElementTree's HTML leaves ``<`` in attributes as it is.
    """
    return "\n".join(
        ElementTree.tostring(one, encoding="unicode", short_empty_elements=False)
        for one in elements
    )
