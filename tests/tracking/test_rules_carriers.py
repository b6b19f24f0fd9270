"""Carriers know their own pages: for tracking, and for another attempt."""

import pytest

from tracking.rules import carrier_of
from tracking.rules.carriers import known_carriers


@pytest.mark.parametrize(
    ("carrier", "address"),
    [
        (
            "yamato",
            "https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=477812340014",
        ),
        ("sagawa", "https://www.e-service.sagawa-exp.co.jp/e/f.d"),
        (
            "japan_post",
            "https://trackings.post.japanpost.jp/delivery/deli/firstDeliveryInput/",
        ),
        ("royal_mail", ""),
        ("Acme Parcel", ""),
    ],
)
def test_where_another_attempt_is_asked_for(carrier: str, address: str) -> None:
    assert carrier_of(carrier).redelivery_url("4778-1234-0014") == address
    assert carrier_of(carrier).redelivery_url("") == ""


def test_carriers_with_another_attempt_name_their_places_too() -> None:
    told = {one.slug for one in known_carriers() if one.places}
    assert told == {one.slug for one in known_carriers() if one.redelivery}
    assert told == {"yamato", "sagawa", "japan_post"}


@pytest.mark.parametrize(
    ("carrier", "address"),
    [
        ("Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/AB%C3%89"),
        ("auspost", "https://auspost.com.au/mypost/track/details/AB%C3%89"),
        (
            "Canada Post",
            "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor=AB%C3%89",
        ),
    ],
)
def test_a_number_is_written_safely_into_the_page(carrier: str, address: str) -> None:
    assert carrier_of(carrier).tracking_url("A&b{}é") == address


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("くろねこヤマト", "yamato"),
        ("ｸﾛﾈｺﾔﾏﾄ", "yamato"),
        ("ヤマト 運輸", "yamato"),
        ("さがわ", "sagawa"),
        ("佐川急便", "sagawa"),
        ("ゆうパック", "japan_post"),
        ("ＵＰＳ", "ups"),
        ("DHLパケット（ドイツ）", "dhl_parcel_de"),
        ("Spee-Dee Delivery", "speedee"),
        ("4px", "4px"),
        ("ひまわり便", "ひまわり便"),
    ],
)
def test_a_name_is_known_however_it_is_written(written: str, slug: str) -> None:
    assert carrier_of(written).slug == slug


def test_every_known_carrier_is_found_by_its_own_names() -> None:
    for carrier in known_carriers():
        for name in filter(None, (carrier.slug, carrier.name, carrier.name_ja)):
            assert carrier_of(name) is carrier


def test_names_in_japanese() -> None:
    assert carrier_of("dhl_parcel_de").name_in("ja") == "DHLパケット（ドイツ）"
    assert carrier_of("hermes_de").name_in("ja") == "ヘルメス（ドイツ）"
    assert carrier_of("hermes_de").name_in("en") == "Hermes Germany"
