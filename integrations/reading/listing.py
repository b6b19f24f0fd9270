"""Listings of scans: which way they run, the positions of their rows, the way back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from integrations.reading.meanings import BACK_AT_SENDER
from postexp.kernel.inbox import Unreadable
from tracking.enums import Status
from tracking.rules import NormalisedEvent

MOST_ROWS = 1_000
"""The rows that one parcel may have: many times those of the longest journey."""

_SECONDS = slice(0, 19)


def in_order(
    events: Iterable[NormalisedEvent],
    *,
    newest_first: bool = False,
    only_instants_tell: bool = False,
) -> tuple[NormalisedEvent, ...]:
    """Return the events of one listing oldest first, and count their positions.

    The times of its first and last row tell which way a listing runs; `newest_first` is the
    source's habit, for listings whose times do not tell. With `only_instants_tell` printed clocks
    and days are no such times: for sources whose rows come from many zones, some of them unknown.
    Raises Unreadable for more than MOST_ROWS.
    """
    rows = bounded(events)
    instants = [_moment(row) for row in rows if row.occurred_at]
    moments = [_moment(row) for row in rows if len(row.local_time) > 10]
    days = [row.local_time[:10] for row in rows if row.local_time]
    for marks in (instants,) if only_instants_tell else (moments, days):
        if marks and marks[0] != marks[-1]:
            newest_first = marks[0] > marks[-1]
            break
    if newest_first:
        rows.reverse()
    return counted(rows)


def bounded(events: Iterable[NormalisedEvent]) -> list[NormalisedEvent]:
    """Return the events of one parcel; raises Unreadable, having read no further, for too many."""
    rows = list(islice(events, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise Unreadable(
            f"One parcel of the message has more than {MOST_ROWS:,} rows.",
            "Ask the sender to split the message: no journey has as many scans.",
        )
    return rows


def counted(events: Iterable[NormalisedEvent]) -> tuple[NormalisedEvent, ...]:
    """Count the positions of events that stand oldest first."""
    return tuple(replace(event, position=position) for position, event in enumerate(events))


def homeward(events: Iterable[NormalisedEvent]) -> tuple[NormalisedEvent, ...]:
    """Read a delivery after the parcel turned back, oldest first, as its return to the sender."""
    told: list[NormalisedEvent] = []
    going_back = False
    for event in events:
        if going_back and event.status is Status.DELIVERED:
            event = replace(event, status=BACK_AT_SENDER.status, substatus=BACK_AT_SENDER.substatus)
        going_back = going_back or event.status is Status.RETURNING
        told.append(event)
    return tuple(told)


def _moment(event: NormalisedEvent) -> str:
    """Return the instant where it is known, else the printed clock: both sort as text."""
    known = event.occurred_at
    return (known.isoformat() if known else event.local_time)[_SECONDS]
