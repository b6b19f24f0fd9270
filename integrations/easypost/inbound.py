"""What an EasyPost webhook leads to: a parcel that moved, or a label that was taken back."""

from __future__ import annotations

from datetime import datetime

from integrations.connections import was_disconnected
from integrations.easypost.parse import REFUNDED, TOPICS, parse_refund, parse_webhook
from integrations.models import Service
from integrations.reports import lead
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage
from returns.services.label_orders import provider_took_back


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect: a label taken back or not, else see `lead`."""
    if message.topic == REFUNDED and not was_disconnected(
        service=Service.EASYPOST, at=message.received_at
    ):
        return _label_taken_back(message, at)
    return lead(message, at, service=Service.EASYPOST, topics=TOPICS, parse=parse_webhook)


def _label_taken_back(message: InboxMessage, at: datetime) -> Effect:
    told = parse_refund(bytes(message.body))
    parcel = provider_took_back(
        provider=Service.EASYPOST,
        reference=told.shipment,
        is_taken=told.is_taken,
        at=at,
        actor=Service.EASYPOST,
    )
    if parcel is None:
        return Effect(kind="ignored", detail={"reason": "No label of ours."})
    return Effect(kind="return_label", object_id=parcel.public_id, detail={"state": parcel.state})
