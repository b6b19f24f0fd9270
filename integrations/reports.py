"""What stored messages about parcels lead to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from integrations.connections import DISCONNECTED, was_disconnected
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage
from tracking.rules import NormalisedShipment
from tracking.services import take_in_report


def dated(told: NormalisedShipment, message: InboxMessage) -> NormalisedShipment:
    """Return what a message tells, as told when it came where it does not say when it was made.

    Read again later, or late, it tells no more than it did then.
    """
    return replace(told, reported_at=told.reported_at or message.received_at)


def lead(
    message: InboxMessage,
    at: datetime,
    *,
    service: str,
    topics: Collection[str],
    parse: Callable[[bytes], NormalisedShipment],
) -> Effect:
    """Take in the parcel that a webhook of one of the `topics` tells of.

    Other topics end as `ignored`, and so does what comes after the shop disconnected. A message
    that names no topic is left to `parse`, which raises Unreadable where it cannot be read.
    """
    if was_disconnected(service=service, at=message.received_at):
        return DISCONNECTED
    if message.topic and message.topic not in topics:
        return Effect(kind="ignored", detail={"reason": f"No use for the topic {message.topic!r}."})
    told = dated(parse(bytes(message.body)), message)
    shipment = take_in_report(told, at=at, actor=service)
    return Effect(
        kind="shipment",
        object_id=shipment.public_id,
        detail={
            "tracking_number": shipment.tracking_number,
            "status": shipment.status,
            "scans": len(told.events),
            "has_order": shipment.order_id is not None,
        },
    )
