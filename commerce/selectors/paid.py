"""Reads of what orders were paid, for many at once in as few queries as for one."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from commerce.models import Order, OrderDiscount, OrderLine, ShippingLine, Tender


@dataclass(kw_only=True)
class Sale:
    """What was sold with an order and how it was paid, each list as its own selector gives it."""

    lines: list[OrderLine] = field(default_factory=list)
    shipping_lines: list[ShippingLine] = field(default_factory=list)
    discounts: list[OrderDiscount] = field(default_factory=list)
    tenders: list[Tender] = field(default_factory=list)


def sales_of(orders: Collection[Order]) -> dict[int, Sale]:
    """Return what was sold with each order (by row id), in four queries."""
    sales = {order.pk: Sale() for order in orders}
    for line in OrderLine.objects.filter(order__in=sales).order_by("position"):
        sales[line.order_id].lines.append(line)
    for shipping in ShippingLine.objects.filter(order__in=sales).order_by("id"):
        sales[shipping.order_id].shipping_lines.append(shipping)
    for discount in OrderDiscount.objects.filter(order__in=sales).order_by("id"):
        sales[discount.order_id].discounts.append(discount)
    for tender in Tender.objects.filter(order__in=sales).order_by("position"):
        sales[tender.order_id].tenders.append(tender)
    return sales


def count_orders_so_far(orders: Iterable[Order]) -> dict[int, int]:
    """Return how many orders the customer of each order (by row id) had placed then, itself too.

    Orders without a customer are left out, as are tests and replacements.
    """
    known = [order for order in orders if order.customer_id is not None]
    placed = list_times_placed(known)
    return {
        order.pk: max(1, bisect_right(placed[order.customer_id or 0], order.placed_at))
        for order in known
    }


def list_times_placed(orders: Iterable[Order]) -> Mapping[int, list[datetime]]:
    """Return when the customers of some orders placed any, by their row, the first order first.

    Tests and replacements are left out; a customer without any has none.
    """
    placed: defaultdict[int, list[datetime]] = defaultdict(list)
    of_customers = Order.objects.filter(
        customer__in={order.customer_id for order in orders}, test=False, sale=None
    )
    for customer, moment in of_customers.order_by("placed_at").values_list(
        "customer_id", "placed_at"
    ):
        placed[customer].append(moment)
    return placed
