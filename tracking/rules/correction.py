"""Staff's word on how a parcel stands: it lies on top of what the scans add up to."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from tracking.enums import Status, TimePrecision
from tracking.rules.facts import NormalisedEvent
from tracking.rules.order import PlacedEvent, place
from tracking.rules.state import ShipmentState

STAFF = "staff"
"""The source of staff's words, beside carriers, aggregators and the shop."""


def staff_word(status: Status, substatus: str, *, said_at: datetime, zone: str) -> PlacedEvent:
    """Return a status that staff set, at an instant, as a row of the parcel's story."""
    (row,) = place(
        [
            NormalisedEvent(
                source=STAFF,
                occurred_at=said_at,
                local_time=said_at.astimezone(ZoneInfo(zone)).isoformat(),
                time_precision=TimePrecision.SECOND,
                zone=zone,
                status=status,
                substatus=substatus,
            )
        ]
    )
    return row


def overrule(state: ShipmentState, word: PlacedEvent) -> ShipmentState:
    """Return the state while staff's word stands, whatever the carrier said before or since."""
    status = word.event.status
    if status is None:
        raise ValueError("staff say a status")
    is_new = status is not state.status or not state.turns
    return replace(
        state,
        status=status,
        substatus=word.event.substatus,
        latest=word,
        turns=(*state.turns, word) if is_new else state.turns,
    )
