"""Taking in refunds made on the platform."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.events import RefundCameBack, RefundRecorded
from commerce.models import Order, PlatformRefund
from commerce.ports import RefundFacts
from commerce.services.awaited import awaited_order
from postexp.kernel.events import append
from postexp.kernel.locks import lock


def take_in_refund(facts: RefundFacts, *, at: datetime, actor: str = "system") -> PlatformRefund:
    """Keep a platform refund, once. Publishes RefundRecorded, which the settlement ledger books."""
    with transaction.atomic(savepoint=False):
        order = awaited_order(facts.order_external_id)
        lock(f"platform_refund:{facts.external_id}")
        known = PlatformRefund.objects.filter(external_id=facts.external_id).first()
        if known is not None:
            return known
        refund = _keep(facts, order)
        _publish(refund, at, actor)
    return refund


def take_back_refund(facts: RefundFacts, *, at: datetime, actor: str = "system") -> PlatformRefund:
    """Note that a platform refund did not reach the shopper, once.

    Publishes RefundCameBack, which the settlement ledger undoes it by. One that nobody told of
    before gives nothing back when it is told late.
    """
    with transaction.atomic(savepoint=False):
        order = awaited_order(facts.order_external_id)
        lock(f"platform_refund:{facts.external_id}")
        refund = PlatformRefund.objects.filter(external_id=facts.external_id).first()
        told = refund is not None
        refund = refund or _keep(facts, order)
        if refund.came_back_at is not None:
            return refund
        refund.came_back_at = at
        refund.save()
        if told and refund.order is not None:
            append(
                RefundCameBack(
                    order_id=refund.order.public_id,
                    happened_at=at.isoformat(),
                    refund_id=refund.public_id,
                ),
                at=at,
                actor=actor,
            )
    return refund


def _keep(facts: RefundFacts, order: Order | None) -> PlatformRefund:
    return PlatformRefund.objects.create(
        order=order,
        order_external_id=facts.order_external_id,
        external_id=facts.external_id,
        amount=facts.amount,
        lines=[
            {
                "line_external_id": line.line_external_id,
                "quantity": line.quantity,
                "goods": line.goods,
                "tax": line.tax,
            }
            for line in facts.lines
        ],
        tenders=[{"gateway": gateway, "amount": amount} for gateway, amount in facts.tenders],
        processed_at=facts.processed_at,
    )


def link_refunds(order: Order, *, at: datetime, actor: str) -> None:
    """Let an order that has just come meet the refunds that came before it."""
    for refund in PlatformRefund.objects.filter(
        order=None, order_external_id=order.external_id
    ).order_by("id"):
        refund.order = order
        refund.save()
        _publish(refund, at, actor)


def _publish(refund: PlatformRefund, at: datetime, actor: str) -> None:
    append(
        RefundRecorded(
            order_id=refund.order.public_id if refund.order else "",
            happened_at=refund.processed_at.isoformat(),
            refund_id=refund.public_id,
        ),
        at=at,
        actor=actor,
    )
