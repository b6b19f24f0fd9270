"""Reads of when goods left and arrived, from which return windows count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from commerce.selectors import list_fulfilments
from tracking.selectors import list_deliveries

if TYPE_CHECKING:
    from commerce.models import Order


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


def _last(parcels: Sequence[Journey]) -> Journey:
    shipped = max((parcel.shipped for parcel in parcels if parcel.shipped), default=None)
    arrivals = [parcel.delivered for parcel in parcels if parcel.delivered is not None]
    if len(arrivals) < len(parcels):
        return Journey(shipped=shipped)
    return Journey(shipped=shipped, delivered=max(arrivals, key=lambda moment: moment.isoformat()))
