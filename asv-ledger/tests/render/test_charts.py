from xml.etree.ElementTree import Element

from asv_ledger.render.charts import (
    Chart,
    Line,
    Mark,
    scaling_chart,
    stack_chart,
    step_chart,
    swatch,
)
from asv_ledger.render.geometry import Span
from asv_ledger.render.pages import environment
from support.pages import find, find_all, read_page, text

SPAN = Span(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"], [(2, "v1")])
TEMPLATE = """
{% from "macros.html.jinja" import show_chart %}
{% call show_chart(chart) %}{% if chart.names %}<ul class="legend"></ul>{% endif %}{% endcall %}
"""


def draw(chart: Chart) -> Element:
    """Return a chart as a page shows it."""
    (frame,) = read_page(environment().from_string(TEMPLATE).render(chart=chart))
    return frame


def texts(chart: Element, name: str) -> list[str]:
    """Return the texts of what an element of a class holds."""
    return [text(one) for one in find(chart, name)]


def test_a_step_chart_has_its_text_around_the_drawing() -> None:
    lines = [Line("english", [None, 90.0, 40.0, 40.0]), Line("other", [100.0, None, 42.0, 42.0])]
    chart = draw(step_chart(lines, [], SPAN, "the label"))
    drawing = find(chart, "plot")[0]
    assert drawing.attrib == {
        "viewbox": "0 0 4 1000",
        "preserveaspectratio": "none",
        "role": "img",
        "aria-label": "the label",
    }
    assert [(path.get("class"), path.get("d")) for path in drawing] == [
        ("grid", "M0 1000H4M0 800H4M0 600H4M0 400H4M0 200H4M0 0H4"),
        ("tag", "M2.5 0V1000"),
        ("gap line-1", "M1 0L2 580"),
        ("line line-1", "M0 0H1M2 580H4"),
        ("line line-0", "M1 100H2V600H4"),
    ]
    assert text(drawing) == ""
    assert texts(chart, "scale") == ["0", "20", "40", "60", "80", "100"]
    assert find(chart, "scale").get("style") == "width:3ch"
    assert texts(chart, "dates") == ["2026-01-01", "2026-01-03", "2026-01-04"]
    assert texts(chart, "tags") == ["v1"]
    assert find(chart, "tags")[0].get("style") == "left:62.5%;transform:translateX(-62.5%)"
    assert texts(chart, "ends") == ["english 40", "other 42"]
    assert [one.get("style") for one in find(chart, "ends")] == ["bottom:40%", "bottom:47%"]


def test_one_commit_is_a_chart_too() -> None:
    chart = draw(step_chart([Line("", [8.0])], [], Span(["2026-01-01"], []), ""))
    assert find(chart, "line").get("d") == "M0 0H1"
    assert texts(chart, "dates") == ["2026-01-01"]


def test_a_mark_leads_from_the_step_to_the_change() -> None:
    marks = [
        Mark(3, 40.0, -2.0, "it shrank", "#c-3"),
        Mark(1, 42.0, 2.0, "it grew", "#c-1"),
        Mark(2, 0.0, 0.0, "others changed", "#c-2"),
    ]
    chart = draw(step_chart([Line("", [40.0, 42.0, 42.0, 40.0])], marks, SPAN, ""))
    assert [one.attrib for one in find(chart, "plot")[1:]] == [
        {
            "class": "mark improvement",
            "href": "#c-3",
            "title": "it shrank",
            "style": "left:75%;bottom:80%",
        },
        {
            "class": "mark regression",
            "href": "#c-1",
            "title": "it grew",
            "style": "left:25%;bottom:84%",
        },
        {
            "class": "tick other",
            "href": "#c-2",
            "title": "others changed",
            "style": "left:50%;bottom:0%",
        },
    ]


def test_of_many_marks_the_largest_are_on_the_line() -> None:
    values = [float(place * place) for place in range(100)]
    marks = [
        Mark(place, values[place], values[place] - values[place - 1], "", "")
        for place in range(1, 100)
    ]
    chart = draw(step_chart([Line("", values)], marks, Span(["2026-01-01"] * 100, []), ""))
    on_line = find_all(chart, "mark")
    assert [one.get("style", "").partition(";")[0] for one in on_line] == [
        f"left:{place}%" for place in range(70, 100)
    ]
    assert len(find_all(chart, "tick")) == 69
    assert {one.get("style", "").partition(";")[2] for one in find_all(chart, "tick")} == {
        "bottom:0%"
    }


def test_a_stack_chart_names_its_areas_where_they_have_room() -> None:
    lines = [
        Line("held", [60.0, 60.0, 60.0, 60.0]),
        Line("a rather long name indeed", [30.0, 30.0, 30.0, 30.0]),
        Line("thin", [2.0, 2.0, 2.0, 2.0]),
    ]
    chart = draw(stack_chart(lines, SPAN, "the label"))
    assert [(path.get("class"), path.get("d")) for path in find(chart, "plot")[0]] == [
        ("grid", "M0 1000H4M0 800H4M0 600H4M0 400H4M0 200H4M0 0H4"),
        ("area area-0", "M0 400H4V1000H0Z"),
        ("area area-1", "M0 100H4V400H0Z"),
        ("area area-2", "M0 80H4V100H0Z"),
        ("tag", "M2.5 0V1000"),
    ]
    assert [(one.text, one.get("class")) for one in find_all(chart, "inside")] == [
        ("held", "inside"),
        ("a rather long name indeed", "inside"),
    ]
    assert find(chart, "legend").tag == "ul"


def test_a_name_that_needs_a_wide_drawing_is_hidden_on_a_narrow_one() -> None:
    lines = [Line("component", [None, 9.0, None, None, None])]
    chart = draw(stack_chart(lines, Span(["2026-01-01"] * 5, []), ""))
    assert find(chart, "inside").attrib == {
        "class": "inside wide",
        "style": "left:30%;bottom:45%",
    }


def test_a_scaling_chart_joins_what_was_measured() -> None:
    lines = [Line("now", [20.0, None, 10.0, 10.0]), Line("at first", [100.0] * 4)]
    chart = draw(scaling_chart(lines, ["1", "5", "10", "100"], "the label"))
    drawing = find(chart, "plot")[0]
    assert drawing.get("aria-label") == "the label"
    assert [(path.get("class"), path.get("d")) for path in drawing][1:] == [
        ("line line-1", "M0.5 0L1.5 0L2.5 0L3.5 0"),
        ("dots line-1", "M0.5 0h0M1.5 0h0M2.5 0h0M3.5 0h0"),
        ("line line-0", "M0.5 800M2.5 900L3.5 900"),
        ("dots line-0", "M0.5 800h0M2.5 900h0M3.5 900h0"),
    ]
    assert texts(chart, "sizes") == ["1", "5", "10", "100"]


def test_of_many_sizes_every_second_is_named() -> None:
    chart = scaling_chart([Line("now", [1.0] * 9)], [str(size) for size in range(9)], "")
    assert texts(draw(chart), "sizes") == ["0", "", "2", "", "4", "", "6", "", "8"]


def test_styles_begin_anew_where_there_are_no_more() -> None:
    assert [swatch("line", index) for index in (3, 4)] == ["line-3", "line-0"]
    shown = '{% from "macros.html.jinja" import show_swatch %}{{ show_swatch("area", 9) }}'
    assert environment().from_string(shown).render() == '<span class="swatch area-1"></span>'
