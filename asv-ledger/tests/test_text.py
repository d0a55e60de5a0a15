"""Whatever a text is, it is one line that controls nothing, and in Markdown it is only text."""

import re
import sys
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from asv_ledger.text import MARK, clean, clean_document, escape_markdown, quote, to_line

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
# What hosts of code look for in the words of a page: issues, people, commits, addresses, emoji.
REFERENCES = re.compile(
    r"#[0-9]|@\w|\bgh-[0-9]|\b[0-9a-f]{7,40}\b|www\.|://\S|:[0-9a-z_+-]+:|\$", re.IGNORECASE
)
# What is more likely to be markup than the characters that Hypothesis would choose.
PIECES = st.sampled_from(
    [
        *"\\`*_{}[]()#+-.!|~<>&:=$@^\"' \n\t",
        *("    ", "---", "===", "1.", "1)", "- ", "> ", "```", "~~~", "**", "](", "<!--", "-->"),
        *("#1", "GH-2", "org/repo#3", "@name", "a@b.org", "1b2c3d4", "0" * 40, ":bug:", "$x$"),
        *("http://a.org", "https:", "//a.org", "www.a.org", "ftp://a.org", "mailto:a@b.org"),
        *("<a href=x>", "<script>", "&amp;", "&#35;1", "[x](y)", "[x]: y", "| a | b |", "|---|"),
        *("\x00", "\x1b[31m", "\N{RIGHT-TO-LEFT OVERRIDE}", FAMILY, "تاريخ", "é", "x"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES).map("".join), st.text(st.characters()))

CONTROLS = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069\u206a\u061c\u180e\ufeff\u00ad",
    *"\u2028\u2029\u202a\u202b\u202c\u202d\u202e",
    *"\ud800\udfff\ufffe\uffff\ufdd0\U0010ffff\ue000",
    *"\U000e0001\U000e0041\U000e007f",
]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: f"{ord(control):04x}")
def test_a_character_that_controls_its_reader_becomes_a_mark(control: str) -> None:
    assert clean(f"a{control}b") == f"a{MARK}b"
    assert clean(f"ش{control}ب") == f"ش{MARK}ب"


@pytest.mark.parametrize(
    "text",
    [
        "Keep a message as a tuple",
        "تثبيت ذاكرة الجلسة في مصفوفة واحدة",
        "שמור את ההודעה",
        "می\N{ZERO WIDTH NON-JOINER}خواهم",
        "क्\N{ZERO WIDTH JOINER}ष",
        f"A family {FAMILY}, a heart \N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}",
        "e\N{COMBINING ACUTE ACCENT} 会话 🇩🇪",
    ],
)
def test_letters_of_any_script_and_emoji_stay(text: str) -> None:
    assert clean(text) == to_line(text) == text


@pytest.mark.parametrize("space", "\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}\N{THIN SPACE}")
def test_a_space_is_a_plain_one(space: str) -> None:
    assert clean(f"a{space}b") == "a b"


@pytest.mark.parametrize("text", ["a\u200db", "\u200d", "é\u200d", "é\u200d\u200dé", "é\u200c ü"])
def test_what_joins_nothing_becomes_a_mark(text: str) -> None:
    assert clean(text) == re.sub("[\u200c\u200d]", MARK, text)


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    text = "\N{ZERO WIDTH JOINER}" * 200_000 + "a" * 200_000 + ":" * 200_000
    assert escape_markdown(text).startswith(MARK)


def test_every_character_that_is_left_shows_something() -> None:
    for code in range(sys.maxunicode + 1):
        shown = clean(chr(code))
        assert shown == " " or unicodedata.category(shown)[0] not in "CZ"


@given(TEXTS)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode()


@given(TEXTS)
def test_a_line_is_no_command_to_the_host_of_a_workflow(text: str) -> None:
    line = to_line(text)
    assert line == clean(line)
    assert not line.lstrip().startswith("::")
    assert "##[" not in line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("::error::x", f"{MARK}:error::x"),
        ("    ::error::x", f"    {MARK}:error::x"),
        ("\u2003::x", f" {MARK}:x"),
        ("a ##[error]x", f"a #{MARK}[error]x"),
        ("a::b ## [c]", "a::b ## [c]"),
        ("one\n::two", f"one{MARK}::two"),
    ],
)
def test_commands_are_marked(text: str, line: str) -> None:
    assert to_line(text) == line


def test_a_document_is_clean_in_all_its_texts() -> None:
    document = {"a\n": ["b\x1b", ("c\ud800", 1, 2.5, None, True)], "d": {"e": "\u202e"}}
    assert clean_document(document) == {
        f"a{MARK}": [f"b{MARK}", [f"c{MARK}", 1, 2.5, None, True]],
        "d": {"e": MARK},
    }


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("many", "'many'"),
        ("a\n\x1b", r"'a\n\x1b'"),
        ({"metric": "m.C.x", "per": 0}, "{'metric': 'm.C.x', 'per': 0}"),
        ("a" * 1_000_000, f"'{'a' * 37}...{'a' * 38}'"),
        (10**400, f"1{'0' * 37}...{'0' * 39}"),
    ],
)
def test_a_value_is_quoted_in_what_a_line_can_hold(value: object, told: str) -> None:
    assert quote(value) == told


def test_a_number_that_python_does_not_write_is_quoted() -> None:
    assert quote(16**10_000) == quote([{"a": 16**10_000}]) == "a number too large to be written"


def test_a_value_of_many_levels_is_quoted() -> None:
    value: object = {"a" * 50: ["b" * 50] * 50}
    for _ in range(10_000):
        value = [value, value]
    assert len(quote(value)) < 200


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("<b>*all*</b> of [x](y)", r"&lt;b&gt;\*all\*&lt;/b&gt; of \[x\]\(y\)"),
        ("Thank @somebody", "Thank @<!-- -->somebody"),
        ("fixes #12, GH-2, org/repo#3", r"fixes \#<!-- -->12, GH-<!-- -->2, org/repo\#<!-- -->3"),
        ("C# and #x", r"C\# and \#x"),
        ("Revert 1b2c3d4e", "Revert 1b2c3d<!-- -->4e"),
        (
            "http://a.org www.a.org a@b.org",
            "http://<!-- -->a.org www<!-- -->.a.org a@<!-- -->b.org",
        ),
        (":bug: in a::b", ":<!-- -->bug: in a::b"),
        ("cost $x$", "cost <span>$</span>x<span>$</span>"),
        ("- 1.5", r"\- 1.5"),
        ("-1.5", "-1.5"),
        ("1. one", r"1\. one"),
        ("    code", "&#32;   code"),
        ("a | b\nc", rf"a \| b{MARK}c"),
    ],
)
def test_markdown_shows_a_text_links_to_nothing_and_calls_nobody(text: str, markdown: str) -> None:
    assert escape_markdown(text) == markdown


class _Page(HTMLParser):
    """What a page is made of: its tags, and the texts between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts = [""]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, _: object) -> None:
        self.tags.append(tag)
        self.texts.append("")

    def handle_endtag(self, _: str) -> None:
        self.texts.append("")

    def handle_comment(self, _: str) -> None:
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data


def render(markdown: str) -> _Page:
    renderer = MarkdownIt("gfm-like")
    assert renderer.linkify is not None
    renderer.linkify.set({"fuzzy_link": False})  # hosts of code do not link a.org, but for www.
    renderer.linkify.add("//", None)
    return _Page(renderer.render(markdown))


@pytest.mark.parametrize("link", ["http://a.org", "https://a.org", "ftp://a.org", "a@b.org"])
def test_the_renderer_of_these_tests_makes_links(link: str) -> None:
    assert "a" in render(link).tags


@given(TEXTS)
@example("x\n===")
@example("a\\")
@example("a\\|b")
@example("1234567. x")
@example("0a1b2c" + "0a1b2c3d")
@pytest.mark.parametrize(
    ("around", "tags", "before", "after"),
    [
        ("{}", ["p"], "", ""),
        ("### {}", ["h3"], "", ""),
        ("- {}", ["ul", "li"], "", ""),
        ("One.\n\n{}\n\nTwo.", ["p", "p", "p"], "One.", "Two."),
        ("| a |\n|---|\n| {} |", ["table", "thead", "tr", "th", "tbody", "tr", "td"], "a", ""),
    ],
)
def test_rendered_markdown_is_the_text_and_nothing_else(
    around: str, tags: list[str], before: str, after: str, text: str
) -> None:
    page = render(around.format(escape_markdown(f"{text}x")))
    assert [tag for tag in page.tags if tag != "span"] == tags
    assert not any(map(REFERENCES.search, [one for one in page.texts if one != "$"])), page.texts
    assert "".join(page.texts).replace("\n", "") == f"{before}{clean(text)}x{after}"
