"""Scans for tests, made briefly."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tracking.enums import Status, TimePrecision
from tracking.rules import NormalisedEvent
from tracking.rules.gaps import BUCKETS, histogram_of

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def scan(hours: float, status: str | None, substatus: str = "", **facts: Any) -> NormalisedEvent:
    """A scan `hours` after START, by a carrier that tells UTC."""
    moment = START + timedelta(hours=hours)
    values: dict[str, Any] = {
        "source": "test",
        "occurred_at": moment,
        "local_time": moment.isoformat(),
        "time_precision": TimePrecision.SECOND,
        "status": Status(status) if status else None,
        "substatus": substatus,
        "raw_code": f"{status}/{substatus}",
        **facts,
    }
    return NormalisedEvent(**values)


def dated(day: str, status: str, substatus: str = "", **facts: Any) -> NormalisedEvent:
    """A scan of which only the day is known."""
    values: dict[str, Any] = {
        "source": "test",
        "local_time": day,
        "time_precision": TimePrecision.DATE,
        "status": Status(status),
        "substatus": substatus,
        "raw_code": status,
        **facts,
    }
    return NormalisedEvent(**values)


def timeless(status: str, **facts: Any) -> NormalisedEvent:
    """A scan without any time."""
    return NormalisedEvent(source="test", status=Status(status), raw_code=status, **facts)


def counts_of(hours: Iterable[float]) -> tuple[int, ...]:
    """A histogram of lengths in hours as delivery reports hold it: a count for every bucket."""
    counts = histogram_of(hours).counts
    return tuple(counts.get(bucket, 0) for bucket in range(BUCKETS + 1))
