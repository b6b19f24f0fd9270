"""What a Shippo webhook leads to: a parcel that moved."""

from __future__ import annotations

from datetime import datetime

from integrations.models import Service
from integrations.reports import lead
from integrations.shippo.parse import TOPICS, parse_webhook
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect; see `lead`."""
    return lead(message, at, service=Service.SHIPPO, topics=TOPICS, parse=parse_webhook)
