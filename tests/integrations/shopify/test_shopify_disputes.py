"""Chargebacks told by Shopify stop what would pay a shopper twice."""

import json
from datetime import datetime
from typing import Any

import pytest

from commerce.enums import DisputeState
from commerce.models import Dispute, Merchant
from commerce.selectors import standing_dispute
from commerce.services.orders import take_in_order
from integrations.shopify.inbound import process
from integrations.shopify.parse import parse_dispute
from postexp.kernel.inbox import Unreadable
from postexp.kernel.models import InboxMessage
from tests.facts import order_facts

# Shaped as Shopify documents the Dispute resource of the REST Admin API.
TOLD: dict[str, Any] = {
    "id": 285332461850802050,
    "order_id": 9007199254740993,
    "type": "chargeback",
    "amount": "7500",
    "currency": "JPY",
    "reason": "fraudulent",
    "network_reason_code": "4837",
    "status": "needs_response",
    "evidence_due_by": "2026-12-05T00:00:00-05:00",
    "evidence_sent_on": None,
    "finalized_on": None,
    "initiated_at": "2026-11-20T20:00:00-05:00",
}


def body(**changes: Any) -> bytes:
    return json.dumps({**TOLD, **changes}).encode()


def tell(merchant: Merchant, at: datetime, **changes: Any) -> Any:
    """Lead a webhook to its effect."""
    message = InboxMessage(
        source="shopify",
        topic="disputes/update",
        merchant_id=merchant.pk,
        headers={},
        body=body(**changes),
        received_at=at,
    )
    return process(message, at)


def test_a_chargeback_opens_and_ends(scope: Merchant, at: datetime) -> None:
    order = take_in_order(order_facts(), merchant=scope, at=at).order
    assert tell(scope, at).object_id == order.public_id
    assert standing_dispute(order) is DisputeState.OPEN
    tell(scope, at, status="under_review")
    ended = {"status": "won", "finalized_on": "2026-11-29T00:00:00-05:00"}
    tell(scope, at, **ended)
    assert standing_dispute(order) is None
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.reason) == (DisputeState.WON, "fraudulent")
    tell(scope, at)  # the first word once more, late
    assert standing_dispute(order) is None


def test_an_inquiry_blocks_nothing(scope: Merchant, at: datetime) -> None:
    take_in_order(order_facts(), merchant=scope, at=at)
    assert tell(scope, at, type="inquiry").kind == "ignored"
    assert not Dispute.objects.exists()


def test_one_about_an_order_that_is_not_here_waits_to_be_replayed(
    scope: Merchant, at: datetime
) -> None:
    with pytest.raises(Unreadable) as refused:
        tell(scope, at)
    assert refused.value.next_step


@pytest.mark.parametrize("status", ["accepted", "lost", "charge_refunded"])
def test_what_the_shop_lost_is_lost(status: str) -> None:
    facts = parse_dispute(body(status=status)).facts
    assert facts is not None
    assert (facts.state, facts.closed_at) == (DisputeState.LOST, facts.opened_at)


def test_a_state_nobody_knows_is_refused() -> None:
    with pytest.raises(Unreadable):
        parse_dispute(body(status="confused"))
