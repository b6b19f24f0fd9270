"""What may honestly be told of a late parcel: its new days, how sure they are, and the next word.

A shop that says "we write again by Thursday" must do so; `next_word_on` and `word_due_at` are the
promise and its keeping.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracking.enums import DelayReason, Status
from tracking.rules.delay import Delay

WORD_WITHIN = timedelta(days=3)
"""The shopper of a late parcel hears again within three days, whatever becomes of it."""
WORD_WITHOUT_DAY = timedelta(days=2)
WORDS_FOR = timedelta(days=14)
"""Later no day is promised any more: writing again without news would be no help."""
_HOUR = time(12)
_EVE_HOUR = time(9)

UNSAID = frozenset({DelayReason.CARRIER, DelayReason.UNKNOWN})
"""Reasons that name no cause: nothing is said of one."""

NOT_LATE_ANY_MORE = (
    *(Status.DELIVERED, Status.AVAILABLE_FOR_PICKUP, Status.RETURNING, Status.RETURNED),
    *(Status.CANCELLED, Status.EXPIRED),
)
"""Statuses in which a delay is no news: the parcel has arrived, or it is not coming."""


class Sureness(StrEnum):
    """How sure it is that the parcel comes late, as people say it."""

    CERTAIN = "certain"
    ALMOST_CERTAIN = "almost_certain"
    VERY_LIKELY = "very_likely"
    LIKELY = "likely"


@dataclass(frozen=True, kw_only=True)
class NewWindow:
    """The first and the last day on which the parcel is expected now, and who says so."""

    first: date
    last: date
    by_carrier: bool


def new_window(delay: Delay, *, today: date) -> NewWindow | None:
    """Return when a late parcel is expected; None where nobody knows.

    The carrier's own new day goes first. Days of ours begin after the promised one, and neither
    lies in the past.
    """
    promised, latest = delay.first_estimate, delay.latest_estimate
    if latest and latest >= today and (promised is None or latest > promised):
        return NewWindow(first=latest, last=latest, by_carrier=True)
    if delay.days is None:
        return None
    first, last = delay.days
    first = max(first, today, promised + timedelta(days=1) if promised else first)
    return NewWindow(first=first, last=last, by_carrier=False) if last >= first else None


def sureness_of(certainty: int | None) -> Sureness:
    """Return the word for a certainty in percent; None is a fact."""
    if certainty is None or certainty >= 100:
        return Sureness.CERTAIN
    if certainty >= 95:
        return Sureness.ALMOST_CERTAIN
    return Sureness.VERY_LIKELY if certainty >= 85 else Sureness.LIKELY


def next_word_on(delay: Delay, *, zone: str, at: datetime) -> date | None:
    """Return the day by which the shopper is written to again; None where that has gone on enough.

    That is the last day of the new window, tomorrow at the earliest and in three days at the
    latest; in two days where no day is known.
    """
    if delay.known_at and at >= delay.known_at + WORDS_FOR:
        return None
    today = at.astimezone(ZoneInfo(zone)).date()
    window = new_window(delay, today=today)
    wanted = window.last if window else today + WORD_WITHOUT_DAY
    return min(max(wanted, today + timedelta(days=1)), today + WORD_WITHIN)


def word_due_at(day: date, zone: str) -> datetime:
    """Return when the word promised for a day is sent: at noon, while that day is still young."""
    return datetime.combine(day, _HOUR, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def eve_of(day: date, zone: str) -> datetime:
    """Return when "it arrives tomorrow" may be said: in the morning before a day, once awake."""
    before = day - timedelta(days=1)
    return datetime.combine(before, _EVE_HOUR, tzinfo=ZoneInfo(zone)).astimezone(UTC)
