"""Reads of scans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tracking.enums import DelayReason, Status, TimePrecision
from tracking.models import ShipmentEvent
from tracking.rules import NormalisedEvent, PlacedEvent, in_reading_order


def scans_of(shipment_ids: Iterable[int]) -> dict[int, list[PlacedEvent]]:
    """Return all scans of shipments (by row id), each list in reading order, in one query."""
    found: defaultdict[int, list[PlacedEvent]] = defaultdict(list)
    for row in ShipmentEvent.objects.filter(shipment_id__in=list(shipment_ids)):
        found[row.shipment_id].append(placed(row))
    return {shipment_id: in_reading_order(rows) for shipment_id, rows in found.items()}


def placed(row: ShipmentEvent) -> PlacedEvent:
    """Return a stored row as the rules know it."""
    return PlacedEvent(
        sort_at=row.sort_at,
        key=row.key,
        event=NormalisedEvent(
            source=row.source,
            occurred_at=row.occurred_at,
            local_time=row.local_time,
            time_precision=TimePrecision(row.time_precision),
            zone=row.zone,
            status=Status(row.status) if row.status else None,
            substatus=row.substatus,
            location=row.location,
            raw_code=row.raw_code,
            raw_description=row.raw_description,
            external_id=row.external_id,
            position=row.position,
            delay_reason=DelayReason(row.delay_reason) if row.delay_reason else None,
        ),
    )
