"""One scan, from when it was and what it means."""

from __future__ import annotations

from integrations.reading.meanings import Meaning
from integrations.reading.moments import Moment
from tracking.rules import NormalisedEvent


def scan(
    source: str,
    when: Moment,
    means: Meaning,
    *,
    location: str = "",
    raw_code: str = "",
    raw_description: str = "",
    external_id: str = "",
) -> NormalisedEvent:
    """Return a scan as a source tells it; the raw texts are its own words, for they are its key."""
    return NormalisedEvent(
        source=source,
        occurred_at=when.occurred_at,
        local_time=when.local_time,
        time_precision=when.time_precision,
        zone=when.zone,
        status=means.status,
        substatus=means.substatus,
        delay_reason=means.delay,
        location=location,
        raw_code=raw_code,
        raw_description=raw_description,
        external_id=external_id,
    )
