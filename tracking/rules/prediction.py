"""How likely a parcel misses its promised day, told before that day ends, from what is usual."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from tracking.rules.calendar import WorkCalendar
from tracking.rules.gaps import Histogram, Phase, Usual, phases_of
from tracking.rules.order import PlacedEvent

LIKELY = 0.75
"""A parcel is said to be late from this certainty on."""
MOST_CERTAIN = 0.99
# Instants are kept to the microsecond: a parcel looked at when it becomes likely is likely.
_ROUNDING = 0.001
_NEXT_DAYS = (0.5, 0.85)
# Vehicles leave in the morning: who is not on one by then will hardly come today. Carriers that
# always tell of the vehicle are known from what was learnt; of others the evening alone tells.
_LOADED_BY = time(14)
_EVENING = time(18)
_ALWAYS_OUT = 0.85
_NOT_LOADED, _NOT_SEEN = 0.85, LIKELY
_AT_THE_DOOR = (Phase.OUT, Phase.WAITING)


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What to expect of a parcel with a promised day.

    `certainty` (0 to 1) that it comes after that day; `likely_at` is when time alone makes it
    `LIKELY` (an instant in the past or to come); `days` is the window in which half to 85 % of such
    parcels arrive, first and last day at the destination, None while too little was learnt.
    """

    certainty: float = 0.0
    likely_at: datetime | None = None
    days: tuple[date, date] | None = None

    @property
    def is_late(self) -> bool:
        """Say whether the parcel is to be called late."""
        return self.certainty >= LIKELY - _ROUNDING


def predict(
    scans: Iterable[PlacedEvent],
    *,
    promised: date | None,
    calendar: WorkCalendar,
    usual: Usual,
    at: datetime,
) -> Prediction:
    """Return what to expect of a parcel that is on its way, at the instant `at`.

    Parcels without a promise, without a scan, with an ended journey or waiting to be collected are
    not predicted.
    """
    steps = phases_of(row for row in scans if row.sort_at <= at)
    if promised is None or not steps:
        return Prediction()
    entered_at, phase = steps[-1]
    for moment, known in reversed(steps):
        if known is not phase:
            break
        entered_at = moment
    if phase is None or phase in (Phase.WAITING, Phase.RETURNING):
        return Prediction()
    promise_ends = calendar.end_of(promised)
    learnt = usual.arrival(phase)
    certainty, likely_at, days = 0.0, None, None
    if learnt:
        elapsed = calendar.hours_between(entered_at, at)
        allowed = calendar.hours_between(entered_at, promise_ends)
        beyond = learnt.share_beyond(allowed)
        certainty = min(MOST_CERTAIN, beyond / learnt.share_beyond(elapsed))
        likely_at = calendar.after(entered_at, learnt.outlasted_by(min(1.0, beyond / LIKELY)))
        days = _days(learnt, entered_at, elapsed, calendar)
    if phase not in _AT_THE_DOOR:
        unseen_at, unseen = _unseen(promised, calendar, usual)
        if unseen_at is not None and unseen_at < promise_ends:
            likely_at = min(likely_at, unseen_at) if likely_at else unseen_at
            certainty = max(certainty, unseen) if at >= unseen_at else certainty
    if at >= promise_ends:
        certainty = MOST_CERTAIN
    return Prediction(certainty=certainty, likely_at=likely_at, days=days)


def _unseen(promised: date, calendar: WorkCalendar, usual: Usual) -> tuple[datetime | None, float]:
    """Return from when on the promised day it tells that no vehicle has the parcel, and how well.

    Never where the carrier seldom tells of the vehicle.
    """
    share = usual.share_out()
    zone = ZoneInfo(calendar.zone)
    if share is None:
        return datetime.combine(promised, _EVENING, tzinfo=zone), _NOT_SEEN
    if share >= _ALWAYS_OUT:
        return datetime.combine(promised, _LOADED_BY, tzinfo=zone), _NOT_LOADED
    return None, 0.0


def _days(
    learnt: Histogram, entered_at: datetime, elapsed: float, calendar: WorkCalendar
) -> tuple[date, date]:
    """Return the days between which half and 85 % of such parcels have arrived."""
    zone = ZoneInfo(calendar.zone)
    remaining = learnt.share_beyond(elapsed)
    first, last = (
        calendar.after(entered_at, max(elapsed, learnt.outlasted_by(remaining * (1 - share))))
        .astimezone(zone)
        .date()
        for share in _NEXT_DAYS
    )
    return first, last
