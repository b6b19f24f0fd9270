"""Goods that nobody announced: kept with a number, matched to an order later, or closed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.enums.receiving import UnannouncedState
from returns.errors import UnannouncedMovedOn
from returns.events import (
    SurplusFound,
    UnannouncedClosed,
    UnannouncedMatched,
    UnannouncedReceived,
)
from returns.models import ReceivingPhoto, Return, UnannouncedGoods
from returns.rules.receiving import number_without_signs

if TYPE_CHECKING:
    from commerce.models import Order


def receive_unannounced(
    *,
    tracking_number: str,
    note: str,
    at: datetime,
    actor: str,
    quantity: int = 1,
    photo: ReceivingPhoto | None = None,
) -> UnannouncedGoods:
    """Keep a parcel that no return announced, until it is known whose it is.

    Publishes UnannouncedReceived.
    """
    with transaction.atomic():
        goods: UnannouncedGoods = UnannouncedGoods.objects.create(
            number=_next_number(),
            tracking_number=number_without_signs(tracking_number)[:120],
            quantity=quantity,
            note=note,
            photo=photo,
            received_at=at,
            received_by=actor,
        )
        append(UnannouncedReceived(unannounced_id=goods.public_id), at=at, actor=actor)
    return goods


def note_surplus(
    case: Return,
    *,
    title: str,
    quantity: int,
    at: datetime,
    actor: str,
    note: str = "",
    photo: ReceivingPhoto | None = None,
) -> UnannouncedGoods:
    """Keep units that came with a return beyond what it announced; they are not paid for.

    The caller holds the order's lock. Publishes SurplusFound, which tells the shopper.
    """
    goods: UnannouncedGoods = UnannouncedGoods.objects.create(
        number=_next_number(),
        title=title[:255],
        quantity=quantity,
        note=note,
        photo=photo,
        order=case.order,
        case=case,
        received_at=at,
        received_by=actor,
    )
    append(
        SurplusFound(
            order_id=case.order.public_id,
            return_id=case.public_id,
            unannounced_id=goods.public_id,
            quantity=quantity,
        ),
        at=at,
        actor=actor,
    )
    return goods


def _next_number() -> str:
    lock("unannounced goods number")
    return f"G-{UnannouncedGoods.objects.count() + 1}"


def match_unannounced(
    *, unannounced_id: str, order: Order, case: Return | None, at: datetime, actor: str
) -> UnannouncedGoods:
    """Say which order, and perhaps which of its returns, goods belong to.

    Publishes UnannouncedMatched. Raises UnannouncedMovedOn for goods that are closed.
    """
    with transaction.atomic():
        goods = _lock(unannounced_id)
        goods.state, goods.order, goods.case = UnannouncedState.MATCHED, order, case
        goods.save()
        append(
            UnannouncedMatched(
                unannounced_id=goods.public_id,
                order_id=order.public_id,
                return_id=case.public_id if case else "",
            ),
            at=at,
            actor=actor,
        )
    return goods


def close_unannounced(
    *, unannounced_id: str, answer: str, at: datetime, actor: str
) -> UnannouncedGoods:
    """End the search for whose goods these are; `answer` is what became of them.

    Publishes UnannouncedClosed. Raises UnannouncedMovedOn where they are closed.
    """
    with transaction.atomic():
        goods = _lock(unannounced_id)
        goods.state, goods.answer = UnannouncedState.CLOSED, answer
        goods.closed_at, goods.closed_by = at, actor
        goods.save()
        order_id = goods.order.public_id if goods.order else ""
        append(
            UnannouncedClosed(unannounced_id=goods.public_id, order_id=order_id),
            at=at,
            actor=actor,
        )
    return goods


def _lock(public_id: str) -> UnannouncedGoods:
    goods: UnannouncedGoods = UnannouncedGoods.objects.select_for_update(no_key=True).get(
        public_id=public_id
    )
    if goods.state == UnannouncedState.CLOSED:
        raise UnannouncedMovedOn
    return goods
