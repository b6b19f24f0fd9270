"""What of a template is filled in, with what, and how it goes over the wire."""

from typing import Any

import pytest

from integrations.whatsapp.parts import (
    LONGEST_VALUE,
    LinkDoesNotFit,
    News,
    filled_in,
    number_of,
    shape_of,
)

BODY = {"type": "BODY", "text": "Hello {{1}}, order {{2}} is here."}


def news(**changes: Any) -> News:
    values: dict[str, Any] = {
        "shop": "Komorebi",
        "short": "Komorebi: It is on its way\nhttps://x.example/m/1",
        "link": "https://x.example/m/1",
        "facts": {
            "customer_name": "Hanako",
            "order": {"number": "#1001"},
            "shipment": {"carrier_name": "Yamato", "tracking_number": "4001"},
        },
    }
    return News(**{**values, **changes})


def test_a_shape_names_what_has_to_be_filled_in() -> None:
    shape = shape_of(
        [
            {"type": "HEADER", "format": "TEXT", "text": "News of {{1}}"},
            {"type": "BODY", "text": "{{10}} and {{2}}, {{1}}"},
            {"type": "FOOTER", "text": "Thank you"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Stop promotions"},
                    {"type": "URL", "text": "See", "url": "https://x.example/m/{{1}}"},
                ],
            },
        ]
    )
    assert (shape.header, shape.body) == (("1",), ("1", "2", "10"))
    assert (shape.button, shape.page_before) == (1, "https://x.example/m/")
    assert (shape.is_fit, shape.count) == (True, 4)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [{"type": "HEADER", "format": "IMAGE"}, BODY],
        [BODY, {"type": "CAROUSEL", "cards": []}],
        [BODY, {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE"}]}],
        [BODY, {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://{{1}}"}] * 2}],
    ],
)
def test_what_needs_more_than_words_is_unfit(parts: list[dict[str, Any]]) -> None:
    assert not shape_of(parts).is_fit


def test_parts_are_filled_in_as_whatsapp_takes_them() -> None:
    shape = shape_of(
        [
            {"type": "HEADER", "format": "TEXT", "text": "{{title}}!"},
            {"type": "BODY", "text": "Hello {{name}}, {{order}} {{name}}."},
            {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://x.example/{{1}}"}]},
        ]
    )
    assert filled_in(shape, ["News", "Hanako", "#1"], "https://x.example/m/1") == [
        {
            "type": "header",
            "parameters": [{"type": "text", "parameter_name": "title", "text": "News"}],
        },
        {
            "type": "body",
            "parameters": [
                {"type": "text", "parameter_name": "name", "text": "Hanako"},
                {"type": "text", "parameter_name": "order", "text": "#1"},
            ],
        },
        {
            "type": "button",
            "sub_type": "url",
            "index": "0",
            "parameters": [{"type": "text", "text": "m/1"}],
        },
    ]
    with pytest.raises(LinkDoesNotFit):
        filled_in(shape, ["News", "Hanako", "#1"], "https://y.example/m/1")


@pytest.mark.parametrize(
    ("filling", "value"),
    [
        ("name", "Hanako"),
        ("shop", "Komorebi"),
        ("order", "#1001"),
        ("news", "It is on its way"),
        ("link", "https://x.example/m/1"),
        ("carrier", "Yamato"),
        ("number", "4001"),
        ("unknown", "–"),
    ],
)
def test_a_variable_holds_what_it_is_named_for(filling: str, value: str) -> None:
    assert news().value(filling) == value


def test_a_value_is_one_line_never_empty_and_never_too_long() -> None:
    told = news(facts={}, short="One\n\ttwo   three", link="")
    assert told.value("news") == "One two three"
    assert told.value("name") == "there"
    assert news(facts={"order": None}, locale="ja").value("name") == "お客様"
    assert told.value("order") == told.value("link") == "–"
    cut = news(short="a" * 2000).value("news")
    assert len(cut) == LONGEST_VALUE
    assert cut.endswith("…")
    link = f"https://x.example/{'a' * 900}"
    assert news(link=link).value("link") == link


@pytest.mark.parametrize(
    ("identity", "number"),
    [
        ("819012345678", "+819012345678"),
        ("5215512345678", "+525512345678"),
        ("525512345678", "+525512345678"),
        ("554187654321", "+5541987654321"),
        ("554133221100", "+554133221100"),
        ("US.13491208655302741918", "US.13491208655302741918"),
    ],
)
def test_a_number_is_the_one_that_people_write(identity: str, number: str) -> None:
    assert number_of(identity) == number
