"""The boxes of a parcel on the tracking page: its delay, and what the shopper can do now."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from commerce import links
from commerce.models import Merchant, Order
from postexp.kernel import clock
from tests.tracking.scans import START, scan
from tracking import services
from tracking.enums import Actor, Deed, DelayReason, DelaySource
from tracking.models import Shipment
from tracking.rules import Estimate, NormalisedShipment, Sureness
from tracking.serializers.late_words import CAUSES, DOINGS, SURENESS, TODO, WHAT

pytestmark = pytest.mark.django_db

NOW = START + timedelta(hours=1)  # 13:00 in Tokyo, Friday 20 November 2026
PROMISED = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """A clock that stands still until a test moves it."""
    moment = [NOW]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


@pytest.fixture
def page(client: Client, order: Order, merchant: Merchant) -> Callable[[], str]:
    def read() -> str:
        url = f"/s/{merchant.slug}/t/{links.order_token(order.public_id)}/?lang=en"
        return re.sub(r"\s+", " ", client.get(url).content.decode())

    return read


@pytest.fixture
def data(client: Client, order: Order, merchant: Merchant) -> Callable[[], dict[str, Any]]:
    def read() -> dict[str, Any]:
        url = f"/s/{merchant.slug}/t/{links.order_token(order.public_id)}/data.json"
        answer: dict[str, Any] = client.get(url, {"lang": "en"}).json()["parcels"][0]
        return answer

    return read


def tell(shipment: Shipment, *events: Any, at: datetime = NOW, **facts: Any) -> None:
    told = NormalisedShipment(
        source="test", tracking_number="", events=events, reported_at=at, **facts
    )
    services.ingest_tracking(shipment, told, at=at)


def moved(shipment: Shipment, **facts: Any) -> None:
    """On its way, and its carrier moves the day from the 21st to the 24th."""
    tell(shipment, scan(0.1, "in_transit"), estimate=Estimate(day=PROMISED), at=START)
    tell(shipment, estimate=Estimate(day=date(2026, 11, 24)), **facts)


def test_a_delay_is_told_whole(
    page: Callable[[], str],
    data: Callable[[], dict[str, Any]],
    shipment: Shipment,
    merchant: Merchant,
) -> None:
    moved(shipment)
    tell(shipment, scan(0.5, "in_transit", "weather_delay"))
    told = page()
    for words in (
        "The carrier reports that this parcel is delayed",
        "Sat 21 Nov",
        "Tue 24 Nov",
        "own; it can still change",
        "Bad weather on the way",
        "Fri 20 Nov",
        "We follow every scan of it.",
        "by Mon 23 Nov, or earlier",
        "choose another day or place",
    ):
        assert words in told
    box = data()["delay"]
    assert box["window"] == "Tue 24 Nov"
    assert box["contact"] == merchant.support_email
    assert "Please pick it up" not in told


def test_what_is_not_known_is_not_said(page: Callable[[], str], shipment: Shipment) -> None:
    tell(shipment, scan(0.1, "in_transit", "carrier_delay"))
    told = page()
    assert "No new day is known yet" in told
    for words in ("Promised", "Cause", "How sure"):
        assert words not in told


def test_our_own_days_and_how_sure_they_are(
    data: Callable[[], dict[str, Any]], shipment: Shipment
) -> None:
    tell(shipment, scan(0.1, "in_transit"))
    Shipment.objects.update(
        is_delayed=True,
        delay_source="predicted",
        delay_reason="unknown",
        delay_certainty=86,
        likely_from=date(2026, 11, 22),
        likely_until=date(2026, 11, 24),
    )
    box = data()["delay"]
    assert box["what"] == "This parcel will probably not arrive in time"
    assert box["window"] == "Sun 22 – Tue 24 Nov"
    assert box["sure"].startswith("It is very likely to be late (86 in 100). The new days are our")
    assert box["next_word"] == ""


def test_a_day_that_has_passed_is_no_new_day(
    page: Callable[[], str], shipment: Shipment, now: list[datetime]
) -> None:
    moved(shipment)
    assert "Tue 24 Nov" in page()
    now[0] += timedelta(days=5)
    assert "No new day is known yet" in page()


@pytest.mark.parametrize("status", ["delivered", "available_for_pickup", "returning"])
def test_no_delay_is_told_of_what_is_here_or_not_coming(
    data: Callable[[], dict[str, Any]], shipment: Shipment, status: str
) -> None:
    moved(shipment)
    assert data()["delay"]
    tell(shipment, scan(0.9, status))
    assert data()["delay"] is None


@pytest.mark.parametrize("is_sent", [True, False])
@pytest.mark.parametrize("cancelled_at", [None, NOW])
def test_what_the_shop_has_not_sent_may_be_cancelled_once(
    page: Callable[[], str], shipment: Shipment, is_sent: bool, cancelled_at: datetime | None
) -> None:
    tell(shipment, estimate=Estimate(day=PROMISED), at=START)
    tell(shipment, estimate=Estimate(day=date(2026, 11, 24)))
    # What the shop says is on its way is, scanned or not.
    Shipment.objects.update(dispatched_at=START if is_sent else None)
    Order.objects.update(cancelled_at=cancelled_at)
    may_cancel = not is_sent and cancelled_at is None
    assert ("or cancel: the carrier does not have it yet" in page()) is may_cancel


@pytest.mark.parametrize("cause", [DelayReason.ADDRESS_INCORRECT, DelayReason.RECIPIENT])
@pytest.mark.parametrize("carrier", ["yamato", "acme"])
def test_who_must_act_is_not_told_to_wait(
    page: Callable[[], str], shipment: Shipment, cause: DelayReason, carrier: str
) -> None:
    moved(shipment)
    tell(shipment, scan(0.5, "in_transit", delay_reason=cause))
    Shipment.objects.update(carrier=carrier, carrier_url="")
    told = page()
    assert ("you can choose another day or place" in told) is (carrier == "yamato")
    assert "You can wait" not in told
    assert "You need do nothing" not in told
    assert "Or write to us" in told


def test_a_shop_without_an_address_for_letters_asks_for_none(
    page: Callable[[], str], data: Callable[[], dict[str, Any]], shipment: Shipment
) -> None:
    Merchant.objects.update(support_email="")
    moved(shipment)
    tell(
        shipment,
        scan(0.5, "exception", "address_incorrect", delay_reason=DelayReason.ADDRESS_INCORRECT),
    )
    assert "full address" not in page()
    box = data()["to_do"]
    assert box["title"] == "Please contact the carrier"
    assert box["links"][0]["text"] == "Go to the carrier’s page"


def test_a_parcel_in_time_has_no_box(
    page: Callable[[], str], data: Callable[[], dict[str, Any]], shipment: Shipment
) -> None:
    tell(shipment, scan(0.1, "in_transit"), estimate=Estimate(day=PROMISED))
    assert (data()["delay"], data()["to_do"]) == (None, None)
    assert 'class="alert' not in page().split("<main")[1].split("</main")[0]


@pytest.mark.parametrize(
    ("carrier", "link"),
    [
        ("yamato", "member.kms.kuronekoyamato.co.jp/parcel/detail?pno=400012345675"),
        ("sagawa", "e-service.sagawa-exp.co.jp"),
        ("japan_post", "trackings.post.japanpost.jp/delivery/deli"),
        ("ups", "ups.com/track"),
    ],
)
def test_who_was_absent_asks_for_another_delivery(
    page: Callable[[], str],
    data: Callable[[], dict[str, Any]],
    shipment: Shipment,
    carrier: str,
    link: str,
) -> None:
    tell(shipment, scan(0.5, "delivery_attempted", "recipient_absent"))
    Shipment.objects.update(carrier=carrier, carrier_url="")
    box = data()["to_do"]
    assert box["title"] == "Ask for another delivery"
    assert link in box["links"][0]["url"]
    assert link in page()


def test_what_waits_names_its_place_and_last_day(
    page: Callable[[], str], data: Callable[[], dict[str, Any]], shipment: Shipment
) -> None:
    at_shop = scan(0.5, "available_for_pickup", "at_pickup_point", location="渋谷駅前店")
    tell(shipment, scan(0.2, "in_transit", location="東京ベース"), at_shop)
    Shipment.objects.update(
        action_who=Actor.SHOPPER, action_what=Deed.COLLECT, action_until=date(2026, 11, 27)
    )
    box = data()["to_do"]
    assert (box["place"], box["until"]) == ("渋谷駅前店", "Fri 27 Nov")
    assert "The carrier’s page says where it waits" not in page()
    tell(shipment, scan(0.9, "delivered", "pickup_point_collected"))
    assert data()["to_do"] is None


@pytest.mark.parametrize(
    ("carrier", "hosts"),
    [
        ("yamato", ["member.kms.kuronekoyamato.co.jp", "locations.kuronekoyamato.co.jp"]),
        ("sagawa", ["www.e-service.sagawa-exp.co.jp", "www.sagawa-exp.co.jp"]),
        ("japan_post", ["trackings.post.japanpost.jp", "map.japanpost.jp"]),
        ("ups", ["www.ups.com"]),
    ],
)
def test_what_waits_links_another_delivery_and_the_carriers_places(
    data: Callable[[], dict[str, Any]],
    page: Callable[[], str],
    shipment: Shipment,
    carrier: str,
    hosts: list[str],
) -> None:
    tell(shipment, scan(0.5, "available_for_pickup", "at_post_office"))
    Shipment.objects.update(carrier=carrier, carrier_url="")
    links = data()["to_do"]["links"]
    assert [urlsplit(link["url"]).hostname for link in links] == hosts
    assert all(escape(link["url"]) in page() for link in links)


def test_a_wrong_address_is_a_letter_to_the_shop(
    data: Callable[[], dict[str, Any]], shipment: Shipment, merchant: Merchant
) -> None:
    Merchant.objects.filter(pk=merchant.pk).update(support_email="help@mori.example")
    tell(shipment, scan(0.5, "exception", "address_incorrect"))
    assert data()["to_do"]["links"] == [{"text": "Write to us", "url": "mailto:help@mori.example"}]


def test_the_shops_own_turn_is_nothing_for_the_shopper(
    data: Callable[[], dict[str, Any]], shipment: Shipment
) -> None:
    tell(shipment, scan(0.5, "exception", "damaged"))
    assert data()["to_do"] is None


def test_every_fact_has_its_words() -> None:
    unnamed = {DelayReason.CARRIER, DelayReason.UNKNOWN}
    assert set(CAUSES) == set(DelayReason) - unnamed
    assert set(WHAT) == set(DelaySource)
    assert set(SURENESS) == set(Sureness)
    assert set(TODO) == set(Deed)
    assert set(DOINGS) == {"following", "looking_into", "address"}
