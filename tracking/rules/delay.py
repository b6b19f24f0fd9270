"""Is the parcel late, who says so, since when: told beside the status, never instead of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracking.enums import DelayReason, DelaySource, Status
from tracking.rules.facts import day_of
from tracking.rules.order import PlacedEvent, in_reading_order
from tracking.rules.state import ShipmentState

_IMPLIED = {"carrier_delay": DelayReason.CARRIER, "weather_delay": DelayReason.WEATHER}
_ENDED_WELL = (Status.DELIVERED, Status.AVAILABLE_FOR_PICKUP)
_NOT_COMING = (Status.RETURNING, Status.RETURNED, Status.CANCELLED, Status.EXPIRED)


@dataclass(frozen=True, kw_only=True)
class Delay:
    """The delay block of the vocabulary. Instants are UTC; days are days at the destination."""

    is_delayed: bool = False
    source: DelaySource | None = None
    reason: DelayReason | None = None
    first_estimate: date | None = None
    latest_estimate: date | None = None
    detected_at: datetime | None = None
    cleared_at: datetime | None = None


def delay_of(
    state: ShipmentState,
    events: Iterable[PlacedEvent],
    *,
    first_estimate: date | None,
    latest_estimate: date | None,
    estimate_changed_at: datetime | None,
    zone: str,
    at: datetime,
) -> Delay:
    """Return the delay block that the facts add up to at the instant `at`.

    A parcel is late when its carrier says so in a scan, when the estimate has moved beyond the
    first one, or when the first estimate's day (in the merchant's `zone`) has passed. Arriving
    clears it, unless the parcel arrived after the first estimate: that one was late and stays so.
    A parcel that is not coming is not late.
    """
    told = _told_by_carrier(events)
    source, reason, detected_at = None, None, None
    if told:
        source, reason, detected_at = DelaySource.CARRIER, told[1], told[0]
    elif first_estimate and latest_estimate and latest_estimate > first_estimate:
        source, reason, detected_at = DelaySource.CARRIER, DelayReason.UNKNOWN, estimate_changed_at
    elif first_estimate and _end_of(first_estimate, zone) <= at:
        source, reason = DelaySource.PROMISE_PASSED, DelayReason.UNKNOWN
        detected_at = _end_of(first_estimate, zone)
    if state.status in _ENDED_WELL and _is_in_time(state, first_estimate, zone):
        # A promise that passes after the arrival is no delay; one that was told is over.
        cleared_at = state.entered_by.sort_at if told and state.entered_by else None
        return Delay(
            source=source if told else None,
            reason=reason if told else None,
            first_estimate=first_estimate,
            latest_estimate=latest_estimate,
            detected_at=detected_at if told else None,
            cleared_at=cleared_at,
        )
    return Delay(
        is_delayed=source is not None and state.status not in _NOT_COMING,
        source=source,
        reason=reason,
        first_estimate=first_estimate,
        latest_estimate=latest_estimate,
        detected_at=detected_at,
    )


def _told_by_carrier(events: Iterable[PlacedEvent]) -> tuple[datetime, DelayReason] | None:
    """Return the first report of a delay and the newest reason given for it."""
    reports = [
        (row.sort_at, reason)
        for row in in_reading_order(events)
        if (reason := row.event.delay_reason or _IMPLIED.get(row.event.substatus))
    ]
    return (reports[0][0], reports[-1][1]) if reports else None


def _is_in_time(state: ShipmentState, first_estimate: date | None, zone: str) -> bool:
    if first_estimate is None or state.entered_by is None:
        return True
    arrived_on = day_of(state.entered_by.event, zone)
    return arrived_on is None or arrived_on <= first_estimate


def _end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone)).astimezone(
        UTC
    )
