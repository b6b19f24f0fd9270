"""Reads of chargebacks that stand against paying something back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commerce.selectors import standing_dispute
from returns.models import Exchange

if TYPE_CHECKING:
    from commerce.enums import DisputeState
    from commerce.models import Order


def dispute_against(order: Order) -> DisputeState | None:
    """Return the chargeback that stands against paying for an order.

    What was sold in an exchange was paid with the money of the order before it, so that a
    chargeback about that one stands against both.
    """
    before: Order | None = order
    while before is not None:
        found = standing_dispute(before)
        if found is not None:
            return found
        exchange = Exchange.objects.filter(order=before).select_related("case__order").first()
        before = exchange.case.order if exchange else None
    return None
