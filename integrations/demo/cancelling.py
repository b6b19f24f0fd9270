"""The cancellations of the demo, asked for and carried out through the services."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from commerce import selectors as commerce
from commerce.errors import CommerceError
from commerce.services.picks import pick_the_rest
from integrations.demo.journeys import CalledOff
from integrations.demo.returning import Settle
from postexp.kernel import clock
from returns.errors import ReturnsError
from returns.rules.cancellations import CANCEL_UNDO_TIME, CancelWish
from returns.selectors import get_settlement
from returns.selectors.cancellations import get_cancellation
from returns.services import refund_succeeded
from returns.services.cancellations import request_cancellation, withdraw_cancellation
from returns.services.cancelling import carry_out_cancellation

if TYPE_CHECKING:
    from returns.models import Cancellation


def play(wish: CalledOff, *, actor: str, now: datetime, settle: Settle) -> None:
    """Cancel an order and bring that as far as the wish says, never beyond `now`."""
    order = commerce.get_order_by_external_id(wish.order_external_id)
    if order is None:
        return
    with clock.played(wish.at), suppress(ReturnsError, CommerceError):
        if wish.ends == "too_late":
            pick_the_rest(order_id=order.public_id, at=wish.at, actor=actor)
        asked = request_cancellation(
            order_id=order.public_id,
            wishes=[
                CancelWish(line=line.public_id, quantity=line.quantity)
                for line in commerce.list_lines(order)
            ],
            at=wish.at,
            actor="shopper",
        )
        _go_on(asked, wish, actor=actor, now=now, settle=settle)


def _go_on(
    asked: Cancellation, wish: CalledOff, *, actor: str, now: datetime, settle: Settle
) -> None:
    settle(wish.at)
    at = wish.at + timedelta(minutes=2)
    if wish.ends == "withdrawn" and at <= now:
        with clock.played(at):
            withdraw_cancellation(cancellation_id=asked.public_id, at=at, actor="shopper")
        return
    at = wish.at + CANCEL_UNDO_TIME + timedelta(seconds=20)
    if at > now:
        return
    with clock.played(at):
        carry_out_cancellation(cancellation_id=asked.public_id, at=at)
    settle(at)
    at += timedelta(hours=3)
    settlement = get_cancellation(asked.public_id).settlement
    if wish.ends != "refunded" or settlement is None or at > now:
        return
    with clock.played(at):
        for refund in get_settlement(settlement.public_id).refunds.all():
            refund_succeeded(refund.public_id, reference="demo", at=at, actor=actor)
