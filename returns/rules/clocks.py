"""The desk's clocks: how long a return may wait for the shop, in its own working hours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from returns.enums import DeskClock, Nearness, ReturnState

LAW_DAYS = 14
"""Days after which the law of the EU and the UK wants the money back with the shopper."""

_DAY = timedelta(days=1)
# A shop whose every day is off is not waited for longer than this.
_LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class DeskTimes:
    """What a shop promises itself: working hours to decide, working days to inspect and to pay.

    It works from the hour `opens` until the hour `closes` of its own day, 0 to 24.
    """

    decide_hours: int = 4
    inspect_days: int = 2
    refund_days: int = 1
    opens: int = 9
    closes: int = 18


@dataclass(frozen=True, kw_only=True)
class WorkHours:
    """When a shop works, in its `zone`; `is_off` says which days it does not."""

    zone: str
    opens: int
    closes: int
    is_off: Callable[[date], bool]

    def after_hours(self, start: datetime, hours: float) -> datetime:
        """Return the instant at which so many working hours have passed since `start`."""
        left, moment = timedelta(hours=hours), start
        for day in self._days(start):
            begin, end = self._hours_of(day)
            begin = max(begin, moment)
            if begin >= end:
                continue
            if begin + left <= end:
                return begin + left
            left -= end - begin
        return start + timedelta(days=_LONGEST)

    def after_days(self, start: datetime, days: int) -> datetime:
        """Return the close of the working day that is so many working days after that of `start`.

        What comes after hours, or on a day off, counts as of the next working day.
        """
        open_days = [end for day in self._days(start) if (end := self._hours_of(day)[1]) > start]
        return open_days[days] if days < len(open_days) else start + timedelta(days=_LONGEST)

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Return the working hours from one instant to a later one; 0 where it is not later."""
        worked = timedelta()
        day = start.astimezone(ZoneInfo(self.zone)).date()
        while day <= end.astimezone(ZoneInfo(self.zone)).date():
            if not self.is_off(day):
                opens, closes = self._hours_of(day)
                worked += max(min(closes, end) - max(opens, start), timedelta())
            day += _DAY
        return worked.total_seconds() / 3600

    def _days(self, start: datetime) -> list[date]:
        first = start.astimezone(ZoneInfo(self.zone)).date()
        days = [first + ahead * _DAY for ahead in range(_LONGEST)]
        return [day for day in days if not self.is_off(day)]

    def _hours_of(self, day: date) -> tuple[datetime, datetime]:
        # In UTC, so that hours are hours where the clocks go forward.
        midnight = datetime.combine(day, time.min)
        zone, utc = ZoneInfo(self.zone), ZoneInfo("UTC")
        begin, end = midnight + timedelta(hours=self.opens), midnight + timedelta(hours=self.closes)
        return begin.replace(tzinfo=zone).astimezone(utc), end.replace(tzinfo=zone).astimezone(utc)


CLOCKS = {
    ReturnState.REQUESTED: DeskClock.DECIDE,
    ReturnState.IN_REVIEW: DeskClock.DECIDE,
    ReturnState.RECEIVED: DeskClock.INSPECT,
    ReturnState.RESOLVING: DeskClock.REFUND,
}
"""What the shop is waited for in a state; in the others it is somebody else's turn."""


def due_after(
    state: ReturnState, since: datetime, times: DeskTimes, hours: WorkHours
) -> datetime | None:
    """Return until when the shop means to do what a return in this state waits for."""
    match CLOCKS.get(state):
        case DeskClock.DECIDE:
            return hours.after_hours(since, times.decide_hours)
        case DeskClock.INSPECT:
            return hours.after_days(since, times.inspect_days)
        case DeskClock.REFUND:
            return hours.after_days(since, times.refund_days)
        case _:
            return None


def law_due(told_at: datetime, zone: str) -> datetime:
    """Return the last second of the 14th day after a shopper told the shop, in the shop's zone."""
    place = ZoneInfo(zone)
    last = told_at.astimezone(place).date() + timedelta(days=LAW_DAYS)
    return datetime.combine(last, time(23, 59, 59), tzinfo=place)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """What is due next of a return, and how near it is."""

    clock: DeskClock
    due: datetime
    nearness: Nearness


_SOON = {
    DeskClock.DECIDE: timedelta(hours=1),
    DeskClock.INSPECT: timedelta(hours=8),
    DeskClock.REFUND: timedelta(hours=8),
    DeskClock.LAW: timedelta(days=3),
}


def next_deadline(
    state: ReturnState,
    *,
    due: datetime | None,
    law: datetime | None,
    is_waiting: bool,
    at: datetime,
) -> Deadline | None:
    """Return what is due first: what the shop promised itself, or what the law wants.

    While the shop waits for the shopper its own clock stands still; the law's does not.
    """
    clock = CLOCKS.get(state)
    open_ones = [
        *([(due, clock)] if due and clock and not is_waiting else []),
        *([(law, DeskClock.LAW)] if law else []),
    ]
    if not open_ones:
        return None
    moment, which = min(open_ones, key=lambda one: one[0])
    nearness = (
        Nearness.OVERDUE
        if moment < at
        else Nearness.SOON
        if moment - at <= _SOON[which]
        else Nearness.CALM
    )
    return Deadline(clock=which, due=moment, nearness=nearness)
