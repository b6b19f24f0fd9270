"""What has become true of a shipment and was not published before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tracking.enums import PROBLEMS, DelaySource, Status
from tracking.events import (
    ParcelEvent,
    ReturnShipmentChanged,
    ShipmentArrivesTomorrow,
    ShipmentCameBack,
    ShipmentChanged,
    ShipmentDayNamed,
    ShipmentDelayed,
    ShipmentDelivered,
    ShipmentDispatched,
    ShipmentInTransit,
    ShipmentOutForDelivery,
    ShipmentPickupLate,
    ShipmentProblem,
    ShipmentReadyForPickup,
    ShipmentRecovered,
    ShipmentStillDelayed,
)
from tracking.models import Shipment
from tracking.rules import (
    NOT_LATE_ANY_MORE,
    Delay,
    PlacedEvent,
    Said,
    ShipmentState,
    Word,
    day_of,
    eve_of,
    next_word,
)
from tracking.rules.delay import STANDS_FOR
from tracking.selectors.told import said_of

FRESH = timedelta(hours=48)
"""Older news are kept and shown, but nobody is written to about them."""

PICKUP_IS_NEWS = timedelta(days=14)
"""Nobody is told of a parcel that has waited for its carrier for longer: it was overlooked."""

_FINAL = frozenset({"lost", "damaged", "disposed", "recipient_refused", "refused"})


def news_of(
    shipment: Shipment,
    state: ShipmentState,
    delay: Delay,
    *,
    pickup_late: int,
    zone: str,
    at: datetime,
    settle: Callable[[], timedelta],
) -> list[ParcelEvent]:
    """Return the milestones to publish, and note on the shipment that they were told.

    A milestone comes once for each turn to its status, however often and in whatever order its
    scans arrive. When several turns are learnt at once, the newest tells. That it waits to be
    picked up is told as often as `pickup_late` says that it is time to.
    A problem is told when it has lasted for `settle`, and never if it is over before; of a delay
    `next_word` says what is due, while the parcel is coming by its scans (`state`) and by what the
    row shows. `settles_at` says when something that waits is due.
    """
    shipment_id, order_id = shipment.public_id, shipment.order_ref
    news: list[ParcelEvent] = []
    if shipment.dispatched_at and order_id and _is_untold(shipment, "dispatched", 1):
        news.append(
            ShipmentDispatched(
                shipment_id=shipment_id,
                order_id=order_id,
                happened_at=shipment.dispatched_at.isoformat(),
                historic=shipment.dispatched_at < at - FRESH,
            )
        )
    news += _on_its_way(shipment, state, pickup_late, zone=zone, at=at)
    news += _days(shipment, state, delay, zone=zone, at=at)
    turn, scan = _turns(state, Status.OUT_FOR_DELIVERY)
    if _is_untold(shipment, "out_for_delivery", turn):
        news.append(ShipmentOutForDelivery(**_milestone(shipment, turn, scan, zone=zone, at=at)))
    turn, scan = _turns(state, Status.AVAILABLE_FOR_PICKUP)
    if _is_untold(shipment, "ready_for_pickup", turn):
        news.append(
            ShipmentReadyForPickup(
                **_milestone(shipment, turn, scan, zone=zone, at=at),
                place=scan.event.location if scan else "",
            )
        )
    turn, scan = _turns(state, Status.DELIVERED)
    if _is_untold(shipment, "delivered", turn):
        moment = scan.event.occurred_at if scan else None
        day = day_of(scan.event, zone) if scan else None
        news.append(
            ShipmentDelivered(
                **_milestone(shipment, turn, scan, zone=zone, at=at),
                delivered_at=moment.isoformat() if moment else "",
                delivered_on=day.isoformat() if day else "",
            )
        )
    if _has_settled(shipment, state, at=at, settle=settle):
        turn, scan = _turns(state, *_troubles(state))
        news.append(
            ShipmentProblem(
                **_milestone(shipment, turn, scan, zone=zone, at=at),
                status=state.status,
                substatus=state.substatus,
            )
        )
    turn, scan = _turns(state, Status.RETURNED)
    if _is_untold(shipment, "came_back", turn):
        news.append(ShipmentCameBack(**_milestone(shipment, turn, scan, zone=zone, at=at)))
    said = said_of(shipment)
    word, now_said = next_word(said, delay, is_coming=_is_coming(shipment), zone=zone, at=at)
    _keep_said(shipment, now_said)
    if word is Word.LATE:
        historic = _is_old(delay, said, at=at)
        facts = _delay_facts(shipment, delay)
        news.append(ShipmentDelayed(**facts, turn=now_said.late, historic=historic))
    elif word is Word.STILL_LATE:
        facts = _delay_facts(shipment, delay)
        news.append(ShipmentStillDelayed(**facts, turn=now_said.still_late))
    elif word is Word.IN_TIME:
        news.append(
            ShipmentRecovered(
                shipment_id=shipment_id,
                order_id=order_id,
                happened_at=at.isoformat(),
                first_estimate=str(delay.first_estimate or ""),
                latest_estimate=str(delay.latest_estimate or ""),
                turn=now_said.in_time,
            )
        )
    return news


def _on_its_way(
    shipment: Shipment, state: ShipmentState, pickup_late: int, *, zone: str, at: datetime
) -> list[ParcelEvent]:
    """Return that a parcel of an order waits for its carrier, or that it moves."""
    news: list[ParcelEvent] = []
    begun = shipment.dispatched_at
    if not shipment.order_ref:
        return news
    if begun and _is_untold(shipment, "pickup_late", pickup_late):
        news.append(
            ShipmentPickupLate(
                shipment_id=shipment.public_id,
                order_id=shipment.order_ref,
                happened_at=at.isoformat(),
                turn=pickup_late,
                historic=begun < at - PICKUP_IS_NEWS,
            )
        )
    turns, _scan = _turns(state, Status.IN_TRANSIT)
    if turns and _is_untold(shipment, "in_transit", 1):
        first = next(iter(state.turns_to(Status.IN_TRANSIT)), None)
        facts = _milestone(shipment, 1, first, zone=zone, at=at)
        del facts["turn"]
        news.append(ShipmentInTransit(**facts))
    return news


def _days(
    shipment: Shipment, state: ShipmentState, delay: Delay, *, zone: str, at: datetime
) -> list[ParcelEvent]:
    """Return that the day of a parcel of an order became known, changed, or is tomorrow."""
    news: list[ParcelEvent] = []
    if not (shipment.order_ref and shipment.dispatched_at and _is_coming(shipment)):
        return news
    named = {"shipment_id": shipment.public_id, "order_id": shipment.order_ref}
    day, before = str(shipment.eta_day or ""), shipment.told.get("day")
    if before is None or delay.is_delayed:
        # It is in what is said of the sending, or of the delay.
        shipment.told["day"] = day
    elif day and day != before:
        turn = shipment.told.get("day_named", 0) + 1
        shipment.told |= {"day": day, "day_named": turn}
        news.append(
            ShipmentDayNamed(**named, happened_at=at.isoformat(), turn=turn, day=day, before=before)
        )
    is_due = _is_eve(shipment, zone, at) and state.status is Status.IN_TRANSIT
    # Where we ourselves expect it later, its old day is not repeated.
    if is_due and not (delay.is_delayed and delay.source is not DelaySource.CARRIER):
        shipment.told["eve"] = day
        news.append(ShipmentArrivesTomorrow(**named, happened_at=at.isoformat(), day=day))
    return news


def _is_eve(shipment: Shipment, zone: str, at: datetime) -> bool:
    """Say whether it is time to say that a parcel arrives tomorrow, and nobody said so."""
    day = shipment.eta_day
    if day is None or shipment.told.get("eve") == str(day):
        return False
    return eve_of(day, zone) <= at and at.astimezone(ZoneInfo(zone)).date() < day


def next_eve(shipment: Shipment, *, zone: str, at: datetime) -> datetime | None:
    """Return when it will be time to say that a moving parcel arrives tomorrow, or None."""
    if shipment.eta_day is None or shipment.status != Status.IN_TRANSIT or not shipment.order_ref:
        return None
    eve = eve_of(shipment.eta_day, zone)
    return eve if eve > at else None


def shipment_changed(shipment: Shipment) -> ShipmentChanged:
    """Return the event that tells that something a page shows of a shipment changed."""
    return ShipmentChanged(
        shipment_id=shipment.public_id,
        order_id=shipment.order_ref,
        status=shipment.status,
        substatus=shipment.substatus,
    )


def return_changed(shipment: Shipment) -> ReturnShipmentChanged:
    """Return the event that tells of a parcel on its way to the shop."""
    return ReturnShipmentChanged(shipment_id=shipment.public_id, status=shipment.status)


def _delay_facts(shipment: Shipment, delay: Delay) -> dict[str, Any]:
    days = delay.days or ("", "")
    happened_at = delay.named_at or delay.detected_at
    return {
        "shipment_id": shipment.public_id,
        "order_id": shipment.order_ref,
        "happened_at": happened_at.isoformat() if happened_at else "",
        "source": delay.source or "",
        "reason": delay.reason or "",
        "first_estimate": str(delay.first_estimate or ""),
        "latest_estimate": str(delay.latest_estimate or ""),
        "certainty": delay.certainty or 100,
        "likely_from": str(days[0]),
        "likely_until": str(days[1]),
        "write_again_on": str(shipment.write_again_on or ""),
    }


def settles_at(
    shipment: Shipment, delay: Delay, *, settle: Callable[[], timedelta]
) -> datetime | None:
    """Return when something that waits may be told; None where nothing does.

    That is a problem, once it has lasted, or a word on the delay against what was said before.
    """
    settled_at = shipment.settling_since + settle() if shipment.settling_since else None
    turns_at = None
    if _is_coming(shipment):
        turns_at = said_of(shipment).turns_at(delay)
    return min(filter(None, (settled_at, turns_at)), default=None)


def _has_settled(
    shipment: Shipment,
    state: ShipmentState,
    *,
    at: datetime,
    settle: Callable[[], timedelta],
) -> bool:
    """Note how long a problem lasts; return whether it is to be told now."""
    troubles = _troubles(state)
    turn, _ = _turns(state, *troubles)
    if turn <= shipment.told.get("problem", 0) or state.status not in troubles:
        if turn > shipment.told.get("problem", 0):
            # It was over before it was told, and is never told; the next one has its own turn.
            shipment.told["problem"] = turn
        shipment.settling_turn, shipment.settling_since = 0, None
        return False
    if shipment.settling_turn != turn or shipment.settling_since is None:
        shipment.settling_turn, shipment.settling_since = turn, at
    is_final = state.substatus in _FINAL or state.status is Status.RETURNED
    if not is_final and at < shipment.settling_since + settle():
        return False
    shipment.told["problem"] = turn
    shipment.settling_turn, shipment.settling_since = 0, None
    return True


def _troubles(state: ShipmentState) -> tuple[Status, ...]:
    """Return the statuses that are a problem: coming back too, where no way back was told."""
    return PROBLEMS if state.turns_to(Status.RETURNING) else (*PROBLEMS, Status.RETURNED)


def _is_coming(shipment: Shipment) -> bool:
    """Say whether a parcel is on its way, by its scans and by what staff say of it."""
    return not {shipment.status, shipment.carrier_status} & set(NOT_LATE_ANY_MORE)


def _is_old(delay: Delay, said: Said, *, at: datetime) -> bool:
    """Say whether a delay was long past when we came to know of it.

    A notice that had to wait because of good news is not older for that.
    """
    known_at = at
    if delay.known_at and not said.is_late:
        known_at = max(delay.known_at, at - STANDS_FOR)
    named_at = delay.named_at or delay.detected_at
    return named_at is not None and named_at < known_at - FRESH


def _keep_said(shipment: Shipment, said: Said) -> None:
    shipment.write_again_on = said.again_on
    if said.late:
        shipment.told |= {
            "delayed": said.late,
            "delay_causes": [cause.value for cause in said.causes],
            "delay_word_at": said.at.isoformat() if said.at else "",
        }
    if said.still_late:
        shipment.told["still_delayed"] = said.still_late
    if said.in_time:
        shipment.told["recovered"] = said.in_time


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


def _milestone(
    shipment: Shipment, turn: int, scan: PlacedEvent | None, *, zone: str, at: datetime
) -> dict[str, Any]:
    """Return what every event of a turn to a status tells."""
    return {
        "shipment_id": shipment.public_id,
        "order_id": shipment.order_ref,
        "happened_at": _told_at(scan, zone),
        "turn": turn,
        "historic": _is_historic(scan, at),
    }


def _told_at(scan: PlacedEvent | None, zone: str) -> str:
    """Return the instant of a scan, its day where no more is known, or empty."""
    told = (scan.event.occurred_at or day_of(scan.event, zone)) if scan else None
    return told.isoformat() if told else ""


def _is_historic(scan: PlacedEvent | None, at: datetime) -> bool:
    return scan is not None and scan.sort_at < at - FRESH
