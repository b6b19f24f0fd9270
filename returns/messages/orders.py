"""What shoppers are told of orders that were cancelled outside the cancellations of returns."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from commerce.events import OrderCancelled
from commerce.selectors import get_order
from commerce.selectors.picks import line_progress
from commerce.serializers import instant, money
from notifications.ports import OF_ORDER, MessageKind, MessageVariables, register_kind
from notifications.selectors import order_variables
from postexp.kernel import clock
from returns.enums import WithdrawalEnd
from returns.selectors.withdrawals import list_withdrawals_of_order

if TYPE_CHECKING:
    from commerce.models import Order

FRESH = timedelta(hours=48)
"""Older cancellations come in with an import; nobody is written to about them."""


def cancelled_variables(event: OrderCancelled) -> MessageVariables:
    """The order, and what is known of its money."""
    found = order_variables(event.order_id, cancelled_order=_told(get_order(event.order_id)))
    if datetime.fromisoformat(event.happened_at) < clock.now() - FRESH:
        return replace(found, too_late=gettext_noop("It happened over two days ago."))
    return found


def why_not_cancelled(order_id: str) -> str:
    """Why a cancelled order is not told of: it is none any more, or its shopper knows."""
    order = get_order(order_id)
    if order.cancelled_at is None:
        return gettext_noop("The order is not cancelled any more.")
    if _is_covered(order):
        return gettext_noop("The shopper was told by a cancellation of their own.")
    return ""


def cancelled_example(order_id: str) -> MessageVariables:
    """The order, as if it had been cancelled now."""
    told = _told(get_order(order_id))
    return order_variables(order_id, cancelled_order={**told, "at": instant(clock.now())})


def _is_covered(order: Order) -> bool:
    """Say whether cancellations or a withdrawal of ours account for all that was not sent."""
    if any(one.end == WithdrawalEnd.CANCELLED for one in list_withdrawals_of_order(order)):
        return True
    lines = line_progress(order).values()
    stopped = any(line.stopped for line in lines)
    return stopped and all(line.stopped + line.fulfilled >= line.ordered for line in lines)


def _told(order: Order) -> dict[str, Any]:
    return {
        "at": instant(order.cancelled_at),
        "paid_back": money(order.given_back, order.currency) if order.given_back else None,
        "was_paid": order.captured > 0,
    }


register_kind(
    MessageKind(
        name="order.cancelled",
        room="returns",
        title=pgettext_lazy("kind of message", "Order cancelled by the shop"),
        event=OrderCancelled,
        object_id=lambda event: event.order_id,
        variables=cancelled_variables,
        tells=(*OF_ORDER, "cancelled_order"),
        still_true=why_not_cancelled,
        default_on=False,
        hint=_(
            "Most platforms write to the shopper themselves when an order is cancelled there."
            " Switch this on only where yours does not."
        ),
        example=cancelled_example,
    )
)
