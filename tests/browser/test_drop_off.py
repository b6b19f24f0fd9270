"""A shopper finds a drop-off point near them: by their device's place, or without scripts."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from commerce import links
from commerce.models import Merchant, Order
from postexp.kernel.tenancy import merchant_scope
from returns.enums import ReturnMethod
from returns.models import Return
from tests.browser.conftest import PHONE, Open, violations
from tests.facts import order_facts
from tests.returns.conftest import ask, sent_order
from tests.returns.labels import offer
from tests.returns.points import put_some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(merchant: Merchant) -> Return:
    with merchant_scope(merchant.pk):
        order: Order = sent_order(merchant, order_facts())
        offer(ReturnMethod.DROP_OFF)
        put_some()
        return ask(order, datetime(2026, 11, 21, 3, 0, tzinfo=UTC), (0, 1, "too_small"))


def points_of(merchant: Merchant, case: Return, name: str = "return_points") -> str:
    token = links.order_token(case.order.public_id)
    return reverse(f"site:{name}", args=[merchant.slug, token, case.public_id]) + "?lang=en"


def test_near_me_asks_the_device(merchant: Merchant, case: Return, open_page: Open) -> None:
    page = open_page(size=PHONE)
    page.context.set_geolocation({"latitude": 35.66901, "longitude": 139.70801})
    page.context.grant_permissions(["geolocation"])
    page.goto(points_of(merchant, case))
    page.get_by_role("button", name="Near me").click()
    expect(page.get_by_text("Nearest to where you are.")).to_be_visible()
    assert "lat=35.669&lon=139.708" in page.url
    cards = page.get_by_role("main").get_by_role("button", name="Hand it in here")
    expect(cards).to_have_count(3)
    cards.first.click()
    expect(page.get_by_text("Where you hand it in")).to_be_visible()
    with merchant_scope(merchant.pk):
        chosen = Return.objects.select_related("drop_off").get().drop_off
    assert chosen is not None
    assert chosen.name == "Counter day"


def test_a_device_that_does_not_say_is_no_dead_end(
    merchant: Merchant, case: Return, open_page: Open
) -> None:
    page = open_page(size=PHONE)
    page.goto(points_of(merchant, case))
    page.get_by_role("button", name="Near me").click()
    expect(page.get_by_role("status")).to_contain_text("Type a postcode or a town instead.")


def test_without_scripts_a_town_is_typed(merchant: Merchant, case: Return, open_page: Open) -> None:
    page = open_page(script=False, size=PHONE)
    page.goto(points_of(merchant, case))
    expect(page.get_by_role("button", name="Near me")).to_have_count(0)
    page.get_by_label("Postcode, town or address").fill("渋谷区")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Open after 21:00").click()
    expect(page.get_by_text("Night & Day").first).to_be_visible()
    expect(page.get_by_text("Counter day")).to_have_count(0)
    page.get_by_role("button", name="Hand it in here").click()
    expect(page.get_by_text("Open day and night")).to_be_visible()


def test_the_points_are_accessible(merchant: Merchant, case: Return, open_page: Open) -> None:
    page = open_page(size=PHONE, axe=True)
    page.goto(points_of(merchant, case) + "&near=150-0001")
    for fold in page.locator("summary").all():
        fold.click()
    assert violations(page) == []
