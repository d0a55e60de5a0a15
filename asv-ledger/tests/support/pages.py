"""Pages, read as a browser does, so that tests see what a reader sees."""

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

_VOID = {"meta", "link"}


class _Reader(HTMLParser):
    """Builds elements; every tag must be closed, and in order. Lines end between elements only."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._builder = TreeBuilder()
        self._open: list[str] = []
        self._builder.start("page", {})
        self.feed(page)
        self.close()
        assert self._open == []
        self.page = self._builder.end("page")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"{tag} has an attribute twice"
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._builder.end(tag)
        else:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._builder.end(tag)

    def handle_data(self, data: str) -> None:
        self._builder.data(data if data.strip() else data.replace("\n", ""))


def read_page(page: str) -> Element:
    """Return the element that holds all elements of a page, or of a part of one."""
    return _Reader(page).page


def section(page: str, name: str) -> Element:
    """Return the section of a page with an id."""
    (found,) = (one for one in read_page(page).iter("section") if one.get("id") == name)
    return found


def text(element: Element) -> str:
    """Return the text of an element."""
    return "".join(element.itertext()).strip("\n")


def texts(element: Element, tag: str) -> list[str]:
    """Return the texts of the elements of a tag."""
    return [text(one) for one in element.iter(tag)]


def find_all(element: Element, name: str) -> list[Element]:
    """Return the elements of a class."""
    return [one for one in element.iter() if name in one.get("class", "").split()]


def find(element: Element, name: str) -> Element:
    """Return the one element of a class."""
    (found,) = find_all(element, name)
    return found
