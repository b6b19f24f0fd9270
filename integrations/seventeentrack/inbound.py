"""What a 17TRACK webhook leads to: a parcel that moved."""

from __future__ import annotations

from datetime import datetime

from integrations.models import Service
from integrations.reports import lead
from integrations.seventeentrack.parse import TOPICS, parse_webhook
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect; see `lead`."""
    return lead(message, at, service=Service.SEVENTEENTRACK, topics=TOPICS, parse=parse_webhook)
