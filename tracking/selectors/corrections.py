"""Reads of what staff said of parcels."""

from __future__ import annotations

from commerce.selectors import get_merchant
from tracking.enums import Status
from tracking.models import Correction, Shipment
from tracking.rules import PlacedEvent
from tracking.rules.correction import staff_word
from tracking.rules.detection import Candidate, detect_carriers
from tracking.selectors.shipments import get_habits


def word_of(shipment: Shipment, zone: str) -> PlacedEvent | None:
    """Return the status that staff set, while it stands, as a row of the parcel's story."""
    if not shipment.corrected_status or shipment.corrected_at is None:
        return None
    return staff_word(
        Status(shipment.corrected_status),
        shipment.corrected_substatus,
        said_at=shipment.corrected_at,
        zone=zone,
    )


def list_corrections(shipment: Shipment) -> list[Correction]:
    """Return every correction of a parcel, newest first, standing or ended."""
    return list(Correction.objects.filter(shipment=shipment).order_by("-id"))


def list_candidates(shipment: Shipment) -> list[Candidate]:
    """Return the carriers a parcel's number may belong to, as the shop's country and habits rank.

    Nothing where it has no number, or its number fits none.
    """
    if not shipment.tracking_number:
        return []
    country, habits = get_merchant().country, get_habits(apart_from=shipment)
    return detect_carriers(shipment.tracking_number, country=country, habits=habits)
