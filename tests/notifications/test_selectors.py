"""Whom a message is for, in which language, and when an order is thanked for."""

from __future__ import annotations

from typing import Any

import pytest

from commerce.models import Customer, Merchant, Order
from notifications.enums import Reason
from notifications.models import Message
from notifications.ports import always_true, get_channel, get_kind
from notifications.selectors import greeting_name, order_variables, spoken_locale
from notifications.services.email import EmailChannel


@pytest.mark.parametrize(
    ("wanted", "spoken"), [("ja", "ja"), ("en-US", "en"), ("EN", "en"), ("fr", "ja"), ("", "ja")]
)
def test_a_language_without_words_becomes_the_shops_own(wanted: str, spoken: str) -> None:
    assert spoken_locale(wanted, Merchant(default_locale="ja")) == spoken


@pytest.mark.parametrize(
    ("names", "english", "japanese"),
    [
        ({"family_name": "佐藤", "given_name": "花"}, "花", "佐藤 花 様"),
        ({"family_name": "Keller"}, "Keller", "Keller 様"),
        ({}, "", "お客様"),
    ],
)
def test_people_are_greeted_as_their_language_does(
    names: dict[str, str], english: str, japanese: str
) -> None:
    customer = Customer(merchant_id=1, **names)
    assert greeting_name(customer, "en") == english
    assert greeting_name(customer, "ja") == japanese


def test_an_order_without_a_customer_still_has_a_reader(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(customer=None)
    variables = order_variables(order.public_id)
    assert variables.recipient.address == "hana@example.jp"
    assert variables.recipient.customer_id == ""
    assert variables.facts["customer_name"] == "お客様"
    Order.objects.filter(pk=order.pk).update(customer=None, locale="en", email="")
    variables = order_variables(order.public_id)
    assert (variables.recipient.address, variables.facts["customer_name"]) == ("", "")


def test_links_are_absolute_and_in_the_readers_language(order: Order, settings: Any) -> None:
    links = order_variables(order.public_id).facts["links"]
    assert links["tracking"].startswith(f"{settings.BASE_URL}/s/komorebi/")
    assert links["tracking"].endswith("?lang=ja")
    assert links["returns"].startswith(f"{settings.BASE_URL}/s/komorebi/")


def test_rooms_add_their_own_facts(order: Order) -> None:
    facts = order_variables(order.public_id, shipment={"id": "shp_1"}).facts
    assert facts["shipment"] == {"id": "shp_1"}
    assert facts["order"]["number"] == "#1001"


def test_a_cancelled_order_is_not_thanked_for(order: Order, at: Any, drain: Any) -> None:
    Order.objects.filter(pk=order.pk).update(cancelled_at=at)
    drain()
    message = Message.objects.get(kind="order.thanks")
    assert (message.reason, message.detail) == (Reason.NO_LONGER_TRUE, "The order was cancelled.")


def test_a_fact_that_cannot_become_untrue_never_stops_a_message() -> None:
    assert always_true("ref_1") == ""


def test_the_e_mail_channel_is_there_from_the_start() -> None:
    assert isinstance(get_channel("email"), EmailChannel)
    assert get_kind("order.thanks") is not None
    assert get_kind("order.unheard_of") is None
