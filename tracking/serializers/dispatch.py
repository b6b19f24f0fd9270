"""An order that leaves later: as the API and messages tell it, and as pages word it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from commerce.selectors import get_merchant, list_lines
from commerce.serializers import instant
from postexp.design import formats
from tracking.enums import DispatchCause
from tracking.ports import cancel_page
from tracking.rules.dispatch import asks_consent, waiting_units
from tracking.selectors.dispatch import units_left
from tracking.serializers.represent import represent_units

if TYPE_CHECKING:
    from commerce.models import Order
    from tracking.models import DispatchDelay

CAUSES = {
    DispatchCause.BACKORDERED: pgettext_lazy("why an order leaves late", "Out of stock for now"),
    DispatchCause.SUPPLIER_LATE: pgettext_lazy(
        "why an order leaves late", "A supplier delivers later than planned"
    ),
    DispatchCause.WAREHOUSE_BUSY: pgettext_lazy(
        "why an order leaves late", "The warehouse is behind with its orders"
    ),
    DispatchCause.MADE_TO_ORDER: pgettext_lazy(
        "why an order leaves late", "Made to order, and it takes longer than planned"
    ),
    DispatchCause.BEING_CHECKED: pgettext_lazy(
        "why an order leaves late", "Being checked before it leaves"
    ),
}
"""Causes as the shop gives them; where it gives none, none is said."""


@dataclass(frozen=True, kw_only=True)
class DispatchBox:
    """What pages tell of units that leave later, in words; "" is not known and not said.

    `items` are the units where others of the order do not wait, else none. `contact` is the shop's
    address for letters, or "".
    """

    what: str
    leaves: str
    cause: str
    items: list[dict[str, Any]]
    contact: str


def represent_dispatch_delay(delay: DispatchDelay) -> dict[str, Any]:
    """Return what a shop says of an order that leaves later: `items` are the units it is about.

    Days are ISO 8601, both None where none can be named, and `cause` where none is.
    """
    return {
        "id": delay.public_id,
        "order_id": delay.order.public_id,
        "order_external_id": delay.order.external_id,
        "cause": delay.cause or None,
        "first_day": str(delay.first_day) if delay.first_day else None,
        "last_day": str(delay.last_day) if delay.last_day else None,
        "turn": delay.turn,
        "items": items_of(delay.order, delay.units),
        "stated_at": instant(delay.stated_at),
        "ended_at": instant(delay.ended_at),
        "ended_because": delay.ended_because or None,
    }


def represent_lateness(delay: DispatchDelay, *, locale: str) -> dict[str, Any]:
    """Return the same as a message tells it: `items` are the units that still wait.

    `window` is the days, or None; `is_whole` tells that nothing else of the order is to be sent,
    `asks_consent` that waiting is to be asked for, and not taken for granted. `cancel_url` is where
    the shopper cancels without asking, or "".
    """
    to_send = units_left(delay.order)
    waiting = waiting_units(delay.units, to_send)
    said_on = delay.stated_at.astimezone(get_merchant().zone).date()
    one_day = delay.first_day == delay.last_day
    return {
        **represent_dispatch_delay(delay),
        "items": items_of(delay.order, waiting),
        "window": {
            "date": str(delay.first_day),
            "until": None if one_day else str(delay.last_day),
        }
        if delay.days
        else None,
        "is_whole": waiting == to_send,
        "asks_consent": asks_consent(delay.days, said_on=said_on, turn=delay.turn),
        "cancel_url": cancel_page(delay.order, locale),
    }


def items_of(order: Order, units: dict[str, int]) -> list[dict[str, Any]]:
    """Return units, counted by the public id of their line, as the items of a parcel are."""
    return [
        represent_units(line, units[line.public_id])
        for line in list_lines(order)
        if line.public_id in units
    ]


def dispatch_box(
    delay: DispatchDelay | None, to_send: dict[str, int], *, at: datetime
) -> DispatchBox | None:
    """Return what pages tell of a word that stands; None without one, or once all is sent."""
    if delay is None or not (waiting := waiting_units(delay.units, to_send)):
        return None
    merchant = get_merchant()
    is_whole = waiting == to_send
    days, today = delay.days, at.astimezone(merchant.zone).date()
    if days is None:
        leaves = _("No day can be named yet")
    elif days.last < today:
        leaves = _("%(day)s has passed, and no new day is known yet") % {
            "day": formats.day(days.last)
        }
    else:
        leaves = formats.days(days.first, days.last)
    return DispatchBox(
        what=_("Your order leaves later than planned")
        if is_whole
        else _("Part of your order leaves later than planned"),
        leaves=leaves,
        cause=str(CAUSES[DispatchCause(delay.cause)]) if delay.cause else "",
        items=[] if is_whole else items_of(delay.order, waiting),
        contact=merchant.support_email,
    )
