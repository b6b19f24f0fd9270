"""Times as carriers and platforms write them: of scans, and of deliveries to come."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tracking.enums import TimePrecision
from tracking.rules import Estimate, read_time

_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})|Z")
_MIDNIGHT = time(0, 0)
_YEARS = range(1990, 2200)


class Offsets(Enum):
    """Whose clock the offsets in a source's times belong to."""

    PLACE = "place"
    """The clock on the spot: carriers print what hangs on the wall of the depot."""

    PLACE_UNLESS_ZERO = "place_unless_zero"
    """The clock on the spot, but zero is the habit of a platform that was told no offset."""

    SENDER = "sender"
    """The clock of whoever sends: platforms that write every time by one clock of their own."""


class Moment(NamedTuple):
    """When a scan was, in the fields of a NormalisedEvent; all empty where nobody told."""

    occurred_at: datetime | None = None
    local_time: str = ""
    time_precision: TimePrecision = TimePrecision.NONE
    zone: str = ""


def read_moment(
    text: str, zone: str = "", *, offset: str = "", offsets: Offsets = Offsets.PLACE
) -> Moment:
    """Read ISO 8601; what is no time comes back empty. `zone` is the place's, "" where unknown.

    Without an offset the zone decides. `offset` stands beside the text (`-07:00`, `-700`, `Z`) and
    goes before one inside it: UPS and USPS write it into a field of its own.

    `offsets` is whose clock an offset inside the text belongs to, since sources differ. That of
    the PLACE stays as it was printed. With PLACE_UNLESS_ZERO zero leaves it to the zone, and a
    zone that disagrees with another offset is dropped: a platform guesses places, and prints what
    it was told. That of the SENDER gives the instant, and the zone the local time.
    """
    beside = _offset(offset)
    if beside and "T" in text:
        text = f"{text[:19]}{beside}"
    try:
        moment = Moment(*read_time(text, zone if offsets is Offsets.SENDER else ""), zone)
        apart = datetime.fromisoformat(moment.local_time).utcoffset() if moment.local_time else None
        relayed = offsets is Offsets.PLACE_UNLESS_ZERO
        if apart is None or (relayed and not apart):
            return Moment(*read_time(text, zone), zone)
        if relayed and zone and _offset_in(zone, moment) != apart:
            return moment._replace(zone="")
    except (ValueError, OverflowError):
        return Moment(zone=zone)
    return moment


def read_day(text: str, *, any_year: bool = False) -> date | None:
    """Return the day an ISO 8601 text begins with; None where there is none.

    Neither is a day far from our age, as carriers fill an empty field with 9999 and its like; with
    `any_year` it counts.
    """
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if any_year or day.year in _YEARS else None


def read_estimate(
    *days: str, starts: str = "", ends: str = "", zone: str = "", by_platform: bool = False
) -> Estimate | None:
    """Return the first of `days` that is one, else the day of `ends`, else of `starts`, or None.

    The window's edges come with it where they lie on that day: clocks, or whole times, by their
    offset or else by `zone`, that of the destination. A whole time at midnight is no hour: it
    stands for the day.

    `by_platform` is for those who pass on what carriers told them. Their edges are often two days
    and no hours, so that only a window with both its edges counts; and their days stand in any
    year, for the caller to hold against the time they were told (`is_far_off`).
    """
    found = (read_day(text, any_year=by_platform) for text in (*days, ends, starts))
    day = next((day for day in found if day), None)
    if day is None:
        return None
    starts_at, ends_at = _edge(day, starts, zone), _edge(day, ends, zone)
    if by_platform and not (starts_at and ends_at and starts_at < ends_at):
        return Estimate(day=day)
    return Estimate(day=day, starts_at=starts_at, ends_at=ends_at)


def is_far_off(day: date, told_at: datetime | None, limit: timedelta) -> bool:
    """Whether a day lies further ahead than any delivery does, seen from when it was told."""
    return told_at is not None and day - told_at.date() > limit


def offset_between(local: str, utc: str) -> str:
    """Return the offset of a wall clock from a UTC clock, whatever day the latter pretends.

    Both are ISO 8601, to the second, without an offset; "" where one of them is no time.
    """
    try:
        apart = datetime.fromisoformat(local) - datetime.fromisoformat(utc)
    except (ValueError, TypeError):
        return ""
    minutes = round(apart / timedelta(minutes=15)) * 15
    minutes = (minutes + 12 * 60) % (24 * 60) - 12 * 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _offset(text: str) -> str:
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        return ""
    return f"{found[1]}{int(found[2]):02}:{found[3]}" if found[1] else "+00:00"


def _offset_in(zone: str, moment: Moment) -> timedelta | None:
    instant = moment.occurred_at
    return instant.astimezone(ZoneInfo(zone)).utcoffset() if instant else None


def _edge(day: date, text: str, zone: str) -> datetime | None:
    is_whole = read_day(text) is not None
    try:
        edge = datetime.fromisoformat(text if is_whole else f"{day.isoformat()}T{text}")
    except ValueError:
        return None
    if edge.date() != day or not (edge.tzinfo or zone) or (is_whole and edge.time() == _MIDNIGHT):
        return None
    return edge if edge.tzinfo else edge.replace(tzinfo=ZoneInfo(zone))
