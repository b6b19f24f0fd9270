"""What happened on the platform: its refunds go into the same ledger, its cancellations settle."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_noop

from commerce.selectors import get_platform_refund, list_lines, list_tenders, lock_order
from returns.enums import Outcome, RefundMove, RefundState, SettlementKind
from returns.models import Refund, Settlement
from returns.ports import MANUAL
from returns.rules.commands import fingerprint
from returns.rules.external import RecordedUnits, book_elsewhere, call_off
from returns.rules.paid import worth
from returns.rules.quotes import Quote
from returns.selectors import judge, paid_order
from returns.services.ledger import book
from returns.services.mismatches import queue_mismatch, queue_undone
from returns.services.refunds import refund_came_back, refund_succeeded, settlement_paid
from returns.services.transitions import move_refund

if TYPE_CHECKING:
    from commerce.models import Order, PlatformRefund

PLATFORM = "platform"
NOT_ARRIVED = gettext_noop("The bank turned it down after it had been paid.")


def book_platform_refund(*, platform_refund_id: str, at: datetime, actor: str) -> None:
    """Book a refund made on the platform, once.

    One that its provider or staff made there for a settlement of ours is that payment: it is
    confirmed, and not booked a second time. One that came before its order waits for it, one that
    never arrived gives nothing back, and one that does not fit our books is queued for staff.
    Publishes SettlementBooked and SettlementPaid, or RefundSucceeded, and RefundMismatchFound.
    """
    with transaction.atomic():
        told = get_platform_refund(platform_refund_id)
        if told.order is None or told.came_back_at is not None:
            return
        order = lock_order(told.order.public_id)
        ours = _paid_by_provider(order, told) or _paid_by_hand(order, told)
        if ours:
            for refund in ours:
                refund.platform_refund = told
                refund.save()
                refund_succeeded(refund.public_id, reference=told.external_id, at=at, actor=actor)
            return
        lines = {line.external_id: line.public_id for line in list_lines(order)}
        named = [
            RecordedUnits(
                line=lines[row["line_external_id"]],
                quantity=row["quantity"],
                goods=row["goods"],
                tax=row["tax"],
            )
            for row in told.lines
            if row["line_external_id"] in lines
        ]
        quoted = book_elsewhere(
            paid_order(order), told.amount, named, by_tender=_by_tender(order, told)
        )
        if not Settlement.objects.filter(key=told.public_id).exists():
            units = sum(one.quantity for one in named)
            queue_mismatch(order, told, quoted, named=units, at=at, actor=actor)
        # What was given back before the order came here has its papers elsewhere.
        settlement = _book_once(
            order,
            quoted,
            SettlementKind.EXTERNAL,
            told.public_id,
            on_paper=told.processed_at >= order.taken_in_at,
            at=at,
            actor=actor,
        )
        if settlement is not None:
            _note_payments(settlement, quoted, told, at=at, actor=actor)
            settlement_paid(settlement, at=at, actor=actor)


def undo_platform_refund(*, platform_refund_id: str, at: datetime, actor: str) -> None:
    """Take a refund made on the platform back that did not reach the shopper, once.

    Its money counts as the order's again, by a settlement below zero with a credit note of its own
    where the first had one, and staff are told. Units that it named stay settled. One that was a
    payment of ours is to be paid again. Publishes SettlementBooked and RefundMismatchFound, or
    RefundFailed.
    """
    with transaction.atomic():
        told = get_platform_refund(platform_refund_id)
        if told.order is None:
            return
        order = lock_order(told.order.public_id)
        payments = list(Refund.objects.filter(platform_refund=told).order_by("id"))
        for refund in payments:
            if refund.provider != PLATFORM:
                refund_came_back(refund.public_id, why=NOT_ARRIVED, at=at, actor=actor)
        booked = Settlement.objects.filter(key=told.public_id).first()
        key = f"{told.public_id}:undone"
        if booked is None or Settlement.objects.filter(key=key).exists():
            return
        book(
            order,
            _undoing(booked),
            kind=SettlementKind.UNDONE,
            key=key,
            mark=fingerprint({"key": key}),
            on_paper=hasattr(booked, "credit_note"),
            at=at,
            actor=actor,
        )
        for refund in payments:
            if refund.state == RefundState.SUCCEEDED:
                move_refund(refund, RefundMove.REVERSE, at=at, actor=actor)
                refund.failure, refund.finished_at = NOT_ARRIVED, at
                refund.save()
        queue_undone(order, told, at=at, actor=actor)


def _undoing(booked: Settlement) -> Quote:
    """Return the money of a settlement with the sign turned; what its units had is goodwill."""
    shipping = worth(booked.shipping, booked.shipping_tax, booked.order.tax_included)
    return Quote(
        currency=booked.currency,
        tax_included=booked.order.tax_included,
        outcome=Outcome.REFUND,
        units=(),
        total=-booked.total,
        shipping=-booked.shipping,
        shipping_tax=-booked.shipping_tax,
        goodwill=shipping - booked.total,
    )


def _by_tender(order: Order, told: PlatformRefund) -> dict[str, int]:
    """Return what went back to each tender (by row id), of what was told by gateway."""
    by_gateway = {row["gateway"]: row["amount"] for row in told.tenders}
    return {
        str(tender.pk): by_gateway[tender.gateway]
        for tender in list_tenders(order)
        if tender.gateway in by_gateway
    }


def _paid_by_provider(order: Order, told: PlatformRefund) -> list[Refund]:
    """Return the payment that a provider of ours made there, as it named it."""
    sent = Refund.objects.filter(order=order, platform_refund=None, reference=told.external_id)
    return list(sent.exclude(provider__in=[MANUAL, PLATFORM]).order_by("id")[:1])


def _paid_by_hand(order: Order, told: PlatformRefund) -> list[Refund]:
    """Return the payments by hand that this platform refund is: a whole settlement's, or one."""
    waiting = Refund.objects.filter(
        order=order,
        provider=MANUAL,
        platform_refund=None,
        state__in=[RefundState.PENDING, RefundState.SUCCEEDED],
        settlement__at__lte=told.processed_at,
    ).order_by("id")
    by_settlement: dict[int, list[Refund]] = {}
    for refund in waiting:
        by_settlement.setdefault(refund.settlement_id, []).append(refund)
    groups = [*by_settlement.values(), *([refund] for refund in waiting)]
    return next(
        (group for group in groups if sum(refund.amount for refund in group) == told.amount), []
    )


def _book_once(
    order: Order,
    quoted: Quote,
    kind: SettlementKind,
    key: str,
    *,
    at: datetime,
    actor: str,
    on_paper: bool = True,
) -> Settlement | None:
    if Settlement.objects.filter(key=key).exists() or not (quoted.units or quoted.total):
        return None
    mark = fingerprint({"key": key})
    return book(order, quoted, kind=kind, key=key, mark=mark, on_paper=on_paper, at=at, actor=actor)


def _note_payments(
    settlement: Settlement, quoted: Quote, told: PlatformRefund, *, at: datetime, actor: str
) -> None:
    """Note the tenders the money is taken to have gone to, so that none is refunded twice."""
    for share in quoted.tenders:
        refund = Refund.objects.create(
            settlement=settlement,
            order=settlement.order,
            tender_id=int(share.tender),
            amount=share.amount,
            provider=PLATFORM,
            platform_refund=told,
            reference=told.external_id,
            created_at=at,
            finished_at=told.processed_at,
        )
        move_refund(refund, RefundMove.SUCCEED, at=at, actor=actor)
        refund.save()


def settle_cancelled_order(*, order_id: str, at: datetime, actor: str) -> None:
    """Settle the units of a cancelled order that no return holds on to, once, without money.

    The platform tells of the money apart. Publishes SettlementBooked.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        left = [
            (
                one.line.public_id,
                one.facts.quantity - one.facts.settled - one.facts.reserved,
            )
            for one in judge(order, at=at).lines
        ]
        quoted = call_off(paid_order(order), left)
        _book_once(
            order, quoted, SettlementKind.CANCELLATION, f"cancelled:{order_id}", at=at, actor=actor
        )
