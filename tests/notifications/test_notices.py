"""The shopper's choice of notices: kept as a consent, and asked before each optional message."""

from collections.abc import Callable

import pytest
from django.test import Client

from commerce import links
from commerce.models import ConsentFact, Merchant, Order
from commerce.services.orders import take_in_order
from notifications.enums import Reason, State
from notifications.models import Message
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from tests.facts import order_facts
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tracking import services as tracking
from tracking.rules import NormalisedShipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(scope: Merchant, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setattr(clock, "now", lambda: START)
    return take_in_order(order_facts(), merchant=scope, at=START).order


def page_of(order: Order) -> str:
    return f"/s/komorebi/t/{links.order_token(order.public_id)}/notices/"


def test_the_tracking_page_leads_to_it_and_it_names_the_notices(
    client: Client, order: Order
) -> None:
    token = links.order_token(order.public_id)
    assert page_of(order) in client.get(f"/s/komorebi/t/{token}/?lang=en").content.decode()
    page = client.get(f"{page_of(order)}?lang=en")
    text = page.content.decode()
    assert [kind.name for kind in page.context["optional"]] == [
        "shipment.out_for_delivery",
        "shipment.delivered",
    ]
    assert "shipment.delayed" in [kind.name for kind in page.context["always"]]
    assert "h…@example.jp" in text
    assert "hana@example.jp" not in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert not page.cookies


def test_declined_notices_are_refused_and_the_others_go_out(
    client: Client, order: Order, drain: Callable[[], None]
) -> None:
    assert client.post(page_of(order), {"lang": "en"}).status_code == 302
    assert client.post(page_of(order), {"lang": "en"}).status_code == 302
    fact = ConsentFact.objects.get(purpose="service")
    assert (fact.customer, fact.granted, fact.source) == (order.customer, False, "tracking page")
    chosen = EventRecord.objects.get(type="notices.chosen")
    assert (chosen.actor, chosen.payload["optional"]) == ("shopper", False)
    (parcel,) = tracking.take_in_shipment(fulfilment_facts(order, START), at=START)
    told = NormalisedShipment(
        source="test", tracking_number="", events=(scan(0, "delivered", "delivered"),)
    )
    tracking.ingest_tracking(parcel, told, at=START)
    drain()
    messages = {message.kind: message for message in Message.objects.all()}
    refused = messages["shipment.delivered"]
    assert (refused.state, refused.reason) == (State.REFUSED, Reason.DECLINED)
    assert messages["order.thanks"].reason != Reason.DECLINED
    client.post(page_of(order), {"lang": "en", "optional": "on"})
    assert client.get(page_of(order)).context["wants"] is True


def test_it_is_nobody_elses(client: Client, order: Order, other_merchant: Merchant) -> None:
    there = page_of(order).replace("komorebi", other_merchant.slug)
    assert client.get(there).status_code == 404
    assert client.post(there).status_code == 404
    assert client.get(page_of(order).replace("/notices", "x/notices")).status_code == 404
    Order.objects.filter(pk=order.pk).update(customer=None)
    assert client.get(page_of(order)).status_code == 404
