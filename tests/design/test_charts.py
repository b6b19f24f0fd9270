"""Charts say the same in picture and table, and let nobody's words become markup."""

import xml.etree.ElementTree as ET

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from postexp.design import charts
from postexp.design.charts import Bars, Chart, Columns, Funnel, Heat, Line, Point

EVIL = '<script>alert("x")</script>&'
VALUES = st.floats(-5, 1e9, allow_nan=False)


def _points(*values: float) -> list[Point]:
    return [Point(name=f"day {at}", value=value) for at, value in enumerate(values)]


def _all(name: str, values: list[float]) -> list[Chart]:
    points = [Point(name=name, value=value, text=name) for value in values]
    return [
        Line(title=name, head=(name, name, name), points=points, before=points),
        Bars(title=name, head=(name, name), points=points),
        Columns(title=name, head=(name, name), points=points),
        Funnel(title=name, head=(name, name, name), points=points),
        Heat(title=name, head=(name, name), names=[name], cells=[[3]]),
    ]


@given(st.lists(VALUES, max_size=12))
def test_every_picture_is_well_formed_whatever_it_is_fed(values: list[float]) -> None:
    for chart in _all(EVIL, values):
        picture = chart.svg()
        tree = ET.fromstring(picture)
        assert tree.get("aria-label") == EVIL
        assert "<script" not in picture
        assert "nan" not in picture
        assert "style=" not in picture
    ET.fromstring(charts.spark(values, EVIL))


def test_a_table_stands_behind_each_picture() -> None:
    for chart in _all("Reason", [3, 2]):
        page = Template("{% load ui %}{% chart value note=note %}").render(
            Context({"value": chart, "note": "Last week"})
        )
        assert page.count("<tr>") == 1 + len(chart.rows())
        assert page.count('scope="col"') == len(chart.head)
        assert "Last week" in page
        assert len(chart.rows()[0]) == len(chart.head)


def test_the_table_is_escaped_too() -> None:
    chart = Bars(title=EVIL, head=(EVIL, "n"), points=[Point(name=EVIL, value=1)])
    page = Template("{% load ui %}{% chart value %}").render(Context({"value": chart}))
    assert "<script>" not in page


def test_a_line_compares_with_the_period_before() -> None:
    chart = Line(title="t", head=("Day", "Now", "Before"), points=_points(1, 2), before=_points(4))
    assert chart.rows() == [["day 0", "1", "4"], ["day 1", "2", ""]]
    assert chart.svg().count('class="chart-line') == 2
    alone = Line(title="t", head=("Day", "Now"), points=_points(1, 2))
    assert alone.rows() == [["day 0", "1"], ["day 1", "2"]]


def test_one_value_alone_neither_rises_nor_falls() -> None:
    picture = Line(title="t", head=("Month", "%"), points=_points(50)).svg()
    assert 'd="M0 0L100 0L100 100L0 100Z"' in picture
    assert picture.count("day 0") == 1


def test_the_longest_bar_fills_the_width_and_nothing_is_never_drawn_as_something() -> None:
    picture = Bars(title="t", head=("a", "b"), points=_points(200, 50, 0)).svg()
    assert 'width="25%"' in picture
    assert 'width="0%"' in picture
    assert picture.count('width="100%"') == 1 + 3 + 1  # the picture, three tracks, the first bar


def test_a_funnel_tells_the_share_that_is_left() -> None:
    funnel = Funnel(title="t", head=("a", "b", "c"), points=_points(800, 600))
    assert funnel.rows() == [["day 0", "800", "100%"], ["day 1", "600", "75%"]]
    assert "600 · 75%" in funnel.svg()
    assert Funnel(title="t", head=(), points=_points(0)).rows() == [["day 0", "0", "–"]]


def test_the_hottest_cell_is_the_strongest() -> None:
    heat = Heat(title="t", head=("", "8", "9"), names=["Mon"], cells=[[10, 0]])
    assert 'fill-opacity="1.00"' in heat.svg()
    assert 'fill-opacity="0.06"' in heat.svg()
    assert heat.rows() == [["Mon", "10", "0"]]


@pytest.mark.parametrize(("largest", "top"), [(38, "50"), (100, "100"), (101, "200"), (0.3, "0.5")])
def test_the_scale_ends_at_a_round_number(largest: float, top: str) -> None:
    picture = Columns(title="t", head=(), points=_points(largest)).svg()
    assert f'y="12">{top}</text>' in picture


def test_a_tone_must_be_one_of_ours() -> None:
    with pytest.raises(ValueError, match="tone"):
        Point(name="a", value=1, tone="pink")
