"""Refunds made on the platform, by its staff or by us."""

import re
from dataclasses import dataclass

from commerce.ports import RefundFacts, RefundLineFacts
from integrations.payload import Payload
from integrations.shopify.parse.amounts import money_of, sum_of

# The note of a refund we asked for names its key, so that its echo is known before its answer is.
_OWN = re.compile(r"\(Postexp (rfd_\w+)\)")
_OWN_STOP = re.compile(r"\(Postexp (can_\w+)\)")


@dataclass(frozen=True, kw_only=True)
class OwnRefund:
    """A refund on the platform that we asked for under a key."""

    key: str
    external_id: str


def own_note(key: str) -> str:
    """Return the note a refund of ours carries on the platform."""
    return f"Return settled (Postexp {key})"


def parse_own_refund(body: bytes) -> tuple[OwnRefund, ...]:
    """Read whether a refund of `refunds/create` is one we asked for: one of them, or none."""
    return _own(Payload.read(body, "Shopify"))


def parse_own_refunds_of_order(body: bytes) -> tuple[OwnRefund, ...]:
    """Read which refunds of an order we asked for."""
    order = Payload.read(body, "Shopify")
    return tuple(own for refund in order.children("refunds") for own in _own(refund))


def own_stop_note(key: str, number: str) -> str:
    """Return the note of what takes units out of an order, or cancels it, at our wish."""
    return f"Cancellation {number} (Postexp {key})"


def is_own_stop(refund: Payload) -> bool:
    """Whether a refund takes out units that a cancellation of ours has settled."""
    return _OWN_STOP.search(refund.text("note")) is not None


def parse_own_stop(body: bytes) -> tuple[OwnRefund, ...]:
    """Read whether a refund of `refunds/create` takes units out at our wish: that one, or none."""
    return _own(Payload.read(body, "Shopify"), _OWN_STOP)


def parse_own_stops_of_order(body: bytes) -> tuple[OwnRefund, ...]:
    """Read which refunds of an order took units out at our wish."""
    order = Payload.read(body, "Shopify")
    return tuple(own for refund in order.children("refunds") for own in _own(refund, _OWN_STOP))


def _own(refund: Payload, note: re.Pattern[str] = _OWN) -> tuple[OwnRefund, ...]:
    found = note.search(refund.text("note"))
    return (OwnRefund(key=found[1], external_id=refund.identity("id")),) if found else ()


def parse_refund(body: bytes) -> RefundFacts:
    """Read a refund as `refunds/create` sends it."""
    refund = Payload.read(body, "Shopify")
    return refund_facts(refund, refund.identity("order_id"), "")


def refund_facts(row: Payload, order_id: str, currency: str) -> RefundFacts:
    """Return a refund from its object; the currency is found where it is not given."""
    paid_back = [
        transaction
        for transaction in row.children("transactions")
        if transaction.text("kind") == "refund" and transaction.text("status") == "success"
    ]
    lines = tuple(row.children("refund_line_items"))
    currency = currency or _refund_currency(row, paid_back, lines)
    return RefundFacts(
        external_id=row.identity("id"),
        order_external_id=order_id,
        processed_at=row.moment("processed_at") or row.required_moment("created_at"),
        amount=sum_of(paid_back, "amount", currency),
        currency=currency,
        lines=tuple(
            RefundLineFacts(
                line_external_id=line.identity("line_item_id"),
                quantity=line.count("quantity"),
                goods=money_of(line, "subtotal", currency),
                tax=money_of(line, "total_tax", currency),
            )
            for line in lines
        ),
        tenders=_by_gateway(paid_back, currency),
    )


def _by_gateway(paid_back: list[Payload], currency: str) -> tuple[tuple[str, int], ...]:
    amounts: dict[str, int] = {}
    for row in paid_back:
        if gateway := row.text("gateway"):
            amounts[gateway] = amounts.get(gateway, 0) + money_of(row, "amount", currency)
    return tuple(amounts.items())


def _refund_currency(row: Payload, paid_back: list[Payload], lines: tuple[Payload, ...]) -> str:
    in_sets = (
        line.child("subtotal_set").child("presentment_money").text("currency_code")
        for line in lines
    )
    in_transactions = (transaction.text("currency") for transaction in paid_back)
    currency = next((name for name in (*in_sets, *in_transactions) if name), "")
    duties = row.child("total_duties_set").child("presentment_money").text("currency_code")
    return currency or duties or row.refuse("transactions", "name no currency")
