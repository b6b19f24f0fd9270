"""The facts a connector hands over, in our words, and how their times are read."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracking.enums import Actor, Deed, DelayReason, Status, TimePrecision
from tracking.rules.proof import NO_PLACE, NO_PROOF, PickupPlace, Proof

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST = 500
_LAST_POSITION = 32_767


@dataclass(frozen=True, kw_only=True)
class NormalisedEvent:
    """One scan or note of a carrier.

    `occurred_at` is the true instant, or None where the source gives a date only, no time, or a
    local time without a place; `local_time` is then what was printed (ISO 8601, no made-up "Z").
    `status` None is information only: it never moves the parcel. `position` is the place in the
    source's listing, oldest first; it orders scans of one day, and identical rows.
    """

    source: str
    occurred_at: datetime | None = None
    local_time: str = ""
    time_precision: TimePrecision = TimePrecision.NONE
    zone: str = ""
    status: Status | None = None
    substatus: str = ""
    location: str = ""
    raw_code: str = ""
    raw_description: str = ""
    external_id: str = ""
    position: int = 0
    delay_reason: DelayReason | None = None

    def __post_init__(self) -> None:
        # What a source tells is cut to what is kept, so that keys are those of the kept row.
        if self.occurred_at is not None and self.occurred_at.tzinfo is None:
            raise ValueError("occurred_at is an aware instant")
        if self.status is not None and self.substatus not in ("", *self.status.substatuses):
            raise ValueError(f"{self.substatus!r} does not refine {self.status}")
        object.__setattr__(self, "position", min(max(self.position, 0), _LAST_POSITION))
        for name in ("substatus", "location", "raw_code", "raw_description", "external_id"):
            if len(text := getattr(self, name)) > _LONGEST:
                object.__setattr__(self, name, text[:_LONGEST])


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """When a parcel should come: a calendar day at the destination, with a window where known."""

    day: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a source says over all scans. Scans outrank it; it counts only where there is none."""

    status: Status
    substatus: str = ""


@dataclass(frozen=True, kw_only=True)
class Action:
    """What somebody must do before the parcel goes on; `until` where the source names a limit."""

    who: Actor
    what: Deed
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class NormalisedShipment:
    """One parcel as one message of a source tells it.

    `reported_at` is when the source made the message (UTC); what an older message says over all
    scans never replaces what a newer one says. `external_id` is the source's own unique id: a
    carrier may give one number to two parcels. `first_estimate` is the day promised at first, where
    the source keeps it beside a changed one; `delay_reason` a delay told over all scans. `proof`
    and `pickup` are empty where the source tells none.
    """

    source: str
    tracking_number: str
    carrier: str = ""
    external_id: str = ""
    service: str = ""
    tracking_url: str = ""
    reported_at: datetime | None = None
    summary: Summary | None = None
    estimate: Estimate | None = None
    first_estimate: date | None = None
    delay_reason: DelayReason | None = None
    action: Action | None = None
    proof: Proof = NO_PROOF
    pickup: PickupPlace = NO_PLACE
    events: tuple[NormalisedEvent, ...] = ()


def read_time(text: str, zone: str = "") -> tuple[datetime | None, str, TimePrecision]:
    """Read an ISO 8601 text; return (instant in UTC or None, local text, precision).

    The instant needs an offset in the text or a known zone. With a known zone the local text is
    the wall clock of that place. Raises ValueError for anything that is not a date or a time.
    """
    if not text:
        return None, "", TimePrecision.NONE
    if _DATE.fullmatch(text):
        return None, date.fromisoformat(text).isoformat(), TimePrecision.DATE
    precision = TimePrecision.SECOND if text.count(":", 0, 19) >= 2 else TimePrecision.MINUTE
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        if not zone:
            return None, moment.isoformat(), precision
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    try:
        instant = moment.astimezone(UTC)
        local = moment.astimezone(ZoneInfo(zone)) if zone else moment
    except OverflowError as error:
        raise ValueError(f"{text!r} is outside the calendar") from error
    return instant, local.isoformat(), precision


def wall_clock(event: NormalisedEvent, zone: str) -> tuple[date | None, time | None]:
    """Return day and time of a scan on the clock where it happened (`zone` where that is unknown).

    The time is None for a scan of which only the day is known; both are, for one without any.
    """
    if not event.local_time:
        return None, None
    if event.time_precision is TimePrecision.DATE:
        return date.fromisoformat(event.local_time), None
    moment = datetime.fromisoformat(event.local_time)
    # A clock that says UTC is a source's habit, not the clock on the depot's wall.
    if event.occurred_at is not None and moment.utcoffset() in (None, timedelta(0)):
        moment = event.occurred_at.astimezone(ZoneInfo(event.zone or zone))
    return moment.date(), moment.time()


def day_of(event: NormalisedEvent, zone: str) -> date | None:
    """Return the calendar day of a scan where it happened (`zone` where that is unknown)."""
    return wall_clock(event, zone)[0]
