"""What the pretended platform of the demo tells: read as Shopify's words, marked as demo data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commerce.selectors import get_merchant
from commerce.selectors.setup import DEMO
from commerce.services.orders import take_in_order
from integrations.shopify import parse
from integrations.shopify.inbound import READERS
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one message of the pretended platform to its effect; its orders are of source `demo`."""
    if not message.topic.startswith("orders/"):
        return READERS[message.topic](message, at)
    facts = replace(parse.parse_order(bytes(message.body)), source=DEMO)
    taken = take_in_order(facts, merchant=get_merchant(), at=at, actor=DEMO)
    return Effect(kind="order", object_id=taken.order.public_id)
