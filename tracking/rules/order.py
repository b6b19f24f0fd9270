"""The order of scans: where a row is kept, what makes it the same row, and how the list reads.

A row's place and key come from its own facts alone, so they are the same however and whenever the
row arrives:

- an instant is kept as it is;
- a date, or a wall clock without a place, is read in the zone of its place (UTC where unknown): a
  date stands at the start of its day;
- a row without any time stands at `UNDATED`.

Reading puts rows without an exact time back where the source listed them: not before any timed
row of the same source that stands earlier in its listing (on the same day, for a date). The shop's
own record of a label reads before the first scan on the way.
"""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from tracking.enums import Status, TimePrecision
from tracking.rules.facts import NormalisedEvent

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Where rows without any time are kept. Never shown."""

SHOP = "shop"
"""The source of what the shop's own record of a parcel says."""

_NOT_ON_THE_WAY = (None, Status.PENDING, Status.INFO_RECEIVED)
# How far along a parcel is: settles scans of one instant that no listing puts in order.
_PROGRESS = {status: rank for rank, status in enumerate(Status)}


@dataclass(frozen=True, kw_only=True)
class PlacedEvent:
    """A scan with the two values that, with its shipment, make its primary key."""

    sort_at: datetime
    key: uuid.UUID
    event: NormalisedEvent


def place(events: Iterable[NormalisedEvent]) -> list[PlacedEvent]:
    """Return each different row once, with its `sort_at` and `key`, in reading order.

    Rows that are alike in all facts but stand at different positions are different rows: the key
    counts them (0 for the first). The same row at the same position is a repeat.
    """
    places: defaultdict[str, set[int]] = defaultdict(set)
    rows = {(_facts(event), event.position): event for event in events}
    for facts, position in rows:
        places[facts].add(position)
    return in_reading_order(
        PlacedEvent(
            sort_at=_sort_at(event),
            key=_key(facts, sorted(places[facts]).index(position)),
            event=event,
        )
        for (facts, position), event in rows.items()
    )


def in_reading_order(events: Iterable[PlacedEvent]) -> list[PlacedEvent]:
    """Return the rows as a person should read them, oldest first; any input order will do."""
    rows = _with_label_first(sorted(events, key=lambda row: row.key))
    by_exactness = sorted(rows, key=lambda row: _vagueness(row.event))
    moments: dict[uuid.UUID, datetime] = {}
    exact: list[PlacedEvent] = []
    for row in by_exactness:
        earlier = (moments[other.key] for other in exact if _is_listed_before(other, row))
        moments[row.key] = max([row.sort_at, *earlier]) if _vagueness(row.event) else row.sort_at
        if row.event.time_precision is not TimePrecision.NONE:
            exact.append(row)

    def reading_key(row: PlacedEvent) -> tuple[datetime, bool, int, int, uuid.UUID]:
        progress = _PROGRESS[row.event.status] if row.event.status else 0
        is_scan = not _is_own_label(row)
        return moments[row.key], is_scan, row.event.position, progress, row.key

    return sorted(rows, key=reading_key)


def _with_label_first(rows: list[PlacedEvent]) -> list[PlacedEvent]:
    """Put the shop's own record of a label before the first scan on the way.

    A shop tells of a parcel when it gets round to it. What was scanned before that shows that the
    label is older, and not by how much: it has no time then, unless that scan is of the same day,
    and of no hour.
    """
    on_the_way = [
        row
        for row in rows
        if row.event.source != SHOP
        and row.event.status not in _NOT_ON_THE_WAY
        and row.event.time_precision is not TimePrecision.NONE
    ]
    first = min(on_the_way, key=lambda row: row.sort_at, default=None)
    if first is None:
        return rows
    return [_label_before(first, row) if _is_own_label(row) else row for row in rows]


def _is_own_label(row: PlacedEvent) -> bool:
    return row.event.source == SHOP and row.event.status is Status.INFO_RECEIVED


def _label_before(first: PlacedEvent, label: PlacedEvent) -> PlacedEvent:
    if label.sort_at <= first.sort_at:
        return label
    known, told = first.event, label.event
    is_same_day = known.local_time[:10] == told.local_time[:10]
    if not (known.time_precision is TimePrecision.DATE and is_same_day):
        told = replace(told, occurred_at=None, local_time="", time_precision=TimePrecision.NONE)
    return replace(label, sort_at=first.sort_at, event=told)


def _vagueness(event: NormalisedEvent) -> int:
    return {TimePrecision.DATE: 1, TimePrecision.NONE: 2}.get(event.time_precision, 0)


def _is_listed_before(other: PlacedEvent, row: PlacedEvent) -> bool:
    return (
        other.event.source == row.event.source
        and other.event.position < row.event.position
        and (
            row.event.time_precision is TimePrecision.NONE
            or other.event.local_time[:10] == row.event.local_time[:10]
        )
    )


def _sort_at(event: NormalisedEvent) -> datetime:
    if event.occurred_at is not None:
        return event.occurred_at.astimezone(UTC)
    if not event.local_time:
        return UNDATED
    zone = ZoneInfo(event.zone or "UTC")
    if event.time_precision is TimePrecision.DATE:
        day = date.fromisoformat(event.local_time)
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
    return datetime.fromisoformat(event.local_time).replace(tzinfo=zone).astimezone(UTC)


def _facts(event: NormalisedEvent) -> str:
    # Status and zone are our reading of the row and may improve: they are not part of the key.
    moment = event.occurred_at.astimezone(UTC).isoformat() if event.occurred_at else ""
    return json.dumps(
        [
            moment or event.local_time,
            event.raw_code,
            event.raw_description,
            event.location,
            event.external_id,
        ],
        ensure_ascii=False,
    )


def _key(facts: str, ordinal: int) -> uuid.UUID:
    return uuid.UUID(bytes=hashlib.sha256(f"{ordinal}\n{facts}".encode()).digest()[:16])
