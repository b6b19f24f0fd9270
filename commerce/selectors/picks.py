"""Reads of how far the warehouse is with an order."""

from __future__ import annotations

from collections import Counter

from commerce.models import LineProgress, Order, OrderLine, PlatformRefund
from commerce.rules.picks import Progress
from commerce.selectors.orders import fulfilled_quantities


def line_progress(order: Order) -> dict[int, Progress]:
    """Return how far each line (by row id) of an order is."""
    told = {one.order_line_id: one for one in LineProgress.objects.filter(order_line__order=order)}
    fulfilled = fulfilled_quantities(order)
    lines = OrderLine.objects.filter(order=order).values_list("pk", "quantity")
    return {
        line: Progress(
            ordered=quantity,
            picked=told[line].picked if line in told else 0,
            fulfilled=fulfilled.get(line, 0),
            stopped=told[line].stopped if line in told else 0,
        )
        for line, quantity in lines
    }


def units_to_send(order: Order) -> dict[int, int]:
    """Return how many units of each line (by row id) are still to be sent, by the lines' order.

    Units that were paid back are not counted on, whether they had left or not.
    """
    if order.cancelled_at is not None:
        return {}
    progress, paid_back = line_progress(order), _paid_back(order)
    lines = OrderLine.objects.filter(order=order, requires_shipping=True).order_by("position")
    return {
        line.pk: left
        for line in lines
        if (
            left := line.quantity
            - progress[line.pk].fulfilled
            - max(progress[line.pk].stopped, paid_back[line.external_id])
        )
        > 0
    }


def _paid_back(order: Order) -> Counter[str]:
    """Return how many units of each line, by its external id, the platform paid back."""
    units: Counter[str] = Counter()
    for told in PlatformRefund.objects.filter(order=order).values_list("lines", flat=True):
        for line in told:
            units[line["line_external_id"]] += line["quantity"]
    return units
