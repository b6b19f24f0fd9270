"""Goodwill: money given without anything coming back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commerce.selectors import lock_order
from returns.enums import Outcome, SettlementKind
from returns.errors import NotReturnable
from returns.models import Settlement
from returns.rules.commands import fingerprint, require_same
from returns.rules.goodwill import quote_goodwill
from returns.rules.quotes import NamedUnits
from returns.selectors import paid_order, version_of
from returns.services.disputes import require_no_dispute
from returns.services.ledger import book
from returns.services.payouts import hand_over


def give_goodwill(
    *,
    order_id: str,
    amount: int,
    key: str,
    at: datetime,
    actor: str,
    units: Sequence[NamedUnits] = (),
    outcome: Outcome = Outcome.REFUND,
    note: str = "",
    despite: str = "",
) -> Settlement:
    """Give `amount` (minor units) for an order or for some of its units, once per `key`.

    Goodwill for `units` is taken off what they are worth if they come back after all; for the order
    it only lowers what can still be given back. It goes to the tenders or becomes store credit, as
    `outcome` says. `note` is why.

    Publishes SettlementBooked, RefundRequested or StoreCreditRequested, and SettlementPaid. Raises
    IdempotencyMismatch, OpenDispute unless `despite` says why, NotReturnable for an exchange, a
    strange line, or store credit without a customer, and what `quote_goodwill` raises.
    """
    mark = fingerprint(
        {
            "goodwill_for": order_id,
            "amount": amount,
            "outcome": outcome,
            "units": [[group.line, group.quantity] for group in units],
        }
    )
    with transaction.atomic():
        order = lock_order(order_id)
        first: Settlement | None = Settlement.objects.filter(key=key).first()
        if first is not None:
            require_same(first.fingerprint, mark)
            return first
        if outcome is Outcome.EXCHANGE:
            raise NotReturnable
        require_no_dispute(order, despite)
        terms = version_of(order).policy.terms(outcome, order.currency)
        try:
            quoted = quote_goodwill(paid_order(order), amount, terms, outcome, units)
        except KeyError as error:
            raise NotReturnable from error
        settlement = book(
            order,
            quoted,
            kind=SettlementKind.GOODWILL,
            key=key,
            mark=mark,
            note="\n".join(words for words in (note, despite) if words),
            at=at,
            actor=actor,
        )
        hand_over(settlement, quoted, at=at, actor=actor)
    return settlement
