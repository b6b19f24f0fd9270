"""What has become true of a shipment and was not published before."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracking.enums import PROBLEMS, Status
from tracking.events import (
    ParcelEvent,
    ShipmentChanged,
    ShipmentDelayed,
    ShipmentDelivered,
    ShipmentDispatched,
    ShipmentOutForDelivery,
    ShipmentProblem,
)
from tracking.models import Shipment
from tracking.rules import Delay, PlacedEvent, ShipmentState, day_of

FRESH = timedelta(hours=48)
"""Older news are kept and shown, but nobody is written to about them."""


def news_of(
    shipment: Shipment, state: ShipmentState, delay: Delay, *, zone: str, at: datetime
) -> list[ParcelEvent]:
    """Return the events to publish, and note on the shipment that they were told.

    ShipmentChanged comes always; a milestone comes once for each turn to its status, however often
    and in whatever order its scans arrive. When several turns are learnt at once, the newest tells.
    """
    shipment_id, order_id = shipment.public_id, shipment.order_ref
    news: list[ParcelEvent] = [
        ShipmentChanged(
            shipment_id=shipment_id,
            order_id=order_id,
            status=shipment.status,
            substatus=shipment.substatus,
        )
    ]
    if shipment.dispatched_at and order_id and _is_untold(shipment, "dispatched", 1):
        news.append(
            ShipmentDispatched(
                shipment_id=shipment_id,
                order_id=order_id,
                happened_at=shipment.dispatched_at.isoformat(),
                historic=shipment.dispatched_at < at - FRESH,
            )
        )
    turn, scan = _turns(state, Status.OUT_FOR_DELIVERY)
    if _is_untold(shipment, "out_for_delivery", turn):
        news.append(
            ShipmentOutForDelivery(
                shipment_id=shipment_id,
                order_id=order_id,
                happened_at=_told_at(scan, zone),
                turn=turn,
                historic=_is_historic(scan, at),
            )
        )
    turn, scan = _turns(state, Status.DELIVERED)
    if _is_untold(shipment, "delivered", turn):
        moment = scan.event.occurred_at if scan else None
        day = day_of(scan.event, zone) if scan else None
        news.append(
            ShipmentDelivered(
                shipment_id=shipment_id,
                order_id=order_id,
                happened_at=_told_at(scan, zone),
                turn=turn,
                historic=_is_historic(scan, at),
                delivered_at=moment.isoformat() if moment else "",
                delivered_on=day.isoformat() if day else "",
            )
        )
    turn, scan = _turns(state, *PROBLEMS)
    if _is_untold(shipment, "problem", turn):
        status = scan.event.status if scan and scan.event.status else state.status
        news.append(
            ShipmentProblem(
                shipment_id=shipment_id,
                order_id=order_id,
                happened_at=_told_at(scan, zone),
                turn=turn,
                historic=_is_historic(scan, at),
                status=status,
                substatus=scan.event.substatus if scan else state.substatus,
            )
        )
    if _is_untold(shipment, "delayed", int(delay.is_delayed)):
        news.append(
            ShipmentDelayed(
                shipment_id=shipment_id,
                order_id=order_id,
                happened_at=delay.detected_at.isoformat() if delay.detected_at else "",
                source=delay.source or "",
                reason=delay.reason or "",
                first_estimate=str(delay.first_estimate or ""),
                latest_estimate=str(delay.latest_estimate or ""),
            )
        )
    return news


def _turns(state: ShipmentState, *statuses: Status) -> tuple[int, PlacedEvent | None]:
    """Return how often these statuses were entered, and the last scan that did.

    A status that only a summary knows was entered once, by no scan.
    """
    turns = state.turns_to(*statuses)
    if turns:
        return len(turns), turns[-1]
    return int(state.latest is None and state.status in statuses), None


def _is_untold(shipment: Shipment, name: str, turns: int) -> bool:
    if turns <= shipment.told.get(name, 0):
        return False
    shipment.told[name] = turns
    return True


def _told_at(scan: PlacedEvent | None, zone: str) -> str:
    """Return the instant of a scan, its day where no more is known, or empty."""
    told = (scan.event.occurred_at or day_of(scan.event, zone)) if scan else None
    return told.isoformat() if told else ""


def _is_historic(scan: PlacedEvent | None, at: datetime) -> bool:
    return scan is not None and scan.sort_at < at - FRESH
