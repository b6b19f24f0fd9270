"""The same scan told by two sources is one line of the timeline."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from tracking.enums import TimePrecision
from tracking.rules.order import PlacedEvent

WITHIN = timedelta(seconds=60)
"""Sources cut seconds off: two instants this near each other, or nearer, may be one."""
_EXACT = (TimePrecision.SECOND, TimePrecision.MINUTE)


def told_once(rows: Iterable[PlacedEvent]) -> list[PlacedEvent]:
    """Return rows in their order, without those that another source tells as well.

    Two rows are one scan where different sources tell the same status for the same instant, and
    each source tells it as often. The row that says more stays.
    """
    kept: list[PlacedEvent] = []
    matched: dict[int, set[str]] = {}
    for row in rows:
        place = _place_of_same(kept, matched, row)
        if place is None:
            matched[len(kept)] = {row.event.source}
            kept.append(row)
            continue
        matched[place].add(row.event.source)
        if _says(row) > _says(kept[place]):
            kept[place] = row
    return kept


def _place_of_same(
    kept: Sequence[PlacedEvent], matched: dict[int, set[str]], row: PlacedEvent
) -> int | None:
    """Return where a row is kept already by another source, the nearest one before it."""
    for place in range(len(kept) - 1, -1, -1):
        if _is_before(kept[place], row):
            return None
        if row.event.source not in matched[place] and _is_same(kept[place], row):
            return place
    return None


def _is_before(other: PlacedEvent, row: PlacedEvent) -> bool:
    first, second = other.event.occurred_at, row.event.occurred_at
    return first is not None and second is not None and second - first > WITHIN


def _is_same(other: PlacedEvent, row: PlacedEvent) -> bool:
    first, second = other.event, row.event
    return (
        first.status is not None
        and first.status is second.status
        and first.time_precision in _EXACT
        and second.time_precision in _EXACT
        and first.occurred_at is not None
        and second.occurred_at is not None
        and abs(second.occurred_at - first.occurred_at) <= WITHIN
    )


def _says(row: PlacedEvent) -> tuple[bool, bool, int]:
    """Return how much a row tells: that it has a place and a substatus, and how many words."""
    event = row.event
    return bool(event.location), bool(event.substatus), len(event.raw_description)
