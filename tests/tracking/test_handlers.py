"""Pages follow facts: of tracking, of the shop, and of the rooms that show a panel."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import pytest
from django.db import transaction

from commerce.events import MerchantChanged
from commerce.models import Merchant, Order
from commerce.services.fulfilments import take_in_fulfilment
from postexp.kernel import slots
from postexp.kernel.events import Event, append, registry
from postexp.kernel.history import list_failed_deliveries
from postexp.kernel.models import Delivery, DeliveryState
from tests.tracking.conftest import fulfilment_facts
from tracking import services
from tracking.handlers import refresh_on
from tracking.models import PreparedPage, Shipment
from tracking.selectors.pages import find_prepared

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Waved(Event):
    """Another room's event, for a panel of its own."""

    type: ClassVar[str] = "test.waved"
    order_id: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@pytest.fixture
def panel() -> Iterator[None]:
    before = dict(slots._panels)
    slots.register(
        "tracking_page",
        name="test.wave",
        order=90,
        render=lambda request, context: "<p>wave</p>",
        refresh_on=(Waved,),
    )
    yield
    slots._panels.clear()
    slots._panels.update(before)
    slots._panels["tracking_page"] = [
        one for one in slots._panels.get("tracking_page", []) if one.name != "test.wave"
    ]
    registry.remove("tracking.refresh_pages.test.waved")


def publish(event: Event, at: datetime) -> None:
    with transaction.atomic():
        append(event, at=at)


def test_a_panels_events_make_the_page_anew(
    panel: None, order: Order, at: datetime, drain: Callable[[], None]
) -> None:
    drain()
    services.prepare_page(order, "ja", at=at)
    refresh_on(Waved)
    publish(Waved(order_id=order.public_id), at)
    publish(Waved(order_id=""), at)
    drain()
    page = PreparedPage.objects.get()
    assert (page.wanted, page.made) == (2, 2)
    assert "<p>wave</p>" in page.body


def test_a_new_look_outdates_every_page(
    order: Order, scope: Merchant, at: datetime, drain: Callable[[], None]
) -> None:
    drain()
    services.prepare_page(order, "ja", at=at)
    publish(MerchantChanged(merchant_public_id=scope.public_id), at)
    drain()
    page = PreparedPage.objects.get()
    assert (page.wanted, page.made) == (2, 1)
    prepared = find_prepared(order.public_id, "ja")
    assert prepared is not None
    assert not services.is_true(prepared, at=at)


def test_a_fulfilment_taken_back_before_its_turn_makes_no_parcel(
    order: Order, at: datetime, drain: Callable[[], None]
) -> None:
    fulfilment = take_in_fulfilment(fulfilment_facts(order, at), at=at)
    fulfilment.delete()
    drain()
    assert not Shipment.objects.exists()
    assert not list_failed_deliveries().exists()
    waiting = Delivery.objects.filter(handler="tracking.record_fulfilment").values_list("state")
    assert [state for (state,) in waiting] == [DeliveryState.DONE]


def test_pages_nobody_read_are_not_made(order: Order, at: datetime) -> None:
    assert services.refresh_pages(order.public_id, at=at) == 0
    assert PreparedPage.objects.count() == 0
