"""What is not sent any more when a shop is closed for good."""

from __future__ import annotations

from datetime import datetime

from notifications.enums import WAITING, Reason, State
from notifications.models import Message


def end_messages(at: datetime) -> None:
    """Refuse every message of the scope's shop that still waits."""
    Message.objects.filter(state__in=WAITING).update(
        state=State.REFUSED, reason=Reason.NO_LONGER_TRUE, settled_at=at
    )
