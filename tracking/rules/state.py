"""The latest state of a parcel, as a fold over its scans in reading order."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tracking.enums import Status
from tracking.rules.facts import NormalisedEvent, Summary
from tracking.rules.order import PlacedEvent, in_reading_order

_EVERY = frozenset(Status)
# Once a carrier had the parcel, talk of labels and unknown numbers is late news.
_MOVING = _EVERY - {Status.PENDING, Status.INFO_RECEIVED}

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.PENDING: _EVERY,
    Status.INFO_RECEIVED: _EVERY - {Status.PENDING},
    Status.IN_TRANSIT: _MOVING,
    Status.OUT_FOR_DELIVERY: _MOVING,
    Status.AVAILABLE_FOR_PICKUP: _MOVING,
    Status.DELIVERY_ATTEMPTED: _MOVING,
    Status.EXCEPTION: _MOVING,
    # Late scans of the journey do not undo a delivery; a reported problem or a return does.
    Status.DELIVERED: frozenset(
        {Status.DELIVERED, Status.EXCEPTION, Status.RETURNING, Status.RETURNED}
    ),
    # The way back is made of ordinary scans: only an end, or the loss of the parcel, is news.
    Status.RETURNING: frozenset(
        {Status.RETURNING, Status.RETURNED, Status.DELIVERED, Status.EXCEPTION}
    ),
    Status.RETURNED: frozenset({Status.RETURNED}),
    # A scan proves that the label was used after all, or that the parcel lives.
    Status.CANCELLED: _MOVING,
    Status.EXPIRED: _EVERY - {Status.PENDING},
}
"""Which statuses may follow which; a scan that may not follow leaves the state as it is."""

_LOSSES = frozenset({"lost", "damaged", "disposed"})


@dataclass(frozen=True, kw_only=True)
class ShipmentState:
    """What is known of a parcel now.

    `latest` is the scan that decided the status last, `entered_by` the one that brought the status
    about (None where only a summary speaks). `entered` counts how often each status was entered:
    failed attempts are `entered[DELIVERY_ATTEMPTED]`. `last_scan` is the newest row of all.
    """

    status: Status = Status.PENDING
    substatus: str = "awaiting_carrier"
    latest: PlacedEvent | None = None
    entered_by: PlacedEvent | None = None
    last_scan: PlacedEvent | None = None
    entered: Mapping[Status, int] = field(default_factory=dict)

    @property
    def latest_key(self) -> uuid.UUID | None:
        """Return the key of the scan that decided the status."""
        return self.latest.key if self.latest else None


def fold(events: Iterable[PlacedEvent], summary: Summary | None = None) -> ShipmentState:
    """Return the state that a set of scans adds up to, whatever order they arrived in.

    Scans outrank the summary; information-only scans never move the status; a scan that cannot
    follow the status so far (`MOVES`) leaves it; repeats change nothing.
    """
    rows = in_reading_order({event.key: event for event in events}.values())
    status: Status | None = None
    substatus = ""
    latest = entered_by = None
    entered: Counter[Status] = Counter()
    for row in rows:
        event = row.event
        if event.status is None or not _may_follow(status, event):
            continue
        if event.status is not status:
            entered[event.status] += 1
            entered_by = row
        status, substatus, latest = event.status, event.substatus, row
    last_scan = rows[-1] if rows else None
    if status is None:
        return _from_summary(summary, last_scan)
    return ShipmentState(
        status=status,
        substatus=substatus,
        latest=latest,
        entered_by=entered_by,
        last_scan=last_scan,
        entered=dict(entered),
    )


def _may_follow(status: Status | None, event: NormalisedEvent) -> bool:
    if event.status is None or event.substatus == "information_only":
        return False
    if status is None:
        return True
    if status is Status.RETURNING and event.status is Status.EXCEPTION:
        return event.substatus in _LOSSES
    return event.status in MOVES[status]


def _from_summary(summary: Summary | None, last_scan: PlacedEvent | None) -> ShipmentState:
    if summary is None:
        return ShipmentState(last_scan=last_scan)
    return ShipmentState(
        status=summary.status,
        substatus=summary.substatus,
        last_scan=last_scan,
        entered={summary.status: 1},
    )
