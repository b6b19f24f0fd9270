"""Reads for the figures of the message engine."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Max

from notifications.enums import State
from notifications.models import Message
from postexp.kernel.metrics import Gauge, register_gauge

RECENT = timedelta(hours=1)
# Looked at by their ids, the newest first, so that the reading stays cheap however many there are.
NEWEST = 10_000


def outcomes(at: datetime) -> dict[str, int]:
    """Return for each state how many of the newest messages of the last hour are in it.

    Over all shops; of more than 10,000 messages in that hour, the newest 10,000 count.
    """
    newest = Message.every_merchant.aggregate(newest=Max("id"))["newest"] or 0
    found = (
        Message.every_merchant.filter(id__gt=newest - NEWEST, planned_at__gt=at - RECENT)
        .values_list("state")
        .annotate(Count("id"))
        .order_by("state")
    )
    return dict.fromkeys(State.values, 0) | dict(found)


register_gauge(
    Gauge(
        name="postexp_messages_recent",
        help="Messages planned in the last hour, by state.",
        label="state",
        read=lambda at: outcomes(at).items(),
    )
)
