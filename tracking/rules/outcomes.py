"""How journeys ended, and what many of them add up to: the figures of delivery reports.

Every figure is a count or a row of counts, one for every bucket of a histogram, so that groups of
parcels can be added up and taken away again exactly, and many take no more work than a few.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import sub

from tracking.enums import COUNTED, Status
from tracking.rules.gaps import BUCKETS, Histogram, bucket_of

Row = tuple[int, ...]
"""A count for every bucket of a histogram, in the order of their lengths."""

EMPTY: Row = (0,) * (BUCKETS + 1)

_DAY = 24.0


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When something happened: its instant where it is known, and its day at the place."""

    at: datetime | None = None
    on: date | None = None

    def hours_since(self, before: Moment) -> float | None:
        """Return the hours from another moment, whole days where only days are known of one.

        What is told to have been before it counts as 0; None where the days are not known either.
        """
        if self.at and before.at:
            return max(0.0, (self.at - before.at).total_seconds() / 3600)
        if self.on and before.on:
            return max(0.0, (self.on - before.on).days * _DAY)
        return None


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What parcels are counted together: those that ended in a month, on one way."""

    month: date
    carrier: str
    service: str
    lane: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one parcel fared. `on_time` is None without a promise, or where it did not arrive.

    `attempts` are the failed ones; `transit` and `first_scan` are buckets of `Histogram`.
    """

    status: Status
    on_time: bool | None = None
    attempts: int = 0
    incidents: int = 0
    transit: int | None = None
    first_scan: int | None = None


def outcome_of(
    status: Status,
    *,
    ended: Moment,
    sent: Moment,
    first_scan: Moment | None,
    promised_on: date | None,
    attempts: int,
    incidents: int,
) -> Outcome | None:
    """Return how a parcel fared; None where its journey has not ended, or never began.

    `first_scan` is the first that shows it with the carrier, which is when it was handed over;
    where none came before the delivery, that is when the shop `sent` it.
    """
    if status not in COUNTED:
        return None
    arrived = status is Status.DELIVERED
    if first_scan == ended:
        first_scan = None
    transit = ended.hours_since(first_scan or sent) if arrived else None
    waited = first_scan.hours_since(sent) if first_scan else None
    return Outcome(
        status=status,
        on_time=ended.on <= promised_on if arrived and promised_on and ended.on else None,
        attempts=attempts,
        incidents=incidents,
        transit=None if transit is None else bucket_of(transit),
        first_scan=None if waited is None else bucket_of(waited),
    )


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What parcels add up to. `attempts` are the failed ones of delivered parcels.

    `promised` are delivered parcels with a promise, `on_time` those of them that kept it,
    `first_try` those delivered at the first attempt, `troubled` parcels that had an incident.
    """

    parcels: int = 0
    delivered: int = 0
    returned: int = 0
    promised: int = 0
    on_time: int = 0
    first_try: int = 0
    attempts: int = 0
    incidents: int = 0
    troubled: int = 0
    transit: Row = EMPTY
    first_scan: Row = EMPTY

    @property
    def on_time_rate(self) -> float | None:
        """The share of promises kept, 0 to 1."""
        return self.on_time / self.promised if self.promised else None

    @property
    def first_try_rate(self) -> float | None:
        """The share of delivered parcels that needed one attempt, 0 to 1."""
        return self.first_try / self.delivered if self.delivered else None

    @property
    def mean_attempts(self) -> float | None:
        """How often a carrier came with a parcel until it was delivered: 1 or more."""
        return 1 + self.attempts / self.delivered if self.delivered else None

    @property
    def troubled_rate(self) -> float | None:
        """The share of parcels that had an incident, 0 to 1."""
        return self.troubled / self.parcels if self.parcels else None

    def transit_days(self, share: float) -> float | None:
        """Return the days within which a share of the parcels went from hand-over to the door."""
        hours = Histogram.of_row(self.transit).reached_by(share)
        return None if hours is None else hours / _DAY

    def first_scan_hours(self, share: float) -> float | None:
        """Return the hours within which a share of the parcels were first scanned."""
        return Histogram.of_row(self.first_scan).reached_by(share)


COUNTS = (
    *("parcels", "delivered", "returned", "promised", "on_time", "first_try"),
    *("attempts", "incidents", "troubled"),
)
"""The plain counts of `Figures`."""


def figures_of(outcome: Outcome) -> Figures:
    """Return what one parcel adds."""
    arrived = outcome.status is Status.DELIVERED
    return Figures(
        parcels=1,
        delivered=int(arrived),
        returned=int(outcome.status is Status.RETURNED),
        promised=int(outcome.on_time is not None),
        on_time=int(outcome.on_time is True),
        first_try=int(arrived and not outcome.attempts),
        attempts=outcome.attempts if arrived else 0,
        incidents=outcome.incidents,
        troubled=int(outcome.incidents > 0),
        transit=_row_of(outcome.transit),
        first_scan=_row_of(outcome.first_scan),
    )


def _row_of(bucket: int | None) -> Row:
    return EMPTY if bucket is None else (*EMPTY[:bucket], 1, *EMPTY[bucket + 1 :])


def added_up(added: Iterable[Figures], taken_away: Iterable[Figures] = ()) -> Figures:
    """Return the sum of figures, less others."""
    more, less = _sum(added), _sum(taken_away)
    return Figures(
        **{name: getattr(more, name) - getattr(less, name) for name in COUNTS},
        transit=tuple(map(sub, more.transit, less.transit)),
        first_scan=tuple(map(sub, more.first_scan, less.first_scan)),
    )


def _sum(several: Iterable[Figures]) -> Figures:
    parts = list(several)
    return Figures(
        **{name: sum(getattr(part, name) for part in parts) for name in COUNTS},
        transit=_sum_of_rows([part.transit for part in parts]),
        first_scan=_sum_of_rows([part.first_scan for part in parts]),
    )


def _sum_of_rows(rows: Sequence[Row]) -> Row:
    return tuple(map(sum, zip(EMPTY, *rows, strict=True)))
