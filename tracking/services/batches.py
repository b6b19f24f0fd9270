"""Batches of scans for many parcels at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracking.rules import NormalisedShipment, number_key
from tracking.selectors import find_by_numbers, find_by_public_ids
from tracking.services.ingest import Ingested, ingest_reports


def take_in_batch(
    reports: Sequence[tuple[str, NormalisedShipment]], *, at: datetime, actor: str = "system"
) -> tuple[Ingested, list[int]]:
    """Take in reports, each with the public id of its shipment or "" where its number names it.

    Returns what was taken in, and the places of the reports whose parcel is not known.
    Publishes what `ingest_reports` publishes.
    """
    by_id = find_by_public_ids(public_id for public_id, _told in reports if public_id)
    by_number = find_by_numbers(
        told.tracking_number for public_id, told in reports if not public_id
    )
    known: list[tuple[int, NormalisedShipment]] = []
    lost: list[int] = []
    for place, (public_id, told) in enumerate(reports):
        rows = (
            [by_id[public_id]]
            if public_id in by_id
            else []
            if public_id
            else by_number.get(number_key(told.tracking_number), [])
        )
        known += [(row, told) for row in rows]
        if not rows:
            lost.append(place)
    return ingest_reports(known, at=at, actor=actor), lost
