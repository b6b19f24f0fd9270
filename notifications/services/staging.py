"""A message that was never written, for throw-away shops in which recorded reports are played."""

from __future__ import annotations

from datetime import datetime

from notifications.enums import Class, Medium, SendingState, State
from notifications.models import Message, Sending


def stage_sent_message(*, channel: Medium, address: str, provider_id: str, at: datetime) -> Message:
    """Keep a message as if a channel had taken it under an id of its provider; once for the id."""
    message, _new = Message.objects.get_or_create(
        kind="order.thanks",
        object_id=provider_id[:80],
        defaults={
            "klass": Class.TRANSACTIONAL,
            "chain": [channel],
            "channel": channel,
            "address": address,
            "locale": "en",
            "state": State.SENT,
            "event_id": 0,
            "planned_at": at,
            "send_at": at,
            "expires_at": at,
            "settled_at": at,
        },
    )
    Sending.objects.get_or_create(
        message=message,
        step=0,
        defaults={
            "kind": message.kind,
            "locale": message.locale,
            "channel": channel,
            "address": address,
            "key": provider_id,
            "provider_id": provider_id,
            "state": SendingState.ACCEPTED,
            "began_at": at,
            "ended_at": at,
        },
    )
    found: Message = message
    return found
