"""Reads of units that are promised to a return or a cancellation and not settled yet."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import F, Sum

from returns.enums import SettlementKind
from returns.models import CancellationLine, ReturnLine, SettlementLine
from returns.rules.states import HOLDING, OPEN

if TYPE_CHECKING:
    from commerce.models import Order


def held_units(order: Order) -> dict[int, int]:
    """Return how many units of each line (by row id) are being cancelled and not settled yet."""
    lines = CancellationLine.objects.filter(
        cancellation__order=order, cancellation__state__in=HOLDING
    )
    return dict(
        lines.order_by()
        .values_list("order_line_id")
        .annotate(units=Sum(F("quantity") - F("too_late")))
    )


def never_sent_units(order: Order) -> dict[int, int]:
    """Return how many units of each line (by row id) are cancelled, or refunded without a return.

    Goodwill is no such refund: it settles nothing.
    """
    settled = SettlementLine.objects.filter(order_line__order=order, called_off=False)
    counted = Counter(
        dict(
            settled.exclude(settlement__kind=SettlementKind.RETURN)
            .order_by()
            .values_list("order_line_id")
            .annotate(units=Sum("quantity"))
        )
    )
    counted.update(held_units(order))
    return dict(counted)


def returning_units(order: Order) -> dict[int, int]:
    """Return how many units of each line (by row id) open returns hold on to."""
    lines = ReturnLine.objects.filter(order_line__order=order, case__state__in=OPEN)
    return dict(
        lines.order_by()
        .values_list("order_line_id")
        .annotate(units=Sum(F("quantity") - F("settled") - F("refused")))
    )
