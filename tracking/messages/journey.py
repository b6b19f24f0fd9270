"""What tracking tells shoppers of a journey step by step, and while it is still true."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from commerce.selectors import get_merchant, get_order
from notifications.ports import (
    OF_ORDER,
    Forecast,
    MessageKind,
    MessageVariables,
    register_forecast,
    register_kind,
)
from notifications.selectors import recipient_of
from notifications.selectors.flows import get_flow
from tracking.enums import Status
from tracking.events import (
    ShipmentDelivered,
    ShipmentDispatched,
    ShipmentInTransit,
    ShipmentOutForDelivery,
    ShipmentReadyForPickup,
)
from tracking.messages.facts import parcel_example, parcel_is_here, parcel_variables, today
from tracking.messages.split import (
    live_parcels,
    parcels_variables,
    together,
    with_rest,
    without,
)
from tracking.selectors import get_standing, list_moving_shipments
from tracking.serializers.unsent import list_unsent

_NOT_MOVING = (Status.PENDING, Status.INFO_RECEIVED)


def shipped_variables(event: ShipmentDispatched) -> MessageVariables | None:
    """The parcel, and what of its order is still to be sent."""
    found = parcel_variables(event)
    return with_rest(found) if found else None


def all_delivered_variables(event: ShipmentDelivered) -> MessageVariables | None:
    """All parcels of an order that had more than one, once the last of them arrived."""
    found = parcel_variables(event)
    if found is None or why_not_all_delivered(event.order_id):
        return None
    order = get_order(event.order_id)
    parcels = live_parcels(order)
    if len(parcels) < 2 or list_unsent(order, parcels):
        return None
    return replace(parcels_variables(order, parcels), too_late=found.too_late)


def pickup_variables(event: ShipmentReadyForPickup) -> MessageVariables | None:
    """The parcel, where it waits, and until which day."""
    found = parcel_variables(event)
    if found is None:
        return None
    action = found.facts["shipment"]["action_required"]
    pickup = {"place": event.place, "until": action["until"] if action else None}
    return replace(found, facts={**found.facts, "pickup": pickup})


def why_not_shipped(shipment_id: str) -> str:
    """Why "on its way" is no longer news."""
    if Status(get_standing(shipment_id).status).is_final:
        return gettext_noop("The parcel has ended its journey.")
    return ""


def why_not_labelled(shipment_id: str) -> str:
    """Why "ready to go" is no news."""
    if get_flow("shipment.shipped").enabled:
        return gettext_noop("The shop tells that the parcel was shipped.")
    if get_standing(shipment_id).status not in _NOT_MOVING:
        return gettext_noop("The carrier has taken the parcel.")
    return ""


def why_not_moving(shipment_id: str) -> str:
    """Why "the carrier has it" is no news any more."""
    if get_standing(shipment_id).status != Status.IN_TRANSIT:
        return gettext_noop("There is newer news of the parcel.")
    return ""


def why_not_out_for_delivery(shipment_id: str) -> str:
    """Why "out for delivery" is no longer true."""
    if get_standing(shipment_id).status != Status.OUT_FOR_DELIVERY:
        return gettext_noop("The parcel is no longer out for delivery.")
    return ""


def why_not_waiting(object_id: str) -> str:
    """Why a parcel, `shp_…:1` for the first time it waited, is not to be picked up any more."""
    shipment_id, _colon, _turn = object_id.partition(":")
    if get_standing(shipment_id).status != Status.AVAILABLE_FOR_PICKUP:
        return gettext_noop("The parcel no longer waits to be picked up.")
    return ""


def why_not_delivered(shipment_id: str) -> str:
    """Why "delivered" is not true any more."""
    if get_standing(shipment_id).status != Status.DELIVERED:
        return gettext_noop("The carrier has taken the delivery back.")
    return ""


def why_not_all_delivered(order_id: str) -> str:
    """Why "all of it has arrived" is not true."""
    parcels = live_parcels(get_order(order_id))
    if any(parcel.status != Status.DELIVERED for parcel in parcels):
        return gettext_noop("Not every parcel of the order has arrived.")
    return ""


def shipped_example(order_id: str) -> MessageVariables | None:
    """The order's newest parcel, with what is still to be sent."""
    found = parcel_example(order_id)
    return with_rest(found) if found else None


def all_delivered_example(order_id: str) -> MessageVariables | None:
    """All parcels of the order, as they stand."""
    order = get_order(order_id)
    parcels = live_parcels(order)
    return parcels_variables(order, parcels) if parcels else None


def pickup_example(order_id: str) -> MessageVariables | None:
    """The order's newest parcel, as if it waited at the carrier's for a week."""
    found = parcel_example(order_id)
    if found is None:
        return None
    pickup = {"place": "", "until": str(today() + timedelta(days=7))}
    return replace(found, facts={**found.facts, "pickup": pickup})


def foresee(limit: int, leaving_out: Collection[str]) -> list[Forecast]:
    """Parcels on their way are likely to be out for delivery or delivered within a day."""
    merchant = get_merchant()
    return [
        Forecast(
            kind="shipment.delivered"
            if shipment.status == Status.OUT_FOR_DELIVERY
            else "shipment.out_for_delivery",
            order_id=shipment.order.public_id,
            order_number=shipment.order.number,
            recipient=recipient_of(shipment.order, merchant),
        )
        for shipment in list_moving_shipments(limit, leaving_out=leaving_out)
        if shipment.order is not None
    ]


register_forecast(foresee)
register_kind(
    MessageKind(
        name="shipment.label_made",
        room="tracking",
        title=_("Ready to go"),
        event=ShipmentDispatched,
        object_id=lambda event: event.shipment_id,
        variables=parcel_variables,
        tells=(*OF_ORDER, "shipment"),
        exists=parcel_is_here,
        still_true=why_not_labelled,
        optional=True,
        default_on=False,
        example=parcel_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.shipped",
        room="tracking",
        title=_("Shipped"),
        event=ShipmentDispatched,
        object_id=lambda event: event.shipment_id,
        variables=shipped_variables,
        tells=(*OF_ORDER, "shipment", "shipments", "to_follow"),
        exists=parcel_is_here,
        still_true=why_not_shipped,
        merge=together,
        leave_out=without,
        example=shipped_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.in_transit",
        room="tracking",
        title=_("With the carrier"),
        event=ShipmentInTransit,
        object_id=lambda event: event.shipment_id,
        variables=parcel_variables,
        tells=(*OF_ORDER, "shipment"),
        exists=parcel_is_here,
        still_true=why_not_moving,
        optional=True,
        default_on=False,
        useful_for=timedelta(hours=24),
        example=parcel_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.out_for_delivery",
        room="tracking",
        title=_("Out for delivery"),
        event=ShipmentOutForDelivery,
        object_id=lambda event: event.shipment_id,
        variables=parcel_variables,
        tells=(*OF_ORDER, "shipment"),
        exists=parcel_is_here,
        still_true=why_not_out_for_delivery,
        optional=True,
        useful_for=timedelta(hours=12),
        example=parcel_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.ready_for_pickup",
        room="tracking",
        title=_("Ready for pick-up"),
        event=ShipmentReadyForPickup,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=pickup_variables,
        tells=(*OF_ORDER, "shipment", "pickup"),
        exists=parcel_is_here,
        still_true=why_not_waiting,
        example=pickup_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.delivered",
        room="tracking",
        title=_("Delivered"),
        event=ShipmentDelivered,
        object_id=lambda event: event.shipment_id,
        variables=parcel_variables,
        tells=(*OF_ORDER, "shipment"),
        exists=parcel_is_here,
        still_true=why_not_delivered,
        optional=True,
        example=parcel_example,
    )
)
register_kind(
    MessageKind(
        name="order.all_delivered",
        room="tracking",
        title=_("All parcels delivered"),
        event=ShipmentDelivered,
        object_id=lambda event: event.order_id,
        variables=all_delivered_variables,
        tells=(*OF_ORDER, "shipments"),
        exists=parcel_is_here,
        still_true=why_not_all_delivered,
        optional=True,
        default_on=False,
        example=all_delivered_example,
    )
)
