"""Orders as the dashboard lists them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from commerce.models import FulfilmentLine, Order, OrderLine
from commerce.selectors.orders import NOT_SENT, list_orders

PERIODS = {"7": timedelta(days=7), "30": timedelta(days=30), "90": timedelta(days=90)}


def list_order_rows(
    *, at: datetime, search: str = "", state: str = "", payment: str = "", period: str = ""
) -> QuerySet[Order]:
    """Return orders with `units` (to be sent) and `sent_units`, narrowed as the list asks.

    `state` and `search` as in `list_orders`; `payment` is a PaymentState; `period` is in PERIODS.
    """
    orders = list_orders(search=search, state=state)
    if payment:
        orders = orders.filter(payment_state=payment)
    if period in PERIODS:
        orders = orders.filter(placed_at__gte=at - PERIODS[period])
    return orders.annotate(
        units=_total(
            OrderLine.objects.filter(order=OuterRef("pk"), requires_shipping=True).order_by(),
            "order",
        ),
        sent_units=_total(
            FulfilmentLine.objects.filter(fulfilment__order=OuterRef("pk"))
            .exclude(fulfilment__status__in=NOT_SENT)
            .order_by(),
            "fulfilment__order",
        ),
    )


def _total(rows: QuerySet[OrderLine] | QuerySet[FulfilmentLine], key: str) -> Coalesce:
    total = rows.values(key).annotate(total=Sum("quantity")).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), Value(0))
