"""A shipment as `parse_tracking` prints it: our reading of one payload, as plain JSON values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tracking.enums import Status
from tracking.rules import (
    UNDATED,
    Action,
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    PlacedEvent,
    action_of,
    delay_of,
    fold,
    place,
)


def read_out(shipment: NormalisedShipment) -> dict[str, Any]:
    """Return what one payload tells of a shipment, judged as of the payload's own time.

    Instants are UTC, or null where the payload gives none; events are oldest first.
    """
    rows = place(shipment.events)
    state = fold(rows, shipment.summary)
    told_at = shipment.reported_at or _newest(rows)
    estimate = shipment.estimate
    first = shipment.first_estimate or (estimate.day if estimate else None)
    delay = delay_of(
        state,
        rows,
        first_estimate=first,
        latest_estimate=estimate.day if estimate else None,
        estimate_changed_at=told_at,
        zone="UTC",
        at=told_at,
        told_over_all=(told_at, shipment.delay_reason) if shipment.delay_reason else None,
    )
    arrived = state.entered_by if state.status is Status.DELIVERED else None
    return {
        "tracking_number": shipment.tracking_number,
        "carrier": shipment.carrier or None,
        "status": state.status.value,
        "substatus": state.substatus or None,
        "delayed": delay.is_delayed or delay.cleared_at is not None,
        "delay_reason": delay.reason.value if delay.reason else None,
        "delivered_at_utc": _utc(arrived.event.occurred_at) if arrived else None,
        "estimated_delivery": _estimate(estimate, shipment) if estimate else None,
        "action_required": _action(action_of(state, shipment.action)),
        "events": [_event(row.event) for row in rows],
    }


def _newest(rows: list[PlacedEvent]) -> datetime:
    return max((row.sort_at for row in rows), default=UNDATED)


def _event(event: NormalisedEvent) -> dict[str, Any]:
    return {
        "timestamp_utc": _utc(event.occurred_at),
        "timestamp_local": event.local_time or None,
        "time_precision": event.time_precision.value,
        "status": event.status.value if event.status else None,
        "substatus": event.substatus or None,
        "location": event.location or None,
        "raw_code": event.raw_code or None,
        "raw_description": event.raw_description or None,
    }


def _estimate(estimate: Estimate, shipment: NormalisedShipment) -> dict[str, Any]:
    """Return the day at the destination, with the first one and the window where they are told."""
    told: dict[str, Any] = {"date": estimate.day.isoformat()}
    if shipment.first_estimate:
        told["first_date"] = shipment.first_estimate.isoformat()
    if estimate.starts_at:
        told["from_utc"] = _utc(estimate.starts_at)
    if estimate.ends_at:
        told |= {
            "to_utc": _utc(estimate.ends_at),
            "until_utc": _utc(estimate.ends_at),
            "until_local": estimate.ends_at.isoformat(),
        }
    if estimate.starts_at and estimate.ends_at:
        told["window_local"] = [
            moment.strftime("%H:%M") for moment in (estimate.starts_at, estimate.ends_at)
        ]
    return told


def _action(action: Action | None) -> dict[str, Any] | None:
    if action is None:
        return None
    until = action.until.isoformat() if action.until else None
    return {"who": action.who.value, "what": action.what.value, "until": until}


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
