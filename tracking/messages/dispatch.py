"""What tracking tells of orders that have not left: the shop's own word, and that it has none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from commerce.selectors import get_merchant, get_order, list_lines
from notifications.ports import (
    OF_ORDER,
    AlertKind,
    MessageKind,
    MessageVariables,
    register_alert,
    register_kind,
)
from notifications.selectors import order_variables, spoken_locale
from postexp.kernel import clock
from tracking.enums import DispatchCause, DispatchEnd
from tracking.events import OrderDelayed, OrderLateToLeave, OrderStatedDayPassed
from tracking.messages.facts import today, why_not_wanted
from tracking.models import DispatchDelay
from tracking.ports import cancel_page
from tracking.selectors.dispatch import (
    find_standing,
    get_dispatch_delay,
    has_left,
    units_left,
    waiting_of,
)
from tracking.serializers.dispatch import items_of, represent_lateness

if TYPE_CHECKING:
    from commerce.models import Order

_LEFT = gettext_noop("It was sent in the meantime.")


def delayed_variables(event: OrderDelayed) -> MessageVariables:
    """The order, and what the shop says of it."""
    return _delayed(get_dispatch_delay(event.delay_id))


def why_not_delayed(object_id: str) -> str:
    """Why a word about an order, `odl_…:1` for the first of its delay, is not to be said now."""
    delay_id, _colon, turn = object_id.partition(":")
    delay = get_dispatch_delay(delay_id)
    if delay.ended_because == DispatchEnd.TAKEN_BACK:
        return gettext_noop("It was taken back that the order leaves later.")
    if reason := why_not_wanted(delay.order):
        return reason
    if delay.turn != int(turn):
        return gettext_noop("There is newer news of the delay.")
    if not waiting_of(delay):
        return _LEFT
    if delay.last_day and delay.last_day < today():
        return gettext_noop("The day it names has passed.")
    return ""


def delayed_example(order_id: str) -> MessageVariables:
    """The order, as if nothing of it had been sent, and it were out of stock for a few days."""
    order, first = get_order(order_id), today() + timedelta(days=4)
    delay = DispatchDelay(
        order=order,
        units=_all_units(order),
        cause=DispatchCause.BACKORDERED,
        first_day=first,
        last_day=first + timedelta(days=2),
        stated_at=clock.now(),
    )
    told = {
        **represent_lateness(delay, locale=order.locale),
        "items": items_of(order, delay.units),
        "is_whole": True,
    }
    return order_variables(order_id, delay=told)


def late_variables(event: OrderLateToLeave) -> MessageVariables:
    """The order, and what of it is still to be sent; no day and no cause."""
    return _late(get_order(event.order_id))


def why_not_late(order_id: str) -> str:
    """Why it is no news that an order has not left."""
    order = get_order(order_id)
    if reason := why_not_wanted(order):
        return reason
    if find_standing(order) is not None:
        return gettext_noop("The shop has said itself that it leaves later.")
    return _LEFT if has_left(order) or not units_left(order) else ""


def late_example(order_id: str) -> MessageVariables:
    """The order, as if nothing of it had been sent."""
    order = get_order(order_id)
    found = _late(order)
    late = {**found.facts["late"], "items": items_of(order, _all_units(order))}
    return order_variables(order_id, late=late)


def _delayed(delay: DispatchDelay) -> MessageVariables:
    locale = spoken_locale(delay.order.locale, get_merchant())
    return order_variables(delay.order.public_id, delay=represent_lateness(delay, locale=locale))


def _late(order: Order) -> MessageVariables:
    late = {
        "items": items_of(order, units_left(order)),
        "cancel_url": cancel_page(order, spoken_locale(order.locale, get_merchant())),
    }
    return order_variables(order.public_id, late=late)


def _all_units(order: Order) -> dict[str, int]:
    return {line.public_id: line.quantity for line in list_lines(order) if line.requires_shipping}


register_kind(
    MessageKind(
        name="order.delayed",
        room="tracking",
        title=pgettext_lazy("kind of message", "Order leaves later"),
        event=OrderDelayed,
        object_id=lambda event: f"{event.delay_id}:{event.turn}",
        variables=delayed_variables,
        tells=(*OF_ORDER, "delay"),
        still_true=why_not_delayed,
        example=delayed_example,
    )
)
register_kind(
    MessageKind(
        name="order.late_to_leave",
        room="tracking",
        title=pgettext_lazy("kind of message", "Order has not left yet"),
        event=OrderLateToLeave,
        object_id=lambda event: event.order_id,
        variables=late_variables,
        tells=(*OF_ORDER, "late"),
        still_true=why_not_late,
        default_on=False,
        example=late_example,
    )
)
register_alert(
    AlertKind(
        name="order.late_to_leave",
        title=_("Order late to leave"),
        event=OrderLateToLeave,
        object_id=lambda event: event.order_id,
        detail=lambda event: get_order(event.order_id).number,
        page=lambda event: ("order_detail", [event.order_id]),
        icon="clock",
    )
)
register_alert(
    AlertKind(
        name="order.stated_day_passed",
        title=_("Day named for an order has passed"),
        event=OrderStatedDayPassed,
        object_id=lambda event: f"{event.delay_id}:{event.last_day}",
        detail=lambda event: get_order(event.order_id).number,
        page=lambda event: ("order_detail", [event.order_id]),
        icon="clock",
    )
)
