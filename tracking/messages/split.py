"""Orders that travel in several parcels: one message for those that leave together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from commerce.selectors import get_order
from notifications.ports import MessageVariables
from notifications.selectors import order_variables
from tracking.enums import Status
from tracking.selectors import list_shipments_of_order
from tracking.serializers import represent_shipment
from tracking.serializers.unsent import list_unsent

if TYPE_CHECKING:
    from commerce.models import Order
    from tracking.models import Shipment


def live_parcels(order: Order) -> list[Shipment]:
    """Return the parcels of an order that were not taken back, oldest first."""
    parcels = list_shipments_of_order(order)
    return [parcel for parcel in parcels if parcel.status != Status.CANCELLED]


def with_rest(found: MessageVariables) -> MessageVariables:
    """Let a message about one parcel say what of its order is still to be sent.

    Where the order has other parcels, or will have, it goes together with those that leave within
    the time that the shop gathers them for.
    """
    order = get_order(found.order_id)
    parcels = live_parcels(order)
    to_follow = list_unsent(order, parcels)
    facts = {"shipments": [found.facts["shipment"]], "to_follow": to_follow}
    is_split = bool(to_follow) or len(parcels) > 1
    return replace(
        found,
        facts={**found.facts, **facts},
        merge_key=found.order_id if is_split else "",
    )


def together(facts: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Say of the parcels of two messages in one; what either knows to be sent is not to follow."""
    known = {parcel["id"] for parcel in facts["shipments"]}
    new = [parcel for parcel in more["shipments"] if parcel["id"] not in known]
    left = {item["line_id"]: item["quantity"] for item in more["to_follow"]}
    to_follow = [
        {**item, "quantity": min(item["quantity"], left[item["line_id"]])}
        for item in facts["to_follow"]
        if item["line_id"] in left
    ]
    return {**facts, "shipments": [*facts["shipments"], *new], "to_follow": to_follow}


def without(facts: Mapping[str, Any], shipment_id: str) -> dict[str, Any]:
    """Leave a parcel out of a message about several."""
    kept = [parcel for parcel in facts["shipments"] if parcel["id"] != shipment_id]
    kept = kept or facts["shipments"]
    return {**facts, "shipments": kept, "shipment": kept[0]}


def parcels_variables(order: Order, parcels: list[Shipment]) -> MessageVariables:
    """All of these parcels of an order."""
    told = [represent_shipment(parcel, locale=order.locale) for parcel in parcels]
    return order_variables(order.public_id, shipments=told)
