"""What tracking does when something happens: parcels follow fulfilments, pages follow facts."""

from __future__ import annotations

from typing import Any

from commerce import selectors as commerce
from commerce.events import (
    FulfilmentRecorded,
    MerchantChanged,
    OrderCancelled,
    OrderChanged,
    RefundCameBack,
    RefundRecorded,
)
from postexp.kernel import clock, slots
from postexp.kernel.events import DeliveryContext, Event, registry, subscribe
from returns.events import CancellationStopped
from tracking import services
from tracking.events import OrderDelayed, OrderDelayEnded, ShipmentChanged


@subscribe(FulfilmentRecorded, name="tracking.record_fulfilment")
def record_fulfilment(event: FulfilmentRecorded, delivery: DeliveryContext) -> None:
    """A fulfilment was taken in: its parcels follow, unless it was taken back since."""
    if commerce.has_fulfilment(event.fulfilment_id):
        services.record_fulfilment(event.fulfilment_id, at=clock.now(), actor=delivery.actor)


def end_if_over(event: Any, delivery: DeliveryContext) -> None:
    """Units left, or will not be sent: what was said of their delay may be over."""
    if event.order_id and commerce.has_order(event.order_id):
        services.end_if_over(order_id=event.order_id, at=clock.now(), actor=delivery.actor)


def weigh_incidents(event: Any, delivery: DeliveryContext) -> None:
    """What was paid for an order, or given back, changes what is at risk with its parcels."""
    services.weigh_incidents(event.order_id)


@subscribe(MerchantChanged, name="tracking.outdate_pages")
def outdate_pages(event: MerchantChanged, delivery: DeliveryContext) -> None:
    """The shop looks different now, and so do its pages when they are next read."""
    services.outdate_pages()


def refresh_pages(event: Any, delivery: DeliveryContext) -> None:
    """Something the page of an order shows has changed."""
    if event.order_id:
        services.refresh_pages(event.order_id, at=clock.now())


def refresh_on(event: type[Event]) -> None:
    """Make the pages of an order anew on every event of a kind; asked twice is asked once."""
    name = f"tracking.refresh_pages.{event.type}"
    if name not in registry.subscriptions:
        subscribe(event, name=name)(refresh_pages)


def refresh_for(panel: slots.Panel) -> None:
    """A room shows a panel on the page: its events make the page stale too."""
    for event in panel.refresh_on:
        refresh_on(event)


for money in (OrderChanged, RefundRecorded, RefundCameBack):
    subscribe(money, name=f"tracking.weigh_incidents.{money.type}")(weigh_incidents)
for units in (
    FulfilmentRecorded,
    OrderChanged,
    OrderCancelled,
    RefundRecorded,
    CancellationStopped,
):
    subscribe(units, name=f"tracking.end_delay.{units.type}")(end_if_over)
for kind in (ShipmentChanged, OrderChanged, OrderCancelled, OrderDelayed, OrderDelayEnded):
    refresh_on(kind)
slots.watch_panels("tracking_page", refresh_for)
