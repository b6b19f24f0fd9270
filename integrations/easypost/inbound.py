"""What an EasyPost webhook leads to: a parcel that moved."""

from __future__ import annotations

from datetime import datetime

from integrations.connections import DISCONNECTED, was_disconnected
from integrations.easypost.parse import parse_webhook
from integrations.models import Service
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage
from tracking.services import take_in_report

ACTOR = "easypost"


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect. Topics about no tracker end as `ignored`.

    What comes after the shop disconnected is kept and has no effect.
    """
    if was_disconnected(service=Service.EASYPOST, at=message.received_at):
        return DISCONNECTED
    told = parse_webhook(bytes(message.body))
    if told.shipment is None:
        return Effect(kind="ignored", detail={"reason": f"No use for the topic {told.topic!r}."})
    shipment = take_in_report(told.shipment, at=at, actor=ACTOR)
    return Effect(
        kind="shipment",
        object_id=shipment.public_id,
        detail={
            "tracking_number": shipment.tracking_number,
            "status": shipment.status,
            "scans": len(told.shipment.events),
            "has_order": shipment.order_id is not None,
        },
    )
