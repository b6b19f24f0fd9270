"""Taking in chargebacks: facts about an order's payment that stop money from going back twice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.events import DisputeChanged
from commerce.models import Dispute
from commerce.ports import DisputeFacts
from commerce.selectors import lock_order
from postexp.kernel.events import append


def take_in_dispute(
    facts: DisputeFacts, *, order_id: str, at: datetime, actor: str = "system"
) -> Dispute:
    """Note a chargeback about an order (by public id), or how it stands now.

    One that has ended is not opened again by an older word. Publishes DisputeChanged where its
    state is new; the same again changes nothing. Raises Order.DoesNotExist.
    """
    with transaction.atomic():
        # Behind the order's row, so that nothing is paid back while it is being opened.
        order = lock_order(order_id)
        dispute = Dispute.objects.filter(external_id=facts.external_id).first()
        before = dispute.state if dispute else ""
        ended = dispute is not None and dispute.closed_at is not None
        if dispute is not None and (before == facts.state or (ended and not facts.closed_at)):
            return dispute
        dispute = dispute or Dispute(external_id=facts.external_id, order=order)
        dispute.state = facts.state
        dispute.reason = facts.reason[:80]
        dispute.amount = facts.amount
        dispute.opened_at = facts.opened_at
        dispute.closed_at = facts.closed_at
        dispute.save()
        append(
            DisputeChanged(
                order_id=order.public_id,
                happened_at=(facts.closed_at or facts.opened_at).isoformat(),
                dispute_id=facts.external_id,
                state=facts.state,
            ),
            at=at,
            actor=actor,
        )
    return dispute
