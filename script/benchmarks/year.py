"""A year of a shop's parcels with what really became of each: the truth that detection is held to.

Everything follows from the seed. A parcel's scans are what its carrier tells, late, missing or
wrong as carriers are; `arrives_at` and `cause` are the truth, which nobody who judges may read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tracking.enums import DelayReason, Status, TimePrecision
from tracking.rules import NormalisedEvent

FIRST_DAY = date(2026, 1, 5)
DAYS = 364
PARCELS_A_DAY = 30


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A carrier's service from one place to another: how long it takes, on which weekdays it works.

    `days` are the working days from hand-over to delivery; `spread` widens them (the deviation of
    a logarithm); `slack` is what the shop promises on top.
    """

    carrier: str
    service: str
    origin: str
    destination: str
    zone: str
    days: float
    spread: float
    slack: int
    works: frozenset[int]
    hubs: tuple[str, ...]
    crosses_customs: bool = False
    announces: float = 0.5
    share: float = 1.0


_DAILY, _SIX, _FIVE = frozenset(range(7)), frozenset(range(6)), frozenset(range(5))
_TOKYO, _WEST, _EAST = "Asia/Tokyo", "America/Los_Angeles", "America/New_York"

LANES = (
    Lane(
        carrier="yamato", service="takkyubin", origin="JP", destination="JP", zone=_TOKYO,
        days=1.0, spread=0.18, slack=0, works=_DAILY, hubs=("羽田", "厚木"), share=5,
    ),
    Lane(
        carrier="sagawa", service="hikyaku", origin="JP", destination="JP", zone=_TOKYO,
        days=1.6, spread=0.22, slack=0, works=_DAILY, hubs=("東京", "関西"), share=3,
    ),
    Lane(
        carrier="japan_post", service="yu_pack", origin="JP", destination="JP-47", zone=_TOKYO,
        days=3.2, spread=0.2, slack=1, works=_DAILY, hubs=("新東京", "那覇"), share=1,
    ),
    Lane(
        carrier="ups", service="ground", origin="US", destination="US-W", zone=_WEST,
        days=2.2, spread=0.2, slack=1, works=_FIVE, hubs=("Portland, OR", "Oakland, CA"), share=3,
    ),
    Lane(
        carrier="usps", service="priority", origin="US", destination="US-E", zone=_EAST,
        days=3.4, spread=0.25, slack=1, works=_SIX, hubs=("Denver, CO", "Newark, NJ"),
        announces=0.3, share=3,
    ),
    Lane(
        carrier="fedex", service="international", origin="US", destination="JP", zone=_TOKYO,
        days=5.0, spread=0.25, slack=2, works=_SIX, hubs=("Memphis, TN", "成田"),
        crosses_customs=True, announces=0.7, share=1,
    ),
)  # fmt: skip

# Days on which no carrier of a country delivers.
CLOSED = {
    "JP": frozenset({(1, 1), (1, 2)}),
    "US": frozenset({(1, 1), (7, 4), (11, 26), (12, 25)}),
}

# How often a parcel meets each trouble, out of a thousand.
TROUBLES = {
    "storm": 12,
    "backlog": 14,
    "misroute": 8,
    "customs": 5,
    "lost": 3,
    "forgotten": 8,
    "address": 6,
    "absent": 15,
    "van": 3,
}


@dataclass(kw_only=True)
class Parcel:
    """One parcel. `arrives_at` is None for one that never does; `cause` is "" for a plain journey.

    `scans` are pairs of when a scan is told and what it says, in the order they are told.
    """

    number: int
    lane: Lane
    ordered_at: datetime
    promised: date
    cause: str = ""
    arrives_at: datetime | None = None
    scans: list[tuple[datetime, NormalisedEvent]] = field(default_factory=list)

    @property
    def promise_ends_at(self) -> datetime:
        """When the promised day is over where the parcel goes, in UTC."""
        end = datetime.combine(self.promised + timedelta(days=1), time.min)
        return end.replace(tzinfo=ZoneInfo(self.lane.zone)).astimezone(UTC)

    @property
    def is_late(self) -> bool:
        """Whether it arrives after the promised day, or never."""
        return self.arrives_at is None or self.arrives_at >= self.promise_ends_at


def play_year(seed: int, *, a_day: int = PARCELS_A_DAY, days: int = DAYS) -> Iterator[Parcel]:
    """Yield the parcels of a year in the order they were sent; the same seed, the same year."""
    chance = Random(seed)
    storms = _storms(chance, days)
    shares = [lane.share for lane in LANES]
    number = 0
    for day in range(days):
        today = FIRST_DAY + timedelta(days=day)
        season = 1.8 if today.month == 12 and today.day < 24 else 1.0
        for _ in range(round(a_day * season * chance.uniform(0.7, 1.3))):
            number += 1
            lane = chance.choices(LANES, shares)[0]
            yield _send(number, lane, today, storms, chance)


def _storms(chance: Random, days: int) -> dict[str, list[tuple[date, int]]]:
    """Return the storms of a year by destination: their first day, and how long nothing moves."""
    return {
        lane.destination: [
            (FIRST_DAY + timedelta(days=chance.randrange(days)), chance.randint(1, 3))
            for _ in range(3)
        ]
        for lane in LANES
    }


def _send(
    number: int, lane: Lane, today: date, storms: dict[str, list[tuple[date, int]]], chance: Random
) -> Parcel:
    zone = ZoneInfo(lane.zone)
    ordered_at = _local(today, chance.uniform(7, 22), zone)
    handed_over = _working_day(today + timedelta(days=1), lane)
    promised = _after(handed_over, math.ceil(lane.days) + lane.slack, lane)
    parcel = Parcel(number=number, lane=lane, ordered_at=ordered_at, promised=promised)
    parcel.cause = _trouble(lane, handed_over, storms, chance)
    journey = _Journey(parcel, handed_over, chance)
    journey.run()
    parcel.scans = sorted(_as_told(journey.scans, chance), key=lambda told: told[0])
    return parcel


def _trouble(
    lane: Lane, sent: date, storms: dict[str, list[tuple[date, int]]], chance: Random
) -> str:
    for began, length in storms[lane.destination]:
        if began - timedelta(days=math.ceil(lane.days)) <= sent < began + timedelta(days=length):
            return "storm" if chance.random() < 0.7 else ""
    met = chance.random() * 1000
    for name, share in TROUBLES.items():
        if name == "storm" or (name == "customs" and not lane.crosses_customs):
            continue
        weight = share * (4 if name == "backlog" and sent.month == 12 else 1)
        if met < weight:
            return name
        met -= weight
    return ""


class _Journey:
    """Plays one parcel from its label to the door, and notes the scans as they truly happen."""

    def __init__(self, parcel: Parcel, handed_over: date, chance: Random) -> None:
        self.parcel, self.lane, self.chance = parcel, parcel.lane, chance
        self.zone = ZoneInfo(parcel.lane.zone)
        self.handed_over = handed_over
        self.scans: list[NormalisedEvent] = []

    def run(self) -> None:
        """Play it all."""
        lane, chance, cause = self.lane, self.chance, self.parcel.cause
        made = self.parcel.ordered_at + timedelta(hours=chance.uniform(1, 8))
        self.scan(made, Status.INFO_RECEIVED, "label_created", "")
        start = self.handed_over
        if cause == "forgotten":
            start = _after(start, chance.randint(2, 5), lane)
        picked_up = _local(start, chance.uniform(16, 20), self.zone)
        self.scan(picked_up, Status.IN_TRANSIT, "picked_up", lane.hubs[0])
        self.scan(picked_up + timedelta(hours=chance.uniform(2, 5)), Status.IN_TRANSIT,
                  "departed_facility", lane.hubs[0])  # fmt: skip
        length = max(0.5, lane.days * chance.lognormvariate(0, lane.spread))
        extra = self.trouble_on_the_way(picked_up, length)
        if extra is None:
            return
        door = _after(start, max(1, round(length)) + extra, lane)
        self.hubs(picked_up, door)
        self.deliver(door)

    def trouble_on_the_way(self, picked_up: datetime, length: float) -> int | None:
        """Scan what goes wrong between hubs; return the days it costs, None where it never ends."""
        cause, chance, lane = self.parcel.cause, self.chance, self.lane
        halfway = picked_up + timedelta(days=max(0.4, length / 2))
        told = chance.random() < lane.announces
        if cause == "lost":
            self.scan(halfway, Status.IN_TRANSIT, "arrived_facility", lane.hubs[1])
            return None
        if cause == "storm":
            if told:
                self.scan(halfway, Status.IN_TRANSIT, "weather_delay", lane.hubs[1],
                          delay=DelayReason.WEATHER)  # fmt: skip
            return lane.slack + chance.randint(1, 3)
        if cause == "backlog":
            if told and chance.random() < 0.5:
                self.scan(halfway, Status.IN_TRANSIT, "carrier_delay", lane.hubs[1],
                          delay=DelayReason.CARRIER)  # fmt: skip
            return lane.slack + chance.randint(0, 3)
        if cause == "misroute":
            if told:
                self.scan(halfway, Status.IN_TRANSIT, "misrouted", "elsewhere")
            return lane.slack + chance.randint(1, 2)
        if cause == "customs":
            self.scan(halfway, Status.IN_TRANSIT, "customs_processing", lane.hubs[1])
            return lane.slack + chance.randint(1, 5)
        return 0

    def hubs(self, picked_up: datetime, door: date) -> None:
        """Scan the hubs between hand-over and the last depot."""
        morning = _local(door, self.chance.uniform(2, 6), self.zone)
        between = (morning - picked_up) / 3
        hub = self.lane.hubs[1]
        first = picked_up + between * self.chance.uniform(0.8, 1.2)
        self.scan(first, Status.IN_TRANSIT, "arrived_facility", hub)
        self.scan(first + timedelta(hours=self.chance.uniform(2, 7)), Status.IN_TRANSIT,
                  "departed_facility", hub)  # fmt: skip
        if self.lane.crosses_customs and self.parcel.cause != "customs":
            self.scan(first + timedelta(hours=1), Status.IN_TRANSIT, "customs_cleared", hub)
        self.scan(morning, Status.IN_TRANSIT, "at_delivery_depot", "depot")

    def deliver(self, door: date) -> None:
        """Bring it to the door, perhaps not at the first try."""
        cause, chance = self.parcel.cause, self.chance
        self.scan(_local(door, chance.uniform(7.5, 9.5), self.zone), Status.OUT_FOR_DELIVERY,
                  "on_vehicle", "depot")  # fmt: skip
        at = _local(door, chance.triangular(9.8, 20.5, 13.5), self.zone)
        if cause in ("absent", "address"):
            reason = "recipient_absent" if cause == "absent" else "address_problem"
            self.scan(at, Status.DELIVERY_ATTEMPTED, reason, "")
            again = 1 if cause == "absent" else chance.randint(1, 3)
            door = _after(door, again, self.lane)
        elif cause == "van":
            # Nobody scans what stays in the van overnight.
            door = _after(door, 1, self.lane)
        if cause in ("absent", "address", "van"):
            self.scan(_local(door, chance.uniform(7.5, 9.5), self.zone), Status.OUT_FOR_DELIVERY,
                      "redelivery", "depot")  # fmt: skip
            at = _local(door, chance.triangular(9.8, 20.5, 13.5), self.zone)
        self.scan(at, Status.DELIVERED, "delivered", "")
        self.parcel.arrives_at = at

    def scan(
        self,
        at: datetime,
        status: Status,
        substatus: str,
        place: str,
        delay: DelayReason | None = None,
    ) -> None:
        """Note a scan."""
        local = at.astimezone(self.zone)
        self.scans.append(
            NormalisedEvent(
                source=self.lane.carrier,
                occurred_at=at,
                local_time=local.isoformat(timespec="minutes"),
                time_precision=TimePrecision.MINUTE,
                zone=self.lane.zone,
                status=status,
                substatus=substatus,
                location=place,
                raw_code=substatus,
                position=len(self.scans),
                delay_reason=delay,
            )
        )


def _as_told(
    scans: list[NormalisedEvent], chance: Random
) -> Iterator[tuple[datetime, NormalisedEvent]]:
    """Yield when each scan is told: minutes after it happened, hours at times, some of them never.

    The first and the last are always told; one in a hundred is told twice.
    """
    for place, scan in enumerate(scans):
        assert scan.occurred_at is not None
        if 0 < place < len(scans) - 1 and chance.random() < 0.06:
            continue
        hours = chance.uniform(2, 10) if chance.random() < 0.03 else chance.expovariate(6)
        told_at = scan.occurred_at + timedelta(hours=hours)
        yield told_at, scan
        if chance.random() < 0.01:
            yield told_at + timedelta(hours=1), scan


def _local(day: date, hour: float, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    return (midnight + timedelta(hours=hour)).astimezone(UTC).replace(microsecond=0)


def _works(day: date, lane: Lane) -> bool:
    closed = CLOSED[lane.destination[:2]]
    return day.weekday() in lane.works and (day.month, day.day) not in closed


def _working_day(day: date, lane: Lane) -> date:
    while not _works(day, lane):
        day += timedelta(days=1)
    return day


def _after(day: date, days: int, lane: Lane) -> date:
    """Return the working day so many working days after another."""
    for _ in range(days):
        day = _working_day(day + timedelta(days=1), lane)
    return day
