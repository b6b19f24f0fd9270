"""The cancellations of the demo, asked for and carried out through the services."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from commerce import selectors as commerce
from commerce.errors import CommerceError
from commerce.services.picks import pick_the_rest
from integrations.demo.journeys import CalledOff
from integrations.demo.returning import Settle
from postexp.kernel import clock
from returns.errors import ReturnsError
from returns.rules.cancellations import CancelWish
from returns.selectors import get_settlement
from returns.selectors.cancellations import list_cancellations_of_order
from returns.services import refund_succeeded
from returns.services.cancellations import request_cancellation, withdraw_cancellation
from returns.services.cancelling import carry_out_cancellation

if TYPE_CHECKING:
    from returns.models import Cancellation


def play(wish: CalledOff, *, actor: str, settle: Settle) -> None:
    """Cancel an order as its shopper would, where that can be."""
    order = commerce.get_order_by_external_id(wish.order_external_id)
    if order is None:
        return
    with clock.played(wish.at), suppress(ReturnsError, CommerceError):
        if wish.ends == "too_late":
            pick_the_rest(order_id=order.public_id, at=wish.at, actor=actor)
        request_cancellation(
            order_id=order.public_id,
            wishes=[
                CancelWish(line=line.public_id, quantity=line.quantity)
                for line in commerce.list_lines(order)
            ],
            at=wish.at,
            actor="shopper",
        )
    settle(wish.at)


def go_on(wish: CalledOff, *, move: str, at: datetime, actor: str, settle: Settle) -> None:
    """Take the next step with a cancellation, where it was asked for."""
    asked = _asked(wish)
    if asked is None:
        return
    with clock.played(at), suppress(ReturnsError, CommerceError):
        if move == "withdraw":
            withdraw_cancellation(cancellation_id=asked.public_id, at=at, actor="shopper")
        elif move == "carry_out":
            carry_out_cancellation(cancellation_id=asked.public_id, at=at)
        elif asked.settlement is not None:
            for refund in get_settlement(asked.settlement.public_id).refunds.all():
                refund_succeeded(refund.public_id, reference="demo", at=at, actor=actor)
    settle(at)


def _asked(wish: CalledOff) -> Cancellation | None:
    order = commerce.get_order_by_external_id(wish.order_external_id)
    asked = list_cancellations_of_order(order) if order else []
    return next((one for one in asked if one.requested_at == wish.at), None)
