"""Refunds of the platform that do not fit: queued for staff, and cleared by them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors import lock_order
from postexp.kernel.events import append
from returns.enums import MismatchCode, RefundState
from returns.events import RefundMismatchCleared, RefundMismatchFound
from returns.models import Refund, RefundMismatch
from returns.ports import MANUAL
from returns.selectors.mismatches import get_mismatch

if TYPE_CHECKING:
    from commerce.models import Order, PlatformRefund
    from returns.rules.quotes import Quote


def queue_mismatch(
    order: Order, told: PlatformRefund, quoted: Quote, *, named: int, at: datetime, actor: str
) -> None:
    """Queue a platform refund that does not fit what was booked of it; one that fits is not.

    `named` is how many units it names. The caller holds the order's lock. Publishes
    RefundMismatchFound.
    """
    code = _mismatch(order, told, quoted, named)
    if code is None or RefundMismatch.objects.filter(platform_refund=told).exists():
        return
    found: RefundMismatch = RefundMismatch.objects.create(
        order=order,
        platform_refund=told,
        code=code,
        told=told.amount,
        booked=quoted.total,
        found_at=at,
    )
    _tell(found, at=at, actor=actor)


def queue_undone(order: Order, told: PlatformRefund, *, at: datetime, actor: str) -> None:
    """Queue a platform refund that did not reach the shopper, whatever was wrong with it before.

    The caller holds the order's lock. Publishes RefundMismatchFound.
    """
    found, _new = RefundMismatch.objects.update_or_create(
        platform_refund=told,
        defaults={
            "order": order,
            "code": MismatchCode.BACK,
            "told": told.amount,
            "booked": 0,
            "found_at": at,
            "cleared_at": None,
            "cleared_by": "",
            "note": "",
        },
    )
    _tell(found, at=at, actor=actor)


def _tell(found: RefundMismatch, *, at: datetime, actor: str) -> None:
    append(
        RefundMismatchFound(
            order_id=found.order.public_id, mismatch_id=found.public_id, code=found.code
        ),
        at=at,
        actor=actor,
    )


def _mismatch(order: Order, told: PlatformRefund, quoted: Quote, named: int) -> MismatchCode | None:
    if told.amount > quoted.total:
        return MismatchCode.OVER
    if named > sum(value.quantity for value in quoted.units):
        return MismatchCode.TWICE
    waiting = Refund.objects.filter(order=order, provider=MANUAL, state=RefundState.PENDING)
    return MismatchCode.BESIDE if waiting.exists() else None


def clear_mismatch(*, mismatch_id: str, note: str, at: datetime, actor: str) -> RefundMismatch:
    """Note that somebody looked at a refund that did not fit; again it changes nothing.

    Publishes RefundMismatchCleared. Raises RefundMismatch.DoesNotExist.
    """
    with transaction.atomic():
        lock_order(get_mismatch(mismatch_id).order.public_id)
        mismatch = get_mismatch(mismatch_id)
        if mismatch.cleared_at is not None:
            return mismatch
        mismatch.cleared_at, mismatch.cleared_by, mismatch.note = at, actor, note[:500]
        mismatch.save()
        append(
            RefundMismatchCleared(
                order_id=mismatch.order.public_id, mismatch_id=mismatch.public_id, note=note[:500]
            ),
            at=at,
            actor=actor,
        )
    return mismatch
