"""Reads for the figures and charts of the home page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from commerce.models import Merchant, Order
from postexp.kernel.replica import from_replica

SPAN = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The orders of one day of the shop; money in minor units of the shop's currency."""

    on: date
    orders: int = 0
    captured: int = 0
    given_back: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The last days of a shop beside as many before them, oldest first, without test orders."""

    days: Sequence[Day]
    before: Sequence[Day]

    @property
    def orders(self) -> int:
        """Orders of the last days."""
        return sum(day.orders for day in self.days)

    @property
    def orders_before(self) -> int:
        """Orders of the days before them."""
        return sum(day.orders for day in self.before)

    @property
    def captured(self) -> int:
        """Money captured for the orders of the last days."""
        return sum(day.captured for day in self.days)

    @property
    def given_back(self) -> int:
        """How much of it was given back since."""
        return sum(day.given_back for day in self.days)

    @property
    def today(self) -> Day:
        """The day that is not over yet."""
        return self.days[-1]


@from_replica
def course_of_orders(merchant: Merchant, *, at: datetime, days: int = SPAN) -> Course:
    """Return orders and money by day in the shop's zone, up to and with the day of `at`.

    Money counts orders in the shop's own currency alone: sums over currencies mean nothing. What
    follows from a sale, as a replacement does, is no sale.
    """
    today = at.astimezone(merchant.zone).date()
    first = today - timedelta(days=2 * days - 1)
    rows = (
        Order.objects.filter(
            placed_at__gte=datetime.combine(first, time.min, merchant.zone), test=False, sale=None
        )
        .annotate(on=TruncDate("placed_at", tzinfo=merchant.zone))
        .values("on", "currency")
        .annotate(orders=Count("id"), captured=Sum("captured"), given_back=Sum("given_back"))
        .order_by()
    )
    found: dict[date, Day] = {}
    for row in rows:
        known = found.get(row["on"], Day(on=row["on"]))
        own = row["currency"] == merchant.currency
        found[row["on"]] = Day(
            on=row["on"],
            orders=known.orders + row["orders"],
            captured=known.captured + (row["captured"] if own else 0),
            given_back=known.given_back + (row["given_back"] if own else 0),
        )
    every = [
        found.get(on, Day(on=on))
        for on in (first + timedelta(days=offset) for offset in range(2 * days))
    ]
    return Course(before=every[:days], days=every[days:])
