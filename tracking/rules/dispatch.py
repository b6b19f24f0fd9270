"""An order that leaves later than planned: which words are news, when they are over, who is late.

Days are those of the shop's calendar. Units are counted by the public id of their order line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracking.enums import DispatchEnd
from tracking.rules.calendar import WorkCalendar

_DAY = timedelta(days=1)
WAITS_UNASKED = timedelta(days=30)
"""Whoever is told of a later day, or of none, is asked whether they still want to wait."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """The first and the last day on which units are to leave."""

    first: date
    last: date


def is_news(before: Days | None, now: Days | None) -> bool:
    """Say whether days tell more than those named before: within those, nothing was taken back."""
    if before is None or now is None:
        return before is not now
    return now.first < before.first or now.last > before.last


def asks_consent(days: Days | None, *, said_on: date, turn: int) -> bool:
    """Say whether silence is no yes to waiting: without a near day, and at any further word."""
    return days is None or turn > 1 or days.last > said_on + WAITS_UNASKED


def waiting_units(units: Mapping[str, int], to_send: Mapping[str, int]) -> dict[str, int]:
    """Return those of the units told of that are still to be sent."""
    left = {line: min(count, to_send.get(line, 0)) for line, count in units.items()}
    return {line: count for line, count in left.items() if count > 0}


def end_of_units(
    units: Mapping[str, int], *, ordered: Mapping[str, int], sent: Mapping[str, int]
) -> DispatchEnd:
    """Return how a word about units ended of which none is to be sent any more.

    They were cancelled where so few units of every line have left that none of these did.
    """
    stayed = all(ordered.get(line, 0) - sent.get(line, 0) >= units[line] for line in units)
    return DispatchEnd.CANCELLED if stayed else DispatchEnd.SENT


def late_if_placed_before(calendar: WorkCalendar, *, within: int, today: date) -> date:
    """Return the day before which an order was placed that should have left by yesterday.

    An order leaves within so many working days (one or more), counted from the day after it.
    """
    day = today
    while within > 0:
        day -= _DAY
        if not calendar.rests_on(day):
            within -= 1
    return day
