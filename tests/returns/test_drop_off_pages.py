"""Drop-off points on the pages: searched and chosen by shoppers, kept by staff."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, Order, User
from returns import services
from returns.enums import Outcome, ReturnMethod
from returns.models import DropOffPoint, Return
from returns.services.drop_off import withdraw_point
from tests.facts import order_facts
from tests.returns.conftest import STAFF, ask, fresh, sent_order
from tests.returns.labels import offer
from tests.returns.points import put, put_some
from tests.returns.test_site import chosen, hidden, path, words

# A Tuesday, 12:00 in Tokyo.
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shopper() -> Client:
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


@pytest.fixture
def staff(owner: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


def found(page: Any) -> list[str]:
    """Return the names of the points a page lists."""
    cards = re.findall(r'<span class="strong">([^<]+)</span>', page.content.decode())
    return [unescape(one) for one in cards]


def link(page: Any, text: str) -> str:
    [address] = re.findall(rf'href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{text}', page.content.decode())
    return unescape(address)


def test_a_point_is_chosen_before_a_return_is_asked_for(
    scope: Merchant, bought: Order, shopper: Client
) -> None:
    offer(ReturnMethod.OWN, ReturnMethod.DROP_OFF)
    put_some()
    choice = chosen(bought, (0, 1, "too_small"), outcome="refund")
    assert "Find a place near you" not in words(shopper.get(path(bought, scope, "check/"), choice))
    page = shopper.get(path(bought, scope, "check/"), {**choice, "method": "drop_off"})
    points = shopper.get(link(page, "Find a place near you"))
    # The order went to another postcode of the same region.
    assert "Hand it in here" in words(points)
    search = shopper.get(link(page, "Find a place near you"), {"near": "150-0001"})
    assert found(search) == ["Night & Day", "Counter day", "Mystery"]
    searched = link(page, "Find a place near you") + "&near=150-0001"
    points = shopper.get(searched)
    back = shopper.get(link(points, 'Hand it in here<span class="sr-only"> – Night &amp; Day'))
    assert "Night & Day" in words(back)
    assert "Open day and night" in words(back)
    address = back.content.decode().split('method="post" action="')[1].split('"')[0]
    sent = shopper.post(
        unescape(address),
        {"payout": hidden(back, "payout"), "key": hidden(back, "key"), "note": ""},
    )
    assert sent.status_code == 302
    case = Return.objects.get()
    assert (case.method, case.drop_off.name) == ("drop_off", "Night & Day")
    page = shopper.get(sent["Location"])
    assert "Where you hand it in Night & Day" in words(page)
    assert "Choose another place" in words(page)


def test_a_point_is_chosen_on_the_page_of_a_return(
    scope: Merchant, bought: Order, shopper: Client
) -> None:
    offer(ReturnMethod.DROP_OFF)
    put_some()
    case = ask(bought, NOW, (0, 1, "too_small"))
    here = path(bought, scope, f"{case.public_id}/points/")
    page = shopper.get(here, {"near": "渋谷区", "open": "now"})
    assert page["Permissions-Policy"].split(", ")[1] == "geolocation=(self)"
    assert found(page) == ["Counter day", "Night & Day"] or found(page) == [
        "Night & Day",
        "Counter day",
    ]
    assert "Open until 18:00" in words(page)
    assert found(shopper.get(here, {"near": "渋谷区", "open": "late"})) == ["Night & Day"]
    near = shopper.get(here, {"lat": "35.669", "lon": "139.708"})
    assert found(near) == ["Counter day", "Night & Day", "Mystery"]
    assert "Nearest to where you are. Counter day 10 m" in words(near)
    assert "Hours not known" in words(near)
    nothing = shopper.get(here, {"near": "Atlantis"})
    assert "No place found here" in words(nothing)
    point = DropOffPoint.objects.get(source_id="day")
    answer = shopper.post(here, {"point": point.public_id})
    assert answer.status_code == 302
    assert fresh(case).drop_off == point
    assert "You hand it in here" in words(shopper.get(here, {"near": "渋谷区"}))
    withdraw_point(point.public_id, at=NOW, actor=STAFF)
    page = shopper.get(path(bought, scope, f"{case.public_id}/"))
    assert "This place does not take your parcel, or not any more" in words(page)
    refused = shopper.post(here, {"point": point.public_id})
    assert refused.status_code == 422
    assert "Choose another one" in words(refused)


def test_the_hours_of_the_week_in_both_languages(
    scope: Merchant, bought: Order, shopper: Client
) -> None:
    offer(ReturnMethod.DROP_OFF)
    put("S-1", opening_hours="Mo-Fr 09:00-22:00; Sa 20:00-02:00; PH off")
    case = ask(bought, NOW, (0, 1, "too_small"))
    here = path(bought, scope, f"{case.public_id}/points/")
    page = words(shopper.get(here, {"near": "150", "lang": "en"}))
    assert "Open until 22:00" in page
    assert "Sat 28 Nov 20:00–02:00" in page
    assert "Sun 29 Nov Closed" in page
    japanese = shopper.get(here, {"near": "150", "lang": "ja"})
    assert japanese.status_code == 200
    assert "11月28日(土)" in words(japanese)


def test_a_point_of_another_order_or_shop_is_not_found(
    scope: Merchant, bought: Order, shopper: Client, staff: Client, other_merchant: Merchant
) -> None:
    offer(ReturnMethod.DROP_OFF)
    point = put("S-1")
    case = ask(bought, NOW, (0, 1, "too_small"))
    other = sent_order(scope, order_facts(external_id="2"))
    assert shopper.get(path(other, scope, f"{case.public_id}/points/")).status_code == 404
    elsewhere = reverse("dashboard:drop_off_point", args=[other_merchant.slug, point.public_id])
    assert staff.get(elsewhere).status_code == 404


def test_staff_add_change_and_withdraw_a_point(scope: Merchant, staff: Client) -> None:
    home = reverse("dashboard:drop_off_points", args=[scope.slug])
    assert "No drop-off points yet" in words(staff.get(home))
    told = {
        "name": "Corner",
        "country": "JP",
        "latitude": "35.669",
        "longitude": "139.708",
        "postcode": "150-0001",
        "takes_qr": "on",
        "carriers": "ヤマト運輸, Sagawa",
        "opening_hours": "Mo-Fr 9-18",
    }
    new = reverse("dashboard:drop_off_point_new", args=[scope.slug])
    refused = staff.post(new, told)
    assert refused.status_code == 422
    assert "They cannot be read from here on: “9-18”" in words(refused)
    assert staff.post(new, {**told, "latitude": "95"}).status_code == 422
    assert staff.post(new, {**told, "time_zone": "Nowhere"}).status_code == 422
    saved = staff.post(new, {**told, "opening_hours": "Mo-Fr 09:00-18:00"}, follow=True)
    point = DropOffPoint.objects.get()
    assert (point.carriers, point.takes_label) == (["sagawa", "yamato"], False)
    assert "Open until 18:00" in words(saved)
    page = reverse("dashboard:drop_off_point", args=[scope.slug, point.public_id])
    put("S-2")
    taken = staff.post(page, {**told, "opening_hours": "24/7", "source_id": "S-2"})
    assert "Another drop-off point has this ID" in words(taken)
    staff.post(page, {**told, "opening_hours": "24/7", "source_id": "S-1"})
    point.refresh_from_db()
    assert (point.source_id, point.opening_hours) == ("S-1", "24/7")
    assert "Corner" in words(staff.get(home, {"q": "150-0001 corner"}))
    assert "Corner" not in words(staff.get(home, {"q": "osaka"}))
    staff.post(reverse("dashboard:drop_off_point_withdraw", args=[scope.slug, point.public_id]))
    assert "Corner" not in words(staff.get(home)).partition("Which")[2]
    assert "Corner" in words(staff.get(home, {"withdrawn": "1"}))
    assert "1 place takes parcels back" in words(
        staff.get(reverse("dashboard:sending_back", args=[scope.slug]))
    )


def test_the_list_as_a_file(scope: Merchant, staff: Client) -> None:
    put_some()
    answer = staff.get(
        reverse("dashboard:drop_off_points", args=[scope.slug]), {"export": "csv", "q": "umeda"}
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, line = text.strip().splitlines()
    assert header.startswith("source_id,name,operator,carriers,takes_label")
    assert line.startswith("osaka,Umeda,,,yes,yes,梅田0-0-2")


def test_staff_see_where_a_return_is_handed_in(
    scope: Merchant, bought: Order, staff: Client
) -> None:
    offer(ReturnMethod.DROP_OFF)
    case = services.request_return(
        order_id=bought.public_id,
        wishes=[services.Wish(line=bought.lines.first().public_id, quantity=1, reason="too_small")],
        outcome=Outcome.REFUND,
        at=NOW,
        actor="shopper",
        drop_off=put("S-1").public_id,
    )
    page = words(staff.get(reverse("dashboard:return_detail", args=[scope.slug, case.public_id])))
    assert "To be handed in at Counter S-1" in page
    assert "Drop-off point chosen" in page


def test_many_points_come_page_by_page_the_nearest_first(
    scope: Merchant, bought: Order, shopper: Client
) -> None:
    offer(ReturnMethod.OWN, ReturnMethod.DROP_OFF)
    for number in range(45):
        put(f"many-{number}", latitude=35.6690 + number / 10_000, name=f"Counter {number:02}")
    here = {"lat": "35.6690", "lon": "139.7080", "lang": "en"}
    first = shopper.get(path(bought, scope, "points/"), here)
    assert found(first) == [f"Counter {number:02}" for number in range(20)]
    assert "Places before these" not in words(first)
    second = shopper.get(link(first, "Show more places"))
    assert found(second) == [f"Counter {number:02}" for number in range(20, 40)]
    last = shopper.get(link(second, "Show more places"))
    assert found(last) == [f"Counter {number:02}" for number in range(40, 45)]
    assert "Show more places" not in words(last)
    assert found(shopper.get(link(last, "Places before these"))) == found(second)
    # A page past the last one is the last.
    beyond = shopper.get(path(bought, scope, "points/"), {**here, "page": "99"})
    assert found(beyond) == found(last)
