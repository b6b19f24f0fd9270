"""The usual times of parcels, learnt from those that arrived: between scans, and to the door.

Times are counted in business hours and kept as histograms with logarithmic buckets (each 15 %
wider than the one before), so that any two can be added up. What is asked of a lane with too few
parcels is answered by its service, then by its carrier, then by `LONGEST_GAPS`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from tracking.enums import Status
from tracking.rules.calendar import WorkCalendar
from tracking.rules.order import UNDATED, PlacedEvent, in_reading_order

SHORTEST, GROWTH, BUCKETS = 0.25, 1.15, 72
"""The first bucket ends at a quarter of an hour, the last one begins after eight months."""
MOST = 20_000
"""A histogram with more entries than this counts half of each: what is long ago weighs less."""
ENOUGH_GAPS = 20
ENOUGH_ARRIVALS = 20
"""Fewer parcels than this say nothing of what is usual."""


class Phase(StrEnum):
    """The part of a journey a parcel is in, as far as waiting times differ."""

    LABEL = "label"
    MOVING = "moving"
    BORDER = "border"
    NEAR = "near"
    OUT = "out"
    WAITING = "waiting"
    ATTEMPTED = "attempted"
    TROUBLE = "trouble"
    RETURNING = "returning"


LONGEST_GAPS: Mapping[Phase, float] = {
    Phase.LABEL: 48,
    Phase.MOVING: 60,
    Phase.BORDER: 120,
    Phase.NEAR: 48,
    Phase.OUT: 24,
    Phase.WAITING: 240,
    Phase.ATTEMPTED: 72,
    Phase.TROUBLE: 72,
    Phase.RETURNING: 240,
}
"""The business hours between scans that count as usual while nothing has been learnt."""

_PHASES: Mapping[Status, Phase] = {
    Status.PENDING: Phase.LABEL,
    Status.INFO_RECEIVED: Phase.LABEL,
    Status.IN_TRANSIT: Phase.MOVING,
    Status.OUT_FOR_DELIVERY: Phase.OUT,
    Status.AVAILABLE_FOR_PICKUP: Phase.WAITING,
    Status.DELIVERY_ATTEMPTED: Phase.ATTEMPTED,
    Status.EXCEPTION: Phase.TROUBLE,
    Status.RETURNING: Phase.RETURNING,
}
_FINER: Mapping[str, Phase] = {
    "customs_processing": Phase.BORDER,
    "arrived_destination_country": Phase.BORDER,
    "at_delivery_depot": Phase.NEAR,
    "delivery_scheduled": Phase.NEAR,
    "held_at_depot": Phase.NEAR,
}


def phase_of(status: Status, substatus: str) -> Phase | None:
    """Return the phase of a status; None where the journey has ended."""
    if status is Status.IN_TRANSIT and substatus in _FINER:
        return _FINER[substatus]
    return _PHASES.get(status)


def lane_of(origin: str, destination: str, postcode: str) -> str:
    """Return the name of a way between two countries; "" where its end is not known.

    At home the first sign of the postcode tells the region: `JP>JP-1` is Tokyo.
    """
    if not destination:
        return ""
    region = postcode[:1].upper() if origin == destination else ""
    return f"{origin}>{destination}" + (f"-{region}" if region else "")


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """How many times of each length were seen; lengths in hours, by bucket."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of_row(cls, row: Sequence[int]) -> "Histogram":
        """Return the histogram of a count for every bucket, in the order of their lengths."""
        return cls(counts={bucket: count for bucket, count in enumerate(row) if count})

    @property
    def total(self) -> int:
        """Return how many times were seen."""
        return sum(self.counts.values())

    def merged(self, other: "Histogram") -> "Histogram":
        """Return both together; old entries fade where there are more than `MOST`."""
        counts = dict(self.counts)
        for bucket, count in other.counts.items():
            counts[bucket] = counts.get(bucket, 0) + count
        if sum(counts.values()) > MOST:
            counts = {bucket: half for bucket, count in counts.items() if (half := count // 2)}
        return Histogram(counts=counts)

    def share_beyond(self, hours: float) -> float:
        """Return the share of times longer than `hours`, above 0: any time can be outlasted.

        Beyond the longest time seen, half an entry remains and grows thinner with the length.
        """
        total = self.total
        if not total:
            return 1.0
        longest = _end_of(max(self.counts))
        if hours >= longest:
            return 0.5 * (longest / hours) / (total + 0.5)
        longer = 0.5
        for bucket, count in self.counts.items():
            begin, end = _begin_of(bucket), _end_of(bucket)
            if hours < end:
                longer += count * min(1.0, (end - hours) / (end - begin))
        return min(1.0, longer / (total + 0.5))

    def outlasted_by(self, share: float) -> float:
        """Return the length in hours that a share of times exceeds: `share_beyond` turned round."""
        total = self.total
        if share >= 1.0 or not total:
            return 0.0
        longer = share * (total + 0.5) - 0.5
        if longer <= 0:
            longest = _end_of(max(self.counts))
            return min(_end_of(BUCKETS), 0.5 * longest / max(share * (total + 0.5), 1e-9))
        for bucket in sorted(self.counts, reverse=True):
            count = self.counts[bucket]
            if longer <= count:
                begin, end = _begin_of(bucket), _end_of(bucket)
                return end - (end - begin) * longer / count
            longer -= count
        return 0.0

    def reached_by(self, share: float) -> float | None:
        """Return the length in hours that a share of the times seen stay within; None of none.

        Nothing is said of times longer than those seen, as `outlasted_by` does.
        """
        if not self.total:
            return None
        within = share * self.total
        for bucket in sorted(self.counts):
            count = self.counts[bucket]
            if within <= count:
                begin, end = _begin_of(bucket), _end_of(bucket)
                return begin + (end - begin) * within / count
            within -= count
        return _end_of(max(self.counts))


def histogram_of(hours: Iterable[float]) -> Histogram:
    """Return the histogram of some lengths in hours."""
    counts: dict[int, int] = {}
    for length in hours:
        bucket = bucket_of(length)
        counts[bucket] = counts.get(bucket, 0) + 1
    return Histogram(counts=counts)


def bucket_of(hours: float) -> int:
    """Return the bucket that a length in hours falls into."""
    if hours <= SHORTEST:
        return 0
    return min(BUCKETS, math.ceil(math.log(hours / SHORTEST) / math.log(GROWTH) - 1e-9))


_ENDS = tuple(SHORTEST * GROWTH**bucket for bucket in range(BUCKETS + 1))


def _begin_of(bucket: int) -> float:
    return _ENDS[bucket - 1] if bucket else 0.0


def _end_of(bucket: int) -> float:
    return _ENDS[bucket]


@dataclass(frozen=True, kw_only=True)
class Times:
    """What one carrier, service or lane has taught: by phase, gaps and the time left to the door.

    A gap is counted in the phase of its earlier scan; `arrivals` from the first scan of a phase,
    once for each parcel that was in it.
    """

    gaps: Mapping[Phase, Histogram] = field(default_factory=dict)
    arrivals: Mapping[Phase, Histogram] = field(default_factory=dict)

    def merged(self, other: "Times") -> "Times":
        """Return both together."""
        return Times(
            gaps=_merge(self.gaps, other.gaps), arrivals=_merge(self.arrivals, other.arrivals)
        )

    def to_json(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return a form that JSON can keep; `from_json` reads it."""
        return {
            name: {
                phase.value: {str(bucket): count for bucket, count in histogram.counts.items()}
                for phase, histogram in histograms.items()
            }
            for name, histograms in (("gaps", self.gaps), ("arrivals", self.arrivals))
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Mapping[str, Mapping[str, int]]]) -> "Times":
        """Return what `to_json` wrote."""
        gaps, arrivals = (
            {
                Phase(phase): Histogram(counts={int(one): count for one, count in counts.items()})
                for phase, counts in kept.get(name, {}).items()
            }
            for name in ("gaps", "arrivals")
        )
        return cls(gaps=gaps, arrivals=arrivals)


def _merge(
    ours: Mapping[Phase, Histogram], theirs: Mapping[Phase, Histogram]
) -> dict[Phase, Histogram]:
    none = Histogram()
    return {
        phase: ours.get(phase, none).merged(theirs.get(phase, none))
        for phase in sorted({*ours, *theirs})
    }


@dataclass(frozen=True, kw_only=True)
class Usual:
    """What is usual for one parcel: the `Times` of its lane, service and carrier, nearest first."""

    levels: Sequence[Times] = ()

    def gap(self, phase: Phase) -> Histogram | None:
        """Return the nearest histogram of gaps that rests on enough of them."""
        found = (level.gaps.get(phase, Histogram()) for level in self.levels)
        return next((one for one in found if one.total >= ENOUGH_GAPS), None)

    def arrival(self, phase: Phase) -> Histogram | None:
        """Return the nearest histogram of times to the door that rests on enough of them."""
        found = (level.arrivals.get(phase, Histogram()) for level in self.levels)
        return next((one for one in found if one.total >= ENOUGH_ARRIVALS), None)

    def longest_gap(self, phase: Phase) -> float:
        """Return the business hours without a scan that 95 of 100 gaps stay under."""
        learnt = self.gap(phase)
        return learnt.outlasted_by(0.05) if learnt else LONGEST_GAPS[phase]

    def share_out(self) -> float | None:
        """Return the share of parcels that are scanned as out for delivery before they arrive.

        None while too few have arrived.
        """
        for level in self.levels:
            arrived = max((one.total for one in level.arrivals.values()), default=0)
            if arrived >= ENOUGH_ARRIVALS:
                return min(1.0, level.arrivals.get(Phase.OUT, Histogram()).total / arrived)
        return None


def phases_of(scans: Iterable[PlacedEvent]) -> list[tuple[datetime, Phase | None]]:
    """Return when each scan was and the phase it leaves the parcel in, in reading order.

    Scans without any time, and those before the first that moves the parcel, are left out;
    information-only scans leave the phase as it is.
    """
    found: list[tuple[datetime, Phase | None]] = []
    phase: Phase | None = None
    known = False
    for scan in in_reading_order(scans):
        event = scan.event
        if event.status is not None and event.substatus != "information_only":
            phase, known = phase_of(event.status, event.substatus), True
        if known and scan.sort_at != UNDATED:
            found.append((scan.sort_at, phase))
    return found


def times_of(scans: Iterable[PlacedEvent], calendar: WorkCalendar) -> Times:
    """Return what a parcel that was delivered teaches; nothing where it was not."""
    steps = phases_of(scans)
    ends = [place for place, (_, phase) in enumerate(steps) if phase is None]
    if not ends:
        return Times()
    arrived_at = steps[ends[0]][0]
    gaps: dict[Phase, list[float]] = {}
    arrivals: dict[Phase, list[float]] = {}
    for (moment, phase), (after, _) in pairwise(steps[: ends[0] + 1]):
        if phase is None:
            continue
        gaps.setdefault(phase, []).append(calendar.hours_between(moment, after))
        # A phase entered again is no parcel more: scans out of order go back and forth.
        if phase not in arrivals:
            arrivals[phase] = [calendar.hours_between(moment, arrived_at)]
    return Times(
        gaps={phase: histogram_of(hours) for phase, hours in gaps.items()},
        arrivals={phase: histogram_of(hours) for phase, hours in arrivals.items()},
    )
