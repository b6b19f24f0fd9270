"""Quiet hours: when a message that need not wake anybody may go out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_STEPS = 50
"""How many ends of quiet hours are looked at: zones whose nights leave no hour free have none."""


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """From when until when nobody is disturbed, by the clock of whoever is written to.

    They may span midnight: 21:00 to 8:00. Equal ends are no quiet hours at all.
    """

    begin: time
    end: time

    def covers(self, moment: time) -> bool:
        """Whether a time of the day is quiet."""
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


def first_waking(hours: QuietHours | None, zones: Iterable[str], at: datetime) -> datetime:
    """Return the first instant from `at` on that is quiet in none of the zones (IANA names).

    Where it is never day in all of them, the instant is the end of the night in the first.
    """
    known = [ZoneInfo(zone) for zone in zones]
    if hours is None or not known:
        return at
    moment = at
    for _step in range(MOST_STEPS):
        ends = [_end(hours, moment.astimezone(zone)) for zone in known]
        latest = max(ends)
        if latest <= moment:
            return moment
        moment = latest
    return _end(hours, at.astimezone(known[0]))


def _end(hours: QuietHours, local: datetime) -> datetime:
    """Return the end of the quiet hours that cover a local time, in UTC; it itself by day."""
    if not hours.covers(local.time()):
        return local.astimezone(UTC)
    day = local.date()
    if hours.begin > hours.end and local.time() >= hours.begin:
        day += timedelta(days=1)
    # A clock that is put back passes the end twice: the second time it is over for certain.
    return datetime.combine(day, hours.end, tzinfo=local.tzinfo).replace(fold=1).astimezone(UTC)
