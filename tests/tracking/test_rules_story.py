"""One plain sentence, and a bar of steps."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from postexp.kernel.zones import zone_of
from tests.tracking.scans import START, scan, timeless
from tracking.enums import Status, TimePrecision
from tracking.rules import (
    Delay,
    Estimate,
    Headline,
    NormalisedEvent,
    ParcelFacts,
    carrier_of,
    headline,
    leading,
    place_name,
    steps,
)

TODAY = date(2026, 11, 20)
TOKYO = "Asia/Tokyo"


def told(status: str, substatus: str = "", **facts: Any) -> Headline:
    parcel = ParcelFacts(status=Status(status), substatus=substatus, **facts)
    return headline(parcel, today=TODAY, zone=TOKYO)


def estimate(days: int) -> Estimate:
    return Estimate(day=TODAY + timedelta(days=days), starts_at=START, ends_at=START)


@pytest.mark.parametrize(
    ("days", "code"), [(0, "arrives_today"), (1, "arrives_tomorrow"), (4, "arrives_on")]
)
def test_a_coming_parcel_names_its_day_and_ages(days: int, code: str) -> None:
    sentence = told("in_transit", estimate=estimate(days))
    assert (sentence.code, sentence.day) == (code, TODAY + timedelta(days=days))
    assert (sentence.starts_at, sentence.ends_at) == (START, START)
    assert sentence.ages


def test_without_a_day_it_says_what_is_known() -> None:
    assert told("in_transit").code == "on_its_way"
    assert told("info_received").code == "preparing"
    assert told("pending").code == "waiting"
    assert told("in_transit", estimate=estimate(-1)).code == "on_its_way"
    assert not told("in_transit").ages


def test_a_late_parcel_names_the_old_day_and_the_new() -> None:
    late = Delay(is_delayed=True, first_estimate=TODAY)
    sentence = told("in_transit", estimate=estimate(3), delay=late)
    assert (sentence.day, sentence.first_day) == (TODAY + timedelta(days=3), TODAY)
    assert told("in_transit", estimate=estimate(-1), delay=late) == Headline(
        code="late", first_day=TODAY
    )
    assert told("in_transit", estimate=estimate(0), delay=late).first_day is None


def test_out_for_delivery_is_today_only_today() -> None:
    morning = scan(0, "out_for_delivery")
    today = told("out_for_delivery", since=morning, estimate=estimate(0))
    assert (today.code, today.ages, today.ends_at) == ("out_for_delivery_today", True, START)
    assert told("out_for_delivery", since=morning).ends_at is None
    yesterday = told("out_for_delivery", since=scan(-24, "out_for_delivery"))
    assert (yesterday.code, yesterday.ages) == ("out_for_delivery_on", False)
    assert told("out_for_delivery").code == "out_for_delivery"


def test_arrivals_name_the_day_where_it_is_known() -> None:
    arrival = scan(0, "delivered")
    assert told("delivered", since=arrival) == Headline(code="delivered_on", day=TODAY)
    assert told("delivered", since=timeless("delivered")).code == "delivered"
    assert told("delivered", "pickup_point_collected", since=arrival).code == "collected_on"
    assert told("available_for_pickup", since=arrival).code == "ready_on"
    assert told("delivery_attempted", since=arrival).code == "attempted_on"
    assert told("returned").code == "returned"


def test_problems_say_which() -> None:
    assert told("exception", "address_incorrect").code == "problem_address"
    assert told("exception", "security").code == "problem"
    for status in ("returning", "cancelled", "expired"):
        assert told(status).code == status


def progress(status: str, substatus: str = "", **facts: Any) -> list[tuple[str, str, str]]:
    parcel = ParcelFacts(status=Status(status), substatus=substatus, **facts)
    return [(step.code, step.progress, step.tone) for step in steps(parcel)]


def test_the_bar_of_an_ordinary_journey() -> None:
    assert progress("in_transit") == [
        ("ordered", "done", "normal"),
        ("preparing", "done", "normal"),
        ("on_its_way", "current", "normal"),
        ("out_for_delivery", "ahead", "normal"),
        ("delivered", "ahead", "normal"),
    ]
    assert {row[1] for row in progress("delivered")} == {"done"}
    assert progress("pending")[1][1] == "current"


@pytest.mark.parametrize(
    ("status", "substatus", "step"),
    [
        ("delivery_attempted", "", ("attempted", "current", "attention")),
        ("available_for_pickup", "", ("ready", "current", "attention")),
        ("exception", "lost", ("problem", "current", "problem")),
        ("expired", "", ("no_updates", "current", "attention")),
        ("returning", "", ("returning", "current", "attention")),
        ("returned", "", ("returned", "done", "normal")),
        ("cancelled", "", ("cancelled", "current", "problem")),
        ("delivered", "pickup_point_collected", ("collected", "done", "normal")),
    ],
)
def test_the_bar_bends(status: str, substatus: str, step: tuple[str, str, str]) -> None:
    assert step in progress(status, substatus)


def test_the_bar_shows_late() -> None:
    assert ("on_its_way", "current", "late") in progress("in_transit", delay=Delay(is_delayed=True))


def test_every_status_has_a_sentence_and_a_bar() -> None:
    for status in Status:
        parcel = ParcelFacts(status=status)
        assert headline(parcel, today=TODAY, zone=TOKYO).code
        assert 3 <= len(steps(parcel)) <= 5
        assert leading([parcel]) == 0


def test_trouble_heads_a_split_order_and_the_first_of_equals_stays_first() -> None:
    moving, done = ParcelFacts(status=Status.IN_TRANSIT), ParcelFacts(status=Status.DELIVERED)
    assert leading([done, moving, replace(moving)]) == 1
    assert leading([done, moving, ParcelFacts(status=Status.EXCEPTION)]) == 2


def test_a_whole_order_came_with_its_last_parcel() -> None:
    def came(day: str) -> ParcelFacts:
        since = NormalisedEvent(source="test", local_time=day, time_precision=TimePrecision.DATE)
        return ParcelFacts(status=Status.DELIVERED, since=since)

    assert leading([came("2026-11-20"), came("2026-11-21"), came("2026-11-19")]) == 1
    assert leading([came("2026-11-20"), ParcelFacts(status=Status.RETURNED)]) == 0


def test_carriers_by_their_many_names() -> None:
    assert carrier_of("Yamato (JA)").name_in("ja") == "ヤマト運輸"
    assert carrier_of("ヤマト運輸").slug == "yamato"
    assert carrier_of("FedEx").tracking_url("1 2-3") == (
        "https://www.fedex.com/fedextrack/?trknbr=123"
    )
    assert carrier_of("japan_post").name_in("en") == "Japan Post"
    stranger = carrier_of("  null-company ")
    assert (stranger.slug, stranger.name_in("ja")) == ("null-company", "Null Company")
    assert stranger.tracking_url("1") == ""
    names = {name: carrier_of(name).name for name in ("ACME_Parcel_v2", "LaserShip", "DPD-CH", "_")}
    assert list(names.values()) == ["ACME Parcel v2", "LaserShip", "DPD-CH", "_"]
    assert carrier_of("").slug == ""


def test_zones_only_where_they_are_certain() -> None:
    assert zone_of("jp", "") == TOKYO
    assert zone_of("US", "tx") == "America/Chicago"
    assert zone_of("AU", "WA") == "Australia/Perth"
    assert zone_of("US", "XX") == zone_of("", "TX") == ""


def test_places_are_written_as_their_people_do() -> None:
    tokyo = {"city": "江東区", "region": "東京都", "postcode": "", "country": "JP"}
    assert place_name(**tokyo) == "東京都江東区"
    assert place_name(**{**tokyo, "city": "KOTO", "region": "Tokyo"}) == "KOTO, Tokyo, JP"
    assert place_name(city="", region="", postcode="", country="US") == "US"
