"""What an AfterShip webhook leads to: a parcel that moved, or is expected on another day."""

from __future__ import annotations

from datetime import datetime

from integrations.aftership.parse import TOPICS, parse_webhook
from integrations.models import Service
from integrations.reports import lead
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect; see `lead`."""
    return lead(message, at, service=Service.AFTERSHIP, topics=TOPICS, parse=parse_webhook)
