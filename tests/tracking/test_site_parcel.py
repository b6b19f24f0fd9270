"""Where a parcel is, by its number alone; and the tracking page's words as JSON."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from commerce import links
from commerce.models import Merchant, Order
from postexp.kernel import clock
from tests.tracking.scans import scan
from tests.tracking.test_site import NOW, tell, text_of, url
from tracking.models import Shipment
from tracking.rules.carriers import carrier_of
from tracking.selectors.lookups import TRIES, code_of

__all__ = ("url",)

pytestmark = pytest.mark.django_db

LOOKUP = "/s/komorebi/"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_a_tracking_number_alone_shows_the_parcel_and_nothing_personal(
    client: Client, order: Order, shipment: Shipment
) -> None:
    tell(
        shipment,
        scan(0, "in_transit", "arrived_facility", location="江東"),
        scan(0.1, None, raw_description="佐藤様へ電話"),
    )
    number = f" {shipment.tracking_number[:4]}-{shipment.tracking_number[4:]}"
    answer = client.post(LOOKUP, {"number": number, "contact": ""})
    assert "/parcel/" in answer["Location"]
    page = client.get(answer["Location"])
    text = text_of(page)
    assert shipment.tracking_number in text
    assert "江東" in text
    for secret in ("佐藤", "神宮前", "hana@", "マグカップ", order.number):
        assert secret not in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert not page.cookies


def test_the_parcel_page_says_what_to_do_now(client: Client, shipment: Shipment) -> None:
    tell(shipment, scan(0, "delivery_attempted", "recipient_absent", location="江東"))
    answer = client.post(LOOKUP, {"number": shipment.tracking_number, "contact": ""})
    page = client.get(answer["Location"])
    assert "再配達をお申し込みください" in text_of(page)
    redelivery = carrier_of(shipment.carrier).redelivery_url(shipment.tracking_number)
    assert redelivery in unescape(page.content.decode())


def test_its_token_opens_nothing_else(client: Client, order: Order, shipment: Shipment) -> None:
    answer = client.post(LOOKUP, {"number": shipment.tracking_number, "contact": ""})
    token = answer["Location"].split("/")[4]
    for path in (f"status/{token}/", f"t/{token}/", f"t/{token}/data.json"):
        assert client.get(f"{LOOKUP}{path}").status_code == 404
    assert client.get(f"{LOOKUP}parcel/{token}x/").status_code == 404


def test_a_number_nobody_has_says_what_to_do(client: Client, order: Order) -> None:
    for number in ("1001", "999999999999"):
        answer = client.post(LOOKUP, {"number": number, "contact": ""})
        assert answer.status_code == 422
        assert "お問い合わせ番号の荷物が見つかりません" in answer.content.decode()


def numbers_like(number: str, count: int) -> list[str]:
    """Numbers of the same stock of labels, none of which is a parcel's."""
    return [f"{number[:-4]}{serial:04}" for serial in range(count)]


def test_consecutive_numbers_cannot_be_walked_through(
    client: Client, order: Order, shipment: Shipment, drain: Callable[[], None]
) -> None:
    *walked, unknown = numbers_like(shipment.tracking_number, TRIES + 1)
    for number in walked:
        assert client.post(LOOKUP, {"number": number, "contact": ""}).status_code == 422
    known_page = client.post(LOOKUP, {"number": shipment.tracking_number, "contact": ""})
    unknown_page = client.post(LOOKUP, {"number": unknown, "contact": ""})
    assert known_page.status_code == unknown_page.status_code == 200
    hidden = re.compile(rb'value="chl_[^"]+"')
    assert hidden.sub(b"", known_page.content) == hidden.sub(b"", unknown_page.content)
    # Who owns the parcel gets in nevertheless.
    challenge = re.search(r"chl_\w+", known_page.content.decode())[0]  # type: ignore[index]
    drain()
    assert any(code_of(challenge) in one.body for one in mail.outbox)
    opened = client.post(f"{LOOKUP}code/", {"challenge": challenge, "code": code_of(challenge)})
    assert links.order_of_token(opened["Location"].split("/")[4]) == order.public_id
    assert client.post(LOOKUP, {"number": "1001", "contact": "hana@example.jp"}).status_code == 302


def test_other_stocks_of_labels_are_counted_apart(client: Client, shipment: Shipment) -> None:
    number = shipment.tracking_number
    elsewhere = ("9" if number[0] != "9" else "8") + number[1:]
    for one in (*numbers_like(elsewhere, TRIES), *("1001",) * (TRIES + 1)):
        client.post(LOOKUP, {"number": one, "contact": ""})
    found = client.post(LOOKUP, {"number": number, "contact": ""})
    assert "/parcel/" in found["Location"]


def test_many_neighbours_on_one_network_find_their_parcels(
    client: Client, shipment: Shipment
) -> None:
    for _ in range(3 * TRIES):
        found = client.post(LOOKUP, {"number": shipment.tracking_number, "contact": ""})
        assert "/parcel/" in found["Location"]


def test_the_carriers_own_page_is_linked_not_the_shops(client: Client, shipment: Shipment) -> None:
    Shipment.objects.update(carrier_url="https://carrier.example/?n=1&zip=1500001")
    answer = client.post(LOOKUP, {"number": shipment.tracking_number, "contact": ""})
    page = unescape(client.get(answer["Location"]).content.decode())
    assert "1500001" not in page
    assert carrier_of(shipment.carrier).tracking_url(shipment.tracking_number) in page


def test_another_shops_parcel_is_not_found(
    client: Client, shipment: Shipment, other_merchant: Merchant
) -> None:
    there = f"/s/{other_merchant.slug}/"
    number = shipment.tracking_number
    assert client.post(there, {"number": number, "contact": ""}).status_code == 422
    token = client.post(LOOKUP, {"number": number, "contact": ""})["Location"].split("/")[4]
    assert client.get(f"{there}parcel/{token}/").status_code == 404


def test_the_page_as_json(client: Client, url: str, order: Order, shipment: Shipment) -> None:
    tell(shipment, scan(0, "out_for_delivery", "on_vehicle", location="江東"))
    answer = client.get(f"{url}data.json?lang=en")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    told: dict[str, Any] = answer.json()
    assert told["order"] == {"id": order.public_id, "number": order.number}
    assert told["headline"] == "Out for delivery today"
    (parcel,) = told["parcels"]
    assert [step["state"] for step in parcel["steps"]] == ["done", "done", "done", "now", "next"]
    assert parcel["timeline"][0]["place"] == "江東"
    assert parcel["shipment"]["status"] == "out_for_delivery"
    assert parcel["shipment"]["action_required"] is None
    assert "佐藤" not in answer.content.decode()
    assert "hana@" not in answer.content.decode()
    assert client.get(f"{url}data.json?lang=ja").json()["headline"] == "本日お届けします"
    assert client.get(f"{url}x/data.json").status_code == 404


def test_it_says_whose_turn_it_is(client: Client, url: str, shipment: Shipment) -> None:
    tell(shipment, scan(0, "delivery_attempted", "recipient_absent"))
    (parcel,) = client.get(f"{url}data.json?lang=en").json()["parcels"]
    assert parcel["shipment"]["action_required"] == {
        "who": "shopper",
        "what": "arrange_redelivery",
        "until": None,
    }
