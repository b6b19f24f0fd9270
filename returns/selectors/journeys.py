"""Reads of when goods left and arrived, from which return windows count."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from commerce.selectors import list_fulfilments, list_lines
from commerce.selectors.orders import fulfilled_quantities
from returns.selectors.holds import never_sent_units
from tracking.selectors import list_deliveries

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine


@dataclass(frozen=True, kw_only=True)
class Journey:
    """When units of a line left and arrived; a date where the carrier told no time."""

    shipped: datetime | None
    delivered: datetime | date | None = None


def journeys(order: Order) -> dict[int, Journey]:
    """Return the last journey of each line (by row id) that has left.

    The parcel that comes last decides. While one parcel of a line has not arrived, as far as
    anyone knows, the line counts as not delivered.
    """
    found: dict[int, list[Journey]] = {}
    for parcel in list_deliveries(order):
        journey = Journey(shipped=parcel.sent_at, delivered=parcel.at or parcel.on)
        if journey.shipped or journey.delivered:
            found.setdefault(parcel.line_id, []).append(journey)
    for fulfilment in list_fulfilments(order):
        for line in fulfilment.lines.all():
            found.setdefault(line.order_line_id, [Journey(shipped=fulfilment.created_at)])
    return {line: _last(parcels) for line, parcels in found.items()}


def whole_journeys(order: Order) -> dict[int, Journey]:
    """Return journeys as the law sees them: a line has arrived when its last unit has.

    A line of which units are still to be sent counts as not delivered. Units that were called off,
    or settled without a return, are not waited for.
    """
    found = journeys(order)
    travelled = [line for line in list_lines(order) if line.pk in found]
    for line in lines_to_send(order, travelled, found):
        found[line] = replace(found[line], delivered=None)
    return found


def lines_to_send(
    order: Order, lines: Sequence[OrderLine], travelled: Container[int]
) -> frozenset[int]:
    """Return which of some lines (by row id) have goods that are still to be sent.

    `travelled` are the lines of which a parcel is known: without its fulfilment it has taken the
    line as a whole. Units that were called off, or settled without a return, are not waited for.
    """
    sent = fulfilled_quantities(order)
    left = {
        line.pk: line.quantity - sent.get(line.pk, line.quantity if line.pk in travelled else 0)
        for line in lines
        if line.requires_shipping
    }
    if not any(units > 0 for units in left.values()):
        return frozenset()
    never = never_sent_units(order)
    return frozenset(line for line, units in left.items() if units > never.get(line, 0))


def _last(parcels: Sequence[Journey]) -> Journey:
    shipped = max((parcel.shipped for parcel in parcels if parcel.shipped), default=None)
    arrivals = [parcel.delivered for parcel in parcels if parcel.delivered is not None]
    if len(arrivals) < len(parcels):
        return Journey(shipped=shipped)
    return Journey(shipped=shipped, delivered=max(arrivals, key=lambda moment: moment.isoformat()))
