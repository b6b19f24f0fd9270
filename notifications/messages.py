"""The kinds of message about orders; commerce stands below and cannot declare them itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_noop, pgettext_lazy

from commerce.events import OrderPlaced
from commerce.selectors import get_order
from notifications.ports import MessageKind, MessageVariables, register_kind
from notifications.selectors import order_variables


def thanks_variables(event: OrderPlaced) -> MessageVariables:
    """Thank for an order that was just placed; for an old one that is only taken in late, thanks
    would come too late.
    """
    found = order_variables(event.order_id)
    if event.historic:
        return replace(found, too_late=gettext_noop("The order was placed over two days ago."))
    return found


def why_no_thanks(order_id: str) -> str:
    """A cancelled order is not thanked for."""
    if get_order(order_id).cancelled_at is not None:
        return gettext_noop("The order was cancelled.")
    return ""


register_kind(
    MessageKind(
        name="order.thanks",
        room="commerce",
        title=pgettext_lazy("kind of message", "Order thanks"),
        event=OrderPlaced,
        object_id=lambda event: event.order_id,
        variables=thanks_variables,
        still_true=why_no_thanks,
        useful_for=timedelta(hours=48),
        example=order_variables,
    )
)
