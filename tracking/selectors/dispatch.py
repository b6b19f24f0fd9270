"""Reads of orders that leave later than planned."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from commerce import selectors as commerce
from commerce.selectors.picks import units_to_send
from tracking.models import DispatchDelay
from tracking.rules import WorkCalendar
from tracking.rules.dispatch import late_if_placed_before, waiting_units
from tracking.selectors.preferences import get_tracking_settings

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine

OVERLOOKED = timedelta(days=14)
"""An order that should have left so long ago was overlooked: nobody is told of it any more."""


def find_standing(order: Order) -> DispatchDelay | None:
    """Return what the shop says of an order that leaves later, or None."""
    return DispatchDelay.objects.filter(order=order, ended_at=None).first()


def get_dispatch_delay(public_id: str) -> DispatchDelay:
    """Return what was said of an order, with it; raises DispatchDelay.DoesNotExist."""
    found: DispatchDelay = DispatchDelay.objects.select_related("order").get(public_id=public_id)
    return found


def has_left(order: Order) -> bool:
    """Say whether anything of an order was sent."""
    return bool(commerce.fulfilled_quantities(order))


def lines_left(order: Order) -> list[tuple[OrderLine, int]]:
    """Return the lines of which units are still to be sent, each with how many."""
    left = units_to_send(order)
    return [(line, left[line.pk]) for line in commerce.list_lines(order) if line.pk in left]


def units_left(order: Order) -> dict[str, int]:
    """Return how many units of each line, by its public id, are still to be sent."""
    return {line.public_id: count for line, count in lines_left(order)}


def waiting_of(delay: DispatchDelay) -> dict[str, int]:
    """Return those units a word is about that are still to be sent."""
    return waiting_units(delay.units, units_left(delay.order))


def narrow_to_late(orders: QuerySet[Order], *, at: datetime) -> QuerySet[Order]:
    """Return those orders that should have left and have not; none where that is not watched.

    Orders that were old news when they came in are left out.
    """
    placed_before = late_before(at)
    if placed_before is None:
        return orders.none()
    return commerce.narrow_to_unsent(orders, placed_before=placed_before)


def late_before(at: datetime) -> datetime | None:
    """Return the instant before which orders were placed that are late, or None."""
    within = get_tracking_settings().leaves_within_days
    if not within:
        return None
    merchant = commerce.get_merchant()
    calendar = WorkCalendar(destination=merchant.country, zone=merchant.time_zone)
    today = at.astimezone(merchant.zone).date()
    day = late_if_placed_before(calendar, within=within, today=today)
    return datetime.combine(day, time.min, tzinfo=merchant.zone)
