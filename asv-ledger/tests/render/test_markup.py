from asv_ledger.render.markup import element, fold, scroll, serialize

MARK = "\N{REPLACEMENT CHARACTER}"


def test_texts_and_elements_stand_in_the_order_given() -> None:
    made = element("p", "a ", element("b", "b"), " c", " d", element("i"), "e")
    assert serialize([made]) == "<p>a <b>b</b> c d<i></i>e</p>"


def test_attributes_are_named_as_in_html() -> None:
    made = element("svg", class_="x", aria_label="y", viewBox="0 0 1 1")
    assert serialize([made]) == '<svg class="x" aria-label="y" viewBox="0 0 1 1"></svg>'


def test_no_text_is_markup() -> None:
    hostile = "<script>\"'&amp;</script>"
    shown = "&lt;script&gt;\"'&amp;amp;&lt;/script&gt;"
    made = element("p", hostile, element("b"), hostile, title=hostile)
    assert (
        serialize([made])
        == f'<p title="{shown.replace(chr(34), "&quot;")}">{shown}<b></b>{shown}</p>'
    )


def test_no_character_controls_the_reader() -> None:
    made = element("p", "\x1b[31m", title="a\n\N{RIGHT-TO-LEFT OVERRIDE}\ud800")
    assert serialize([made]) == f'<p title="a{MARK}{MARK}{MARK}">{MARK}[31m</p>'


def test_elements_are_serialized_one_a_line() -> None:
    assert serialize([scroll(element("table")), fold("title", element("p"))]) == (
        '<div class="scroll" tabindex="0"><table></table></div>\n'
        "<details><summary>title</summary><p></p></details>"
    )
    assert serialize([]) == ""
