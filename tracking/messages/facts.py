"""What every message about a parcel is written from, and why it may not be wanted any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from commerce.enums import PaymentState
from commerce.selectors import get_merchant, get_order
from notifications.ports import MessageVariables
from notifications.selectors import order_variables
from postexp.kernel import clock
from tracking.events import DelayNews, Milestone, ParcelEvent
from tracking.selectors import get_shipment, has_shipment, list_shipments_of_order
from tracking.serializers import represent_shipment

if TYPE_CHECKING:
    from commerce.models import Order


def parcel_is_here(event: ParcelEvent) -> bool:
    """Return whether the parcel of an event is still here, or its import was undone."""
    return has_shipment(event.shipment_id)


def parcel_variables(event: ParcelEvent) -> MessageVariables | None:
    """The order and the parcel; None for parcels without an order, which have no recipient. Old
    news come too late.
    """
    if not event.order_id:
        return None
    found = get_shipment(event.shipment_id)
    shipment = represent_shipment(found, locale=found.order.locale if found.order else "")
    variables = order_variables(event.order_id, shipment=shipment)
    if isinstance(event, Milestone | DelayNews) and event.historic:
        return replace(variables, too_late=gettext_noop("It happened over two days ago."))
    return variables


def parcel_example(order_id: str) -> MessageVariables | None:
    """The order's newest parcel, as it stands."""
    shipments = list_shipments_of_order(get_order(order_id))
    if not shipments:
        return None
    shipment = represent_shipment(shipments[-1], locale=get_order(order_id).locale)
    return order_variables(order_id, shipment=shipment)


def why_not_wanted(order: Order | None) -> str:
    """Why nobody waits for the parcels of an order any more."""
    if order is None:
        return ""
    if order.cancelled_at:
        return gettext_noop("The order was cancelled.")
    if order.payment_state == PaymentState.REFUNDED or 0 < order.captured <= order.given_back:
        return gettext_noop("The order was refunded.")
    return ""


def today() -> date:
    """The shop's calendar day."""
    return clock.now().astimezone(get_merchant().zone).date()
