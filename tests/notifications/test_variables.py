"""Variables in a shop's own words: a grammar of their own, which nothing gets out of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.rich_text import clean, escape
from notifications.rules.variables import (
    Variable,
    VariableFault,
    check_known,
    fill,
    parse,
)

FACTS: dict[str, Any] = {
    "order": {
        "number": "#1<b>",
        "total": {"amount": "1980", "currency": "JPY"},
        "lines": [{"title": "Mug"}],
        "note": "",
        "gift": True,
    },
    "shipment": None,
}
FILTERS = {"money": lambda value: f"¥{value['amount']}", "day": lambda value, style="short": style}


def filled(text: str) -> str:
    return fill(text, FACTS, filters={**FILTERS, "moment": str, "estimate": str, "hours": str})


def fault_of(text: str) -> VariableFault:
    with pytest.raises(VariableFault) as caught:
        filled(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("No variable { at } all", "No variable { at } all"),
        ("{{ order.number }}!", "#1<b>!"),
        ("{{order.total|money}}", "¥1980"),
        ("{{ order.lines.0.title }}", "Mug"),
        ('{{ order.note|default:"nothing" }}', "nothing"),
        ('{{ shipment.carrier|default:"" }}', ""),
        ('{{ order.lines.7.title|default:"–" }}', "–"),
        ('{{ order.number|day:"long" }}', "long"),
    ],
)
def test_a_variable_says_its_value(text: str, says: str) -> None:
    assert filled(text) == says


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{% load x %}", "tag"),
        ("{# x #}", "tag"),
        ("{{ order.number", "grammar"),
        ("{{ order.number() }}", "grammar"),
        ("{{ order._private.__class__ }}", "missing"),
        ("{{ 'x' }}", "grammar"),
        ("{{ order.number|safe }}", "filter"),
        ("{{ order.number|default }}", "argument"),
        ('{{ order.number|day:"evil" }}', "argument"),
        ('{{ order.total|money:"x" }}', "argument"),
        ("{{ nobody.knows }}", "unknown"),
        ("{{ order.note }}", "missing"),
        ("{{ shipment.carrier }}", "missing"),
        ("{{ order.number.upper }}", "missing"),
        ("{{ order.number|money }}", "unfit"),
        ("{{ order.total }}", "no_words"),
        ("{{ order.lines }}", "no_words"),
        ("{{ order.gift }}", "no_words"),
    ],
)
def test_what_cannot_be_said_has_an_error_that_names_it(text: str, fault: str) -> None:
    assert fault_of(text).fault == fault


def test_an_unknown_variable_is_told_what_there_is() -> None:
    with pytest.raises(VariableFault) as caught:
        check_known(Variable("order.nummer"), FACTS)
    assert caught.value.known == ("gift", "lines", "note", "number", "total")
    check_known(Variable("shipment.carrier"), FACTS)


@given(st.text(max_size=200) | st.from_regex(r"\{\{[a-z.|:\" _0-9{}%]{0,40}\}\}", fullmatch=True))
def test_parsing_ends_with_parts_or_with_its_own_error(text: str) -> None:
    try:
        parts = parse(text)
    except VariableFault:
        return
    assert "".join(part for part in parts if isinstance(part, str)) in text or len(parts) > 1


@given(
    st.text(max_size=80),
    st.sampled_from(["{{ order.number }}", '<a href="{{ order.number }}">x</a>']),
)
def test_a_value_stays_text_in_html(value: str, text: str) -> None:
    facts = {"order": {"number": f"{value}<script>alert(1)</script>\"'><mj-raw>"}}
    html = clean(fill(text, facts, filters={}, escape=escape))
    assert "<script" not in html
    assert "<mj-" not in html
    assert "onerror" not in html.split(">")[0]
