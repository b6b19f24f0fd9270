"""When a carrier is asked about a parcel again, and which of its answers are about that parcel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracking.enums import Status
from tracking.rules.facts import NormalisedShipment

LEAST = timedelta(minutes=10)
"""No parcel is asked about more often than that."""

STOPS_AFTER = timedelta(days=90)
"""A parcel as old as that is not asked about any more."""

QUIET = timedelta(days=1)
"""How long a parcel is left alone after another source told of it, unless it comes today."""

DAILY = timedelta(days=1)
SPREAD = 0.1
"""The part of an interval by which parcels are spread, so that they do not all come at once."""

_INTERVALS = {
    Status.OUT_FOR_DELIVERY: LEAST,
    Status.IN_TRANSIT: timedelta(hours=4),
    Status.DELIVERY_ATTEMPTED: timedelta(hours=4),
    Status.AVAILABLE_FOR_PICKUP: timedelta(hours=6),
    Status.INFO_RECEIVED: timedelta(hours=8),
    Status.PENDING: timedelta(hours=12),
    Status.EXCEPTION: DAILY,
    Status.RETURNING: DAILY,
}
_ON_THE_PROMISED_DAY = timedelta(hours=1)
_BEFORE_PICK_UP = (Status.PENDING, Status.INFO_RECEIVED)
# A label that nobody scanned for as long as that is asked about once a day.
_FORGOTTEN_AFTER = timedelta(days=7)
# Carriers give a number again; what ended that long before the parcel left was another parcel's.
_ANOTHER_PARCEL = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class PollFacts:
    """What the next question about a parcel hangs on.

    `due_on` is the day it is expected at its destination, whose clock is that of `zone`; `begun_at`
    when it was sent, or first heard of; `heard_at` when another source last told of it.
    """

    status: Status
    begun_at: datetime
    zone: str
    is_stalled: bool = False
    due_on: date | None = None
    heard_at: datetime | None = None


def interval_of(facts: PollFacts, *, at: datetime) -> timedelta | None:
    """Return how long to wait between two questions; None where there is nothing more to ask."""
    usual = _INTERVALS.get(facts.status)
    age = at - facts.begun_at
    if usual is None or age >= STOPS_AFTER:
        return None
    is_stalled = facts.is_stalled and facts.status is not Status.OUT_FOR_DELIVERY
    if is_stalled or (facts.status in _BEFORE_PICK_UP and age >= _FORGOTTEN_AFTER):
        return max(usual, DAILY)
    if facts.due_on == at.astimezone(ZoneInfo(facts.zone)).date():
        return min(usual, _ON_THE_PROMISED_DAY)
    return usual


def is_near(facts: PollFacts, *, at: datetime) -> bool:
    """Whether a parcel is asked about before others, where not all can be: it comes today."""
    interval = interval_of(facts, at=at)
    return interval is not None and interval <= _ON_THE_PROMISED_DAY


def next_poll(
    facts: PollFacts, *, asked_at: datetime | None, at: datetime, spread: float
) -> datetime | None:
    """Return when to ask about a parcel that was last asked about at `asked_at`, or never.

    Nobody asked about it yet: at once, where no other source tells of it. `spread`, from 0 to 1,
    tells parcels of one moment apart. None: not any more.
    """
    interval = interval_of(facts, at=at)
    if interval is None:
        return None
    moment = at if asked_at is None else asked_at + interval * (1 + SPREAD * spread)
    if facts.heard_at is not None and not is_near(facts, at=at):
        moment = max(moment, facts.heard_at + QUIET)
    return moment


def choose_told(
    told: Iterable[NormalisedShipment], *, begun_at: datetime
) -> NormalisedShipment | None:
    """Return what an answer says of the parcel that began at an instant.

    Of several parcels with its number that is the one whose scans are the newest; one whose scans
    ended long before is another parcel, and where there is no other, nothing is said.
    """
    earliest = begun_at - _ANOTHER_PARCEL
    fitting = [one for one in told if (newest := _newest(one)) is None or newest >= earliest]
    return max(fitting, key=lambda one: _newest(one) or earliest, default=None)


def _newest(told: NormalisedShipment) -> datetime | None:
    moments = [event.occurred_at for event in told.events if event.occurred_at is not None]
    return max(moments, default=None)
