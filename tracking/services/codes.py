"""Codes of carriers that no connector reads: kept with their scans, given a meaning by staff.

A scan under such a code is never lost. It is shown as information until staff say what the code
means; then it, the scans before it and those to come count as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tracking.enums import Status
from tracking.models import CarrierCode, CarrierCodeScan
from tracking.rules import (
    NormalisedEvent,
    NormalisedShipment,
    PlacedEvent,
    code_of,
    is_unmapped,
)

MOST_CODES = 1_000
"""A source that tells more different things without a status than these has no codes."""

Codes = Mapping[tuple[str, str], CarrierCode]


def known_codes(reports: Iterable[NormalisedShipment], *, at: datetime) -> Codes:
    """Return the rows of the codes that no connector reads, made where they are new."""
    wanted = {
        (event.source, code_of(event)): event
        for told in reports
        for event in told.events
        if is_unmapped(event)
    }
    if not wanted:
        return {}
    rows = _rows(wanted)
    if missing := wanted.keys() - rows.keys():
        full = _full_sources({source for source, _ in missing})
        CarrierCode.objects.bulk_create(
            [
                CarrierCode(
                    source=source,
                    code=code,
                    words=wanted[source, code].raw_description,
                    first_seen_at=at,
                    last_seen_at=at,
                )
                for source, code in sorted(missing)
                if source not in full
            ],
            ignore_conflicts=True,
        )
        rows = _rows(wanted)
    return rows


def _rows(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], CarrierCode]:
    found = CarrierCode.objects.filter(
        source__in={source for source, _ in wanted}, code__in={code for _, code in wanted}
    )
    return {(row.source, row.code): row for row in found}


def _full_sources(sources: Iterable[str]) -> set[str]:
    return {
        source
        for source in sources
        if CarrierCode.objects.filter(source=source).count() >= MOST_CODES
    }


def with_meanings(told: NormalisedShipment, codes: Codes) -> NormalisedShipment:
    """Return a report whose scans mean what staff said their codes do."""
    if not codes:
        return told
    return replace(told, events=tuple(_with_meaning(event, codes) for event in told.events))


def _with_meaning(event: NormalisedEvent, codes: Codes) -> NormalisedEvent:
    code = codes.get((event.source, code_of(event))) if is_unmapped(event) else None
    if code is None or code.mapped_at is None:
        return event
    return replace(
        event, status=Status(code.status) if code.status else None, substatus=code.substatus
    )


def note_scans(scans: Sequence[tuple[int, PlacedEvent]], codes: Codes, *, at: datetime) -> None:
    """Remember which scans came under which of these codes, each once."""
    found = [
        CarrierCodeScan(
            code=code,
            shipment_id=owner,
            sort_at=row.sort_at,
            key=row.key,
            meaning=code.meaning,
        )
        for owner, row in scans
        if (code := codes.get((row.event.source, code_of(row.event))))
    ]
    if found:
        CarrierCodeScan.objects.bulk_create(found, ignore_conflicts=True)
        CarrierCode.objects.filter(pk__in={one.code_id for one in found}).update(last_seen_at=at)
