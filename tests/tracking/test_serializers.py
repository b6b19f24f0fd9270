"""The shapes and words tracking gives out."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone, translation

from commerce.models import Merchant
from tests.tracking.scans import START, scan
from tracking import services
from tracking.models import LookupAttempt, LookupChallenge, PreparedPage, Shipment, ShipmentItem
from tracking.rules import Estimate, Headline, NormalisedShipment
from tracking.serializers import represent_shipment, words
from tracking.serializers.shipments_out import ShipmentOut

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("headline", "english", "japanese"),
    [
        (
            Headline(code="delivered_on", day=date(2026, 11, 24)),
            "Delivered Tue 24 Nov",
            "11月24日(火)",
        ),
        (
            Headline(code="arrives_today", starts_at=START, ends_at=START + timedelta(hours=2)),
            "Arrives today, 12:00–14:00",
            "12時〜14時",
        ),
        (Headline(code="arrives_today", ends_at=START), "Arrives today, by 12:00", "12:00"),
    ],
)
def test_sentences(merchant: Merchant, headline: Headline, english: str, japanese: str) -> None:
    with timezone.override(merchant.zone):
        with translation.override("en"):
            assert words.sentence(headline) == english
        with translation.override("ja"):
            assert japanese in words.sentence(headline)


def test_every_sentence_has_words_and_every_advice_a_sentence() -> None:
    for code in words.SENTENCES:
        assert words.sentence(Headline(code=code, day=date(2026, 11, 24)))
    for code in words.ADVICE:
        assert code in words.SENTENCES
    assert words.advice(Headline(code="attempted_on", day=date(2026, 11, 24)))
    assert words.advice(Headline(code="delivered")) == ""


def test_staff_read_the_day_or_what_the_carrier_reports() -> None:
    with translation.override("en"):
        delivered = Headline(code="delivered_on", day=date(2026, 11, 24))
        assert words.brief(delivered, "delivered", "locker") == "Delivered Tue 24 Nov"
        stuck = Headline(code="problem_address")
        said = words.brief(stuck, "exception", "address_incorrect")
        assert said == "The address needs correcting"


def test_times_of_scans() -> None:
    day = date(2026, 11, 24)
    with translation.override("en"):
        assert words.when_of(day, time(14, 5)) == "Tue 24 Nov, 14:05"
        assert words.when_of(day, None) == "Tue 24 Nov"
        assert words.when_of(None, None) == "time not known"


def test_a_window_is_told_in_the_shops_zone(shipment: Shipment) -> None:
    told = NormalisedShipment(
        source="test",
        tracking_number="",
        estimate=Estimate(
            day=date(2026, 11, 21), starts_at=START, ends_at=datetime(2026, 11, 20, 5, tzinfo=UTC)
        ),
        events=(scan(0, "in_transit"),),
    )
    services.ingest_tracking(shipment, told, at=START)
    shipment.refresh_from_db()
    body = represent_shipment(shipment, locale="ja")
    assert body["estimate"] == {
        "date": "2026-11-21",
        "until": None,
        "from": "12:00",
        "to": "14:00",
    }
    assert body["carrier_name"] == "ヤマト運輸"
    assert set(ShipmentOut().get_fields()) == set(body)
    assert set(ShipmentOut().get_fields()["estimate"].get_fields()) == set(body["estimate"])
    assert set(ShipmentOut().get_fields()["delay"].get_fields()) == set(body["delay"])


def test_rows_name_themselves(shipment: Shipment) -> None:
    assert str(shipment) == "4000-1234-5675: Label created"
    assert str(ShipmentItem.objects.get()).startswith("2 of ")
    assert str(PreparedPage(order_ref="ord_1", locale="ja")) == "ord_1 ja"
    assert str(LookupAttempt(number_key="1", at=START)) == "1 at 03:00:00"
    assert str(LookupChallenge(public_id="chl_1")) == "chl_1"
