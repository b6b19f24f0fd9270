"""Reads of how far the warehouse is with an order."""

from __future__ import annotations

from commerce.models import LineProgress, Order, OrderLine
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
