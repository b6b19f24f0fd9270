"""Judging a parcel: its facts from the tables, and what the rules make of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tracking.enums import DelayReason, Status
from tracking.models import Shipment
from tracking.rules import (
    Delay,
    Journey,
    PlacedEvent,
    ShipmentState,
    Usual,
    Verdict,
    action_of,
    judge_journey,
    number_key,
)
from tracking.rules.detection import detect_carriers
from tracking.selectors.told import action_told, delay_told
from tracking.services.learning import calendar_of

if TYPE_CHECKING:
    from commerce.models import Merchant

# Numbers of these carriers and shapes end in a check digit. Others of theirs may be right as well:
# UPS has parcels of the post and freight under numbers of their kinds.
_CHECKED = {
    "yamato": re.compile(r"\d{12}"),
    "sagawa": re.compile(r"\d{12}"),
    "japan_post": re.compile(r"\d{11,12}"),
    "ups": re.compile(r"1Z[0-9A-Z]{16}"),
}


@dataclass(frozen=True, kw_only=True)
class Judgement(Verdict):
    """The verdict on a shipment."""

    shipment: Shipment


def judge(
    shipment: Shipment,
    state: ShipmentState,
    scans: Sequence[PlacedEvent],
    *,
    merchant: Merchant,
    usual: Usual,
    at: datetime,
) -> Judgement:
    """Judge a shipment, its order loaded, by its state and scans; the row itself stays as it is."""
    calendar = calendar_of(shipment, merchant)
    journey = Journey(
        state=state,
        scans=scans,
        calendar=calendar,
        usual=usual,
        handed_over_at=shipment.dispatched_at,
        number_is_valid=_is_number_valid(shipment, state, merchant),
        action=action_of(state, action_told(shipment)),
        is_return=shipment.is_return,
    )
    verdict = judge_journey(
        journey,
        first_estimate=shipment.first_eta_day,
        latest_estimate=shipment.eta_day,
        estimate_changed_at=shipment.eta_changed_at or shipment.eta_told_at,
        at=at,
        told_over_all=told_delay(shipment),
        before=delay_told(shipment),
    )
    return Judgement(
        shipment=shipment,
        delay=verdict.delay,
        incidents=verdict.incidents,
        pickup_late=verdict.pickup_late,
        end=verdict.end,
        look_again_at=verdict.look_again_at,
    )


def told_delay(shipment: Shipment) -> tuple[datetime, DelayReason] | None:
    """Return since when and why the newest message calls the parcel late, beside its scans."""
    if not shipment.told_delay_reason or shipment.told_delay_at is None:
        return None
    return shipment.told_delay_at, DelayReason(shipment.told_delay_reason)


def write_delay(shipment: Shipment, delay: Delay) -> None:
    """Put a delay block into the row of a shipment; the caller saves it."""
    shipment.is_delayed = delay.is_delayed
    shipment.delay_source = delay.source or ""
    shipment.delay_reason = delay.reason or ""
    shipment.delay_detected_at = delay.detected_at
    shipment.delay_cleared_at = delay.cleared_at
    shipment.delay_known_at = delay.known_at
    shipment.delay_certainty = delay.certainty
    shipment.likely_from, shipment.likely_until = delay.days or (None, None)


def _is_number_valid(shipment: Shipment, state: ShipmentState, merchant: Merchant) -> bool | None:
    """Say whether a number can be its carrier's; None where we have no rule, or it has moved."""
    if state.status not in (Status.PENDING, Status.INFO_RECEIVED):
        return None
    shape = _CHECKED.get(shipment.carrier)
    if shape is None or not shape.fullmatch(number_key(shipment.tracking_number)):
        return None
    candidates = detect_carriers(shipment.tracking_number, country=merchant.country)
    return any(one.carrier.slug == shipment.carrier for one in candidates)
