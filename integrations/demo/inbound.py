"""What the pretended platform of the demo tells: read as Shopify's words, marked as demo data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commerce.ports import OrderFacts
from commerce.selectors import get_merchant
from commerce.selectors.setup import DEMO
from commerce.services.orders import take_in_order
from integrations.demo import people
from integrations.shopify import parse
from integrations.shopify.inbound import READERS
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one message of the pretended platform to its effect; its orders are of source `demo`."""
    if not message.topic.startswith("orders/"):
        return READERS[message.topic](message, at)
    facts = _as_demo(parse.parse_order(bytes(message.body)))
    taken = take_in_order(facts, merchant=get_merchant(), at=at, actor=DEMO)
    return Effect(kind="order", object_id=taken.order.public_id)


def _as_demo(facts: OrderFacts) -> OrderFacts:
    """Mark an order and its shopper, whose bare id may be that of a customer of the shop's own."""
    shopper = facts.customer
    if shopper is not None:
        shopper = replace(shopper, external_id=f"{people.OURS}{shopper.external_id}")
    return replace(facts, source=DEMO, customer=shopper)
