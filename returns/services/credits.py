"""Store credit: booked with its settlement, and given by a provider where the shopper spends it.

The ledger here holds what may be spent here: what a provider gave is booked out of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.services.store_credit import issue_store_credit
from postexp.kernel.events import append
from postexp.kernel.history import list_events
from postexp.kernel.locks import lock
from returns.enums import Outcome
from returns.errors import NotReturnable
from returns.events import StoreCreditGiven, StoreCreditRequested
from returns.models import Settlement
from returns.ports import Credit, credit_provider_for

if TYPE_CHECKING:
    from commerce.models import Customer


def issue_credit(settlement: Settlement, *, at: datetime, actor: str) -> None:
    """Book the value and the bonus of a settlement, each as its own entry.

    Publishes StoreCreditRequested where a provider gives it. Raises NotReturnable for an order
    without a customer.
    """
    customer = _holder(settlement)
    if customer is None:
        raise NotReturnable
    for amount, reason in ((_value(settlement), "return"), (settlement.bonus, "bonus")):
        if amount:
            issue_store_credit(
                customer=customer,
                amount=amount,
                currency=settlement.currency,
                reason=reason,
                reference=f"{settlement.public_id}:{reason}",
                at=at,
                actor=actor,
            )
    given = _value(settlement) + settlement.bonus
    provider = credit_provider_for(_credit(settlement)) if given else None
    if provider is not None:
        append(
            StoreCreditRequested(**_names(settlement), provider=provider.name), at=at, actor=actor
        )


def credit_of(settlement_id: str) -> Credit:
    """Return a settlement's store credit as its provider needs it."""
    return _credit(_get(settlement_id))


def credit_given(settlement_id: str, *, provider: str, reference: str, at: datetime) -> None:
    """Note that a provider gave a settlement's store credit, and that it is spent there now.

    Noted again it changes nothing. Publishes StoreCreditGiven, and StoreCreditChanged for the entry
    that takes it out of the ledger here. Raises InsufficientCredit where that no longer holds it.
    """
    settlement = _get(settlement_id)
    event = StoreCreditGiven(**_names(settlement), provider=provider, reference=reference)
    with transaction.atomic():
        lock(f"store_credit:{settlement_id}")
        _move_out(settlement, at=at, actor=provider)
        known = list_events(type=event.type, subject=event.subject)
        if not known.filter(payload__settlement_id=settlement_id).exists():
            append(event, at=at, actor=provider)


def _move_out(settlement: Settlement, *, at: datetime, actor: str) -> None:
    """Take what was booked with a settlement out of the ledger, once."""
    customer = _holder(settlement)
    if customer is None:
        return
    issue_store_credit(
        customer=customer,
        amount=-(_value(settlement) + settlement.bonus),
        currency=settlement.currency,
        reason="moved",
        reference=f"{settlement.public_id}:moved",
        at=at,
        actor=actor,
    )


def _holder(settlement: Settlement) -> Customer | None:
    """Return whose credit it is: the buyer's, or theirs to whom the goods were given."""
    if settlement.case is not None and settlement.case.recipient is not None:
        return settlement.case.recipient
    return settlement.order.customer


def _value(settlement: Settlement) -> int:
    """Return what becomes store credit: all of it, or the rest that an exchange leaves."""
    if settlement.outcome == Outcome.EXCHANGE:
        return int(settlement.quote["rest"])
    return settlement.total


def _credit(settlement: Settlement) -> Credit:
    order, customer = settlement.order, _holder(settlement)
    return Credit(
        key=settlement.public_id,
        amount=_value(settlement) + settlement.bonus,
        currency=settlement.currency,
        source=order.source,
        customer_external_id=customer.external_id if customer else "",
    )


def _names(settlement: Settlement) -> dict[str, str]:
    return {
        "order_id": settlement.order.public_id,
        "return_id": settlement.case.public_id if settlement.case else "",
        "settlement_id": settlement.public_id,
    }


def _get(settlement_id: str) -> Settlement:
    found: Settlement = Settlement.objects.select_related("order__customer", "case").get(
        public_id=settlement_id
    )
    return found
