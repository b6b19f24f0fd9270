"""A tracking page on paper: what it says stays, what can only be pressed is left out."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from commerce import links
from commerce.models import Merchant, Order
from tests.browser.conftest import Open
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tracking import services
from tracking.rules import NormalisedShipment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("language", "when"), [("en", "What happened"), ("ja", "経過")])
def test_a_tracking_page_is_printed_whole_and_without_controls(
    merchant: Merchant, order: Order, open_page: Open, language: str, when: str
) -> None:
    (shipment,) = services.take_in_shipment(fulfilment_facts(order, START), at=START)
    absent = scan(2, "delivery_attempted", "recipient_absent", location="渋谷営業所")
    told = NormalisedShipment(source="test", tracking_number="", events=(absent,))
    services.ingest_tracking(shipment, told, at=START + timedelta(hours=3))
    page = open_page(language=language, script=False)
    page.goto(f"/s/{merchant.slug}/t/{links.order_token(order.public_id)}/?lang={language}")
    controls = page.locator(".button, .site-lang, details.parcel-raw")
    assert controls.count() >= 3
    page.emulate_media(media="print")
    for told_still in ("渋谷営業所", shipment.tracking_number, order.number, when):
        expect(page.get_by_text(told_still).first).to_be_visible()
    for place in range(controls.count()):
        expect(controls.nth(place)).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")
