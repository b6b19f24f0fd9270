"""Whose parcel is it: what sources tell, what the number says, what staff say."""

from __future__ import annotations

from commerce.selectors import get_merchant
from tracking.enums import CarrierBasis
from tracking.models import Shipment
from tracking.rules import carrier_of
from tracking.rules.carriers import is_vague, knows_carrier
from tracking.rules.detection import Candidate, Ground, detect_carriers, surest
from tracking.selectors import get_habits


def name_carrier(shipment: Shipment, told: str, *, is_renumbered: bool = False) -> None:
    """Let a shipment's carrier be the one a source tells, or else the one its number says.

    - What staff said stands; what the source tells is kept beside it.
    - A carrier we know counts as told.
    - Where the source names none ("Other" is none), one told before stands, and so does one
      detected from the same number; else the number decides, if its first candidate is sure.
    - A name we do not know counts as told, unless the number has a right check digit and its first
      candidate is sure.

    Changes the object alone; the caller saves it.
    """
    name = "" if is_vague(told) else carrier_of(told).slug
    if shipment.carrier_basis == CarrierBasis.CORRECTED:
        shipment.told_carrier = name or shipment.told_carrier
        return
    if not name and shipment.carrier and _stands(shipment, is_renumbered):
        return
    found = None if knows_carrier(name) else _detected(shipment, name)
    if found:
        shipment.carrier, shipment.carrier_basis = found.carrier.slug, CarrierBasis.DETECTED
        shipment.told_carrier = " ".join(told.split())[:80]
    else:
        shipment.carrier, shipment.carrier_basis = name, CarrierBasis.TOLD
        shipment.told_carrier = ""


def _stands(shipment: Shipment, is_renumbered: bool) -> bool:
    return shipment.carrier_basis == CarrierBasis.TOLD or not is_renumbered


def _detected(shipment: Shipment, name: str) -> Candidate | None:
    """Return the carrier a number is surely of; over a `name` it takes a right check digit."""
    number, country = shipment.tracking_number, get_merchant().country
    if not number:
        return None
    # Most numbers are sure by themselves: the shop's habits cost a query.
    found = surest(detect_carriers(number, country=country)) or surest(
        detect_carriers(number, country=country, habits=get_habits(apart_from=shipment))
    )
    if found and name and found.reasons[0].ground is not Ground.CHECK_DIGIT:
        return None
    return found
