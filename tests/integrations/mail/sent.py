"""Messages that went out, for what comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from notifications.enums import Medium, SendingState, State
from notifications.models import Message, Sending

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)


def make_sent(
    address: str = "hana@example.jp",
    *,
    provider_id: str = "",
    channel: Medium = Medium.EMAIL,
    klass: str = "transactional",
    **told: Any,
) -> Message:
    """Return a message of the scope's shop that a channel took."""
    message = Message.objects.create(
        kind="shipment.shipped",
        object_id=told.pop("object_id", f"shp_{address}{provider_id}"),
        klass=klass,
        chain=[channel],
        channel=channel,
        address=address,
        locale="ja",
        state=State.SENT,
        event_id=1,
        planned_at=AT,
        send_at=AT,
        expires_at=AT,
        settled_at=AT,
        **told,
    )
    Sending.objects.create(
        message=message,
        step=0,
        kind=message.kind,
        locale=message.locale,
        channel=channel,
        address=address,
        key=f"key-{message.public_id}",
        provider_id=provider_id,
        state=SendingState.ACCEPTED,
        began_at=AT,
        ended_at=AT,
    )
    return message
