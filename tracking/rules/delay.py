"""Is the parcel late, who says so, since when: told beside the status, never instead of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tracking.enums import DelayReason, DelaySource, Status
from tracking.rules.facts import day_of
from tracking.rules.order import PlacedEvent, in_reading_order
from tracking.rules.prediction import Prediction
from tracking.rules.state import ShipmentState

_IMPLIED = {"carrier_delay": DelayReason.CARRIER, "weather_delay": DelayReason.WEATHER}
_ENDED_WELL = (Status.DELIVERED, Status.AVAILABLE_FOR_PICKUP)
_NOT_COMING = (Status.RETURNING, Status.RETURNED, Status.CANCELLED, Status.EXPIRED)
STANDS_FOR = timedelta(hours=24)
"""What was said of a parcel, late or in time after all, stands for so long."""


@dataclass(frozen=True, kw_only=True)
class Delay:
    """The delay block of the vocabulary. Instants are UTC; days are days at the destination.

    `detected_at` is the fact's own time, `named_at` that of the newest report, which gave the
    `reason` (no row keeps it), `known_at` when we came to know and said so. `certainty` is in
    percent; `days` is the window we expect where the carrier names no day. `is_held` tells that
    nothing calls the parcel late any more, and that it only stands because it was said.
    """

    is_delayed: bool = False
    source: DelaySource | None = None
    reason: DelayReason | None = None
    first_estimate: date | None = None
    latest_estimate: date | None = None
    detected_at: datetime | None = None
    named_at: datetime | None = None
    cleared_at: datetime | None = None
    known_at: datetime | None = None
    certainty: int | None = None
    days: tuple[date, date] | None = None
    is_held: bool = False


class _Report(NamedTuple):
    """What a carrier says of a delay: since when, when last, and why."""

    first_at: datetime
    named_at: datetime
    reason: DelayReason


def delay_of(
    state: ShipmentState,
    events: Iterable[PlacedEvent],
    *,
    first_estimate: date | None,
    latest_estimate: date | None,
    estimate_changed_at: datetime | None,
    zone: str,
    at: datetime,
    told_over_all: tuple[datetime, DelayReason] | None = None,
    prediction: Prediction | None = None,
    is_stalled: bool = False,
    before: Delay | None = None,
) -> Delay:
    """Return the delay block that the facts add up to at the instant `at`.

    A parcel is late when its carrier says so, in a scan or over all of them (`told_over_all`: since
    when it is known, and why), when the estimate has moved beyond the first one, when the first
    estimate's day (in the `zone`) has passed, or when `prediction` says that it will; `is_stalled`
    tells that it does so of a parcel without movement. A delay scan is overruled by an estimate
    within the promise that the carrier named after it (`estimate_changed_at`). Arriving clears it,
    unless the parcel arrived after the first estimate: that one was late and stays so. A parcel
    that is not coming is not late.

    `before` is the block as it stood: late stays late for 24 hours unless the parcel arrives, and
    what was cleared is not predicted late again for as long.
    """
    told = _told_in_scans(events)
    is_within = first_estimate and latest_estimate and latest_estimate <= first_estimate
    if told and is_within and estimate_changed_at and estimate_changed_at > told.named_at:
        told = None
    if told is None and told_over_all:
        told = _Report(told_over_all[0], told_over_all[0], told_over_all[1])
    source, reason, detected_at, certainty = None, None, None, None
    if told:
        source, reason, detected_at = DelaySource.CARRIER, told.reason, told.first_at
        certainty = 100
    elif first_estimate and latest_estimate and latest_estimate > first_estimate:
        source, reason, detected_at = DelaySource.CARRIER, DelayReason.UNKNOWN, estimate_changed_at
        certainty = 100
    elif first_estimate and _end_of(first_estimate, zone) <= at:
        source, reason, certainty = DelaySource.PROMISE_PASSED, DelayReason.UNKNOWN, 100
        detected_at = _end_of(first_estimate, zone)
    elif prediction and prediction.is_late and not _was_cleared(before, at):
        source = DelaySource.STALLED if is_stalled else DelaySource.PREDICTED
        reason, detected_at = DelayReason.UNKNOWN, at
        certainty = round(prediction.certainty * 100)
    days = Delay(first_estimate=first_estimate, latest_estimate=latest_estimate)
    if state.status in _ENDED_WELL and _is_in_time(state, first_estimate, zone):
        # A promise that passes after the arrival is no delay; one that was told is over.
        said = before if before and before.source else None
        if not told and said is None:
            return days
        return replace(
            days,
            source=DelaySource.CARRIER if told else said.source if said else None,
            reason=told.reason if told else said.reason if said else None,
            detected_at=told.first_at if told else said.detected_at if said else None,
            cleared_at=state.entered_by.sort_at if state.entered_by else None,
        )
    if state.status in _NOT_COMING:
        return replace(days, source=source, reason=reason, detected_at=detected_at)
    if source is None:
        return _settled(days, before, at)
    return replace(
        days,
        is_delayed=True,
        source=source,
        reason=reason,
        detected_at=_first_noted(before, source, detected_at),
        named_at=told.named_at if told else detected_at,
        known_at=before.known_at if before and before.is_delayed and before.known_at else at,
        certainty=certainty,
        days=prediction.days if prediction else None,
    )


def _settled(days: Delay, before: Delay | None, at: datetime) -> Delay:
    """Return the block of a parcel that nothing calls late now, by what was said of it."""
    if before is None or before.source is None:
        return days
    said = replace(before, first_estimate=days.first_estimate, latest_estimate=days.latest_estimate)
    if not before.is_delayed:
        return said
    if before.known_at and at < before.known_at + STANDS_FOR:
        return replace(said, is_held=True)
    return replace(said, is_delayed=False, is_held=False, cleared_at=at, certainty=None, days=None)


def _first_noted(
    before: Delay | None, source: DelaySource, detected_at: datetime | None
) -> datetime | None:
    """Keep since when our own sources have said so, however often they are asked."""
    if before and before.is_delayed and before.source is source and before.detected_at:
        return detected_at if source is DelaySource.CARRIER else before.detected_at
    return detected_at


def _was_cleared(before: Delay | None, at: datetime) -> bool:
    return bool(before and before.cleared_at and at < before.cleared_at + STANDS_FOR)


def _told_in_scans(events: Iterable[PlacedEvent]) -> _Report | None:
    """Return when scans first and last told of a delay, and the newest reason given for it."""
    reports = [
        (row.sort_at, reason)
        for row in in_reading_order(events)
        if (reason := row.event.delay_reason or _IMPLIED.get(row.event.substatus))
    ]
    return _Report(reports[0][0], *reports[-1]) if reports else None


def _is_in_time(state: ShipmentState, first_estimate: date | None, zone: str) -> bool:
    if first_estimate is None or state.entered_by is None:
        return True
    arrived_on = day_of(state.entered_by.event, zone)
    return arrived_on is None or arrived_on <= first_estimate


def _end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone)).astimezone(
        UTC
    )
