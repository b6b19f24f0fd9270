"""Payments back: asked for with the settlement, sent after it, and known to have ended somehow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from commerce.selectors import list_tenders, lock_order
from postexp.kernel.events import append
from returns.enums import RefundMove, RefundState, ReturnMove, ReturnState
from returns.errors import InvalidTransition, OpenDispute
from returns.events import (
    RefundFailed,
    RefundRequested,
    RefundSucceeded,
    RefundUnclear,
    SettlementPaid,
)
from returns.models import Refund, Settlement, TransitionLog
from returns.ports import MANUAL, Payment, get_provider, provider_for
from returns.rules.quotes import TenderShare
from returns.selectors import get_refund
from returns.services.disputes import require_no_dispute
from returns.services.finishing import finish_or_wait
from returns.services.transitions import move_refund, move_return

SYSTEM = "system"


def request_refunds(
    settlement: Settlement, shares: Sequence[TenderShare], *, at: datetime, actor: str
) -> list[Refund]:
    """Ask for the payments of a settlement, each with the provider that takes it.

    What no provider takes is paid by hand: it waits until staff confirm it. Publishes
    RefundRequested for the others.
    """
    tenders = {str(tender.pk): tender for tender in list_tenders(settlement.order)}
    refunds = []
    for share in shares:
        refund = Refund(
            settlement=settlement,
            order=settlement.order,
            tender=tenders[share.tender],
            amount=share.amount,
            created_at=at,
        )
        provider = provider_for(payment_of(refund))
        refund.provider = provider.name if provider else MANUAL
        refund.save()
        refunds.append(refund)
        if provider is not None:
            _ask(refund, at=at, actor=actor)
    return refunds


def _ask(refund: Refund, *, at: datetime, actor: str) -> None:
    append(
        RefundRequested(
            order_id=refund.order.public_id,
            refund_id=refund.public_id,
            provider=refund.provider,
            honours_keys=get_provider(refund.provider).honours_keys,
        ),
        at=at,
        actor=actor,
    )


def payment_of(refund: Refund) -> Payment:
    """Return a refund as its provider needs it."""
    return Payment(
        key=refund.public_id,
        amount=refund.amount,
        currency=refund.order.currency,
        source=refund.order.source,
        order_external_id=refund.order.external_id,
        tender=refund.tender.kind,
        gateway=refund.tender.gateway,
        tender_external_id=refund.tender.external_id,
    )


def begin_refund(refund_id: str, *, at: datetime) -> Refund | None:
    """Note that a refund is being sent, before it is; None where it has ended already.

    One that meets a chargeback before its first attempt fails instead, unless staff said why to pay
    despite it. Publishes RefundFailed then.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.state not in (RefundState.PENDING, RefundState.PROCESSING):
            return None
        untried = refund.state == RefundState.PENDING
        move_refund(refund, RefundMove.SEND, at=at, actor=SYSTEM)
        refund.save()
        if untried:
            try:
                require_no_dispute(refund.order, _despite(refund))
            except OpenDispute as error:
                refund_failed(refund_id, why=str(error.message), at=at, actor=SYSTEM)
                return None
    return refund


def _despite(refund: Refund) -> str:
    """Return what staff said when they settled or tried again: why to pay despite a chargeback."""
    retries = TransitionLog.objects.filter(refund=refund, event=RefundMove.RETRY)
    return "".join([refund.settlement.note, *retries.values_list("note", flat=True)])


def refund_succeeded(refund_id: str, *, reference: str, at: datetime, actor: str) -> Refund:
    """Note that a refund was paid: by its provider, or as staff found out or did themselves.

    Publishes RefundSucceeded, and SettlementPaid with the last one. Raises InvalidTransition; the
    same again for a refund that has succeeded changes nothing.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.state == RefundState.SUCCEEDED:
            return refund
        again = refund.transitions.filter(event=RefundMove.COME_BACK).exists()
        move_refund(refund, RefundMove.SUCCEED, at=at, actor=actor, note=reference)
        refund.reference, refund.failure, refund.finished_at = reference[:120], "", at
        refund.save()
        append(
            RefundSucceeded(order_id=refund.order.public_id, refund_id=refund.public_id),
            at=at,
            actor=actor,
        )
        open_ones = Refund.objects.filter(settlement=refund.settlement)
        if not again and not open_ones.exclude(state=RefundState.SUCCEEDED).exists():
            settlement_paid(refund.settlement, at=at, actor=actor)
    return refund


def refund_failed(refund_id: str, *, why: str, at: datetime, actor: str) -> Refund:
    """Note that a refund was refused and nothing was paid; its return shows it.

    Publishes RefundFailed. Raises InvalidTransition.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        move_refund(refund, RefundMove.FAIL, at=at, actor=actor, note=why)
        refund.failure = why
        refund.save()
        case = refund.settlement.case
        # One that was paid ahead goes on as it is, and shows the refund.
        if case is not None and case.state == ReturnState.RESOLVING:
            move_return(case, ReturnMove.SETTLE_FAILED, at=at, actor=actor, note=why)
        append(
            RefundFailed(order_id=refund.order.public_id, refund_id=refund.public_id),
            at=at,
            actor=actor,
        )
    return refund


def refund_not_found(refund_id: str, *, at: datetime, actor: str) -> Refund:
    """Note that an unclear refund was not paid, as somebody saw in its provider's books.

    Publishes RefundFailed. Raises InvalidTransition for any other: one that is on its way may still
    be paid, and would be paid twice.
    """
    with transaction.atomic():
        if _lock(refund_id).state != RefundState.OUTCOME_UNKNOWN:
            raise InvalidTransition
        why = gettext("Not found in the provider’s books.")
        return refund_failed(refund_id, why=why, at=at, actor=actor)


def refund_under_way(refund_id: str, *, reference: str) -> Refund:
    """Note that its provider took a refund on, and will tell how it ended; it is not sent again."""
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.state == RefundState.PROCESSING:
            refund.reference = reference[:120]
            refund.save()
    return refund


def refund_came_back(refund_id: str, *, why: str, at: datetime, actor: str) -> Refund:
    """Note that a refund which had been paid did not reach the shopper after all.

    What was settled stays settled: it is to be paid in another way, or tried again. Publishes
    RefundFailed. The same again changes nothing.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.state != RefundState.SUCCEEDED:
            return refund
        move_refund(refund, RefundMove.COME_BACK, at=at, actor=actor, note=why)
        refund.failure, refund.finished_at = why, None
        refund.save()
        append(
            RefundFailed(order_id=refund.order.public_id, refund_id=refund.public_id),
            at=at,
            actor=actor,
        )
    return refund


def refund_unclear(refund_id: str, *, why: str, at: datetime) -> Refund:
    """Note that nobody knows whether a refund was paid. It is not sent again by itself.

    Publishes RefundUnclear. A refund that has ended otherwise stays as it is.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.state == RefundState.PROCESSING:
            move_refund(refund, RefundMove.LOSE_TRACK, at=at, actor="system", note=why)
            refund.failure = why
            refund.save()
            append(
                RefundUnclear(order_id=refund.order.public_id, refund_id=refund.public_id), at=at
            )
    return refund


def retry_refund(refund_id: str, *, at: datetime, actor: str, despite: str = "") -> Refund:
    """Send a failed refund again under its key. Publishes RefundRequested.

    Raises InvalidTransition, and OpenDispute for a chargeback unless `despite` says why to pay.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        move_refund(refund, RefundMove.RETRY, at=at, actor=actor, note=despite)
        require_no_dispute(refund.order, despite)
        refund.failure = ""
        refund.save()
        if refund.provider != MANUAL:
            _ask(refund, at=at, actor=actor)
    return refund


def settlement_paid(settlement: Settlement, *, at: datetime, actor: str) -> None:
    """Note that everything a settlement gives back has gone out; its return moves on.

    The caller holds the order's lock. Publishes SettlementPaid.
    """
    case = settlement.case
    append(
        SettlementPaid(
            order_id=settlement.order.public_id,
            return_id=case.public_id if case else "",
            settlement_id=settlement.public_id,
        ),
        at=at,
        actor=actor,
    )
    if case is not None:
        finish_or_wait(case, at=at, actor=actor)


def _lock(refund_id: str) -> Refund:
    """Return a refund with its order's row locked; raises Refund.DoesNotExist."""
    lock_order(get_refund(refund_id).order.public_id)
    return get_refund(refund_id)
