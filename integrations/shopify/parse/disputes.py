"""Disputes of Shopify Payments: chargebacks, and the inquiries before them."""

from dataclasses import dataclass

from commerce.enums import DisputeState
from commerce.ports import DisputeFacts
from integrations.payload import Payload

_STATES = {
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
    "accepted": DisputeState.LOST,
    "charge_refunded": DisputeState.LOST,
}


@dataclass(frozen=True, kw_only=True)
class ToldDispute:
    """A chargeback with the order it is about; `facts` is None for an inquiry.

    An inquiry only asks: the money is still the shop's, and paying it back is an answer.
    """

    order_external_id: str
    facts: DisputeFacts | None


def parse_dispute(body: bytes) -> ToldDispute:
    """Read a dispute as `disputes/create` and `disputes/update` send it."""
    dispute = Payload.read(body, "Shopify")
    order = dispute.identity("order_id")
    opened_at = dispute.required_moment("initiated_at")
    state = _STATES.get(dispute.text("status")) or dispute.refuse("status", "is not known")
    if dispute.text("type") == "inquiry":
        return ToldDispute(order_external_id=order, facts=None)
    return ToldDispute(
        order_external_id=order,
        facts=DisputeFacts(
            external_id=dispute.identity("id"),
            state=state,
            reason=dispute.text("reason"),
            opened_at=opened_at,
            closed_at=None
            if state == DisputeState.OPEN
            else dispute.moment("finalized_on") or opened_at,
        ),
    )
