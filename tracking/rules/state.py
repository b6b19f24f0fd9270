"""The latest state of a parcel, as a fold over its scans in reading order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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

    `latest` is the scan that decided the status last; `turns` are the scans that each brought a new
    status about, oldest first. Both are empty where only a summary speaks. `last_scan` is the
    newest row of all, information included.
    """

    status: Status = Status.PENDING
    substatus: str = "awaiting_carrier"
    latest: PlacedEvent | None = None
    last_scan: PlacedEvent | None = None
    turns: tuple[PlacedEvent, ...] = ()

    @property
    def entered_by(self) -> PlacedEvent | None:
        """Return the scan that brought the status about."""
        return self.turns[-1] if self.turns else None

    def turns_to(self, *statuses: Status) -> tuple[PlacedEvent, ...]:
        """Return the scans that brought one of these statuses about, oldest first."""
        return tuple(turn for turn in self.turns if turn.event.status in statuses)


def fold(events: Iterable[PlacedEvent], summary: Summary | None = None) -> ShipmentState:
    """Return the state that a set of scans adds up to, whatever order they arrived in.

    Scans outrank the summary; information-only scans never move the status; a scan that cannot
    follow the status so far (`MOVES`) leaves it; repeats change nothing.
    """
    rows = in_reading_order({event.key: event for event in events}.values())
    latest: PlacedEvent | None = None
    turns: list[PlacedEvent] = []
    for row in rows:
        known = latest.event.status if latest else None
        if _may_follow(known, row.event):
            latest = row
            if row.event.status is not known:
                turns.append(row)
    last_scan = rows[-1] if rows else None
    if latest is None or latest.event.status is None:
        return _from_summary(summary, last_scan)
    return ShipmentState(
        status=latest.event.status,
        substatus=latest.event.substatus,
        latest=latest,
        last_scan=last_scan,
        turns=tuple(turns),
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
    )
