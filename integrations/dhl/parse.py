"""From the bytes of a DHL unified tracking answer to normalised shipments. Pure.

Times are the clock of each place; most divisions print no offset. Events have one of five status
codes, so their sentences refine them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from integrations.dhl_parcel_de.codes import GERMAN
from integrations.payload import Payload
from integrations.reading.english import ENGLISH
from integrations.reading.listing import homeward, in_order
from integrations.reading.meanings import (
    BACK_AT_SENDER,
    UNMAPPED,
    Meaning,
    Phrases,
    meaning,
    summary_of,
)
from integrations.reading.moments import read_day, read_estimate, read_moment
from integrations.reading.scans import scan
from postexp.kernel.zones import zone_of
from tracking.enums import Status
from tracking.rules import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Proof,
    Summary,
    place_name,
)

SOURCE = "dhl"

_STATUS: dict[str, Meaning] = {
    "pre-transit": meaning("info_received/label_created"),
    "transit": meaning("in_transit/in_transit"),
    "delivered": meaning("delivered/delivered"),
    "failure": meaning("exception/general"),
    "unknown": meaning("pending/not_found"),
}
# What a sentence may make of a status code: "delivered" in a text under `transit` is no delivery.
_REFINES: dict[str, frozenset[Status]] = {
    "pre-transit": frozenset({Status.INFO_RECEIVED, Status.CANCELLED}),
    "transit": frozenset(Status)
    - {Status.PENDING, Status.INFO_RECEIVED, Status.DELIVERED, Status.RETURNED},
    "delivered": frozenset({Status.DELIVERED, Status.RETURNED}),
    "failure": frozenset(
        {Status.EXCEPTION, Status.DELIVERY_ATTEMPTED, Status.RETURNING, Status.RETURNED}
    ),
}
_WORDS = Phrases(
    (r"shipment information received|label (created|printed)", "info_received/label_created"),
    (r"with (delivery )?courier|loaded onto the delivery vehicle", "out_for_delivery/on_vehicle"),
    (r"shipment on hold", "in_transit/held_at_depot"),
    (r"clearance event", "in_transit/customs_processing"),
    (r"arrived at (dhl )?delivery facility", "in_transit/at_delivery_depot"),
    (r"delivery arranged|scheduled for delivery", "in_transit/delivery_scheduled"),
    (r"further (consignee|clearance) .*required", "exception/documents_missing"),
)
_CARRIERS = {"parcel-de": "dhl_parcel_de", "post-de": "dhl_parcel_de"}
_REGION = re.compile(r",\s*([A-Z]{2,3})(?:\s*-\s*[A-Z ]+)?$")
_ASKED = re.compile(r"/shipments?/(?P<number>[\w-]{1,64})")
_MIDNIGHT = re.compile(r"T00:00(:00)?")


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read the shipments of an answer; raises Unreadable for anything else.

    An answer about a number that DHL does not know names it in `instance`.
    """
    message = Payload.read(body, "DHL")
    asked = _ASKED.fullmatch(message.text("instance"))
    if message.text("status") == "404" and asked:
        return (_unknown(asked["number"]),)
    if "shipments" not in message:
        told = " ".join(filter(None, map(message.text, ("title", "detail"))))
        message.refuse("shipments", f"is missing. {told}".rstrip(". "))
    return tuple(_shipment(one) for one in message.children("shipments"))


def _unknown(number: str) -> NormalisedShipment:
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=number,
        carrier="dhl",
        summary=Summary(status=Status.PENDING, substatus="not_found"),
    )


def _shipment(told: Payload) -> NormalisedShipment:
    details = told.child("details")
    division = told.text("service")
    goes_back = details.flag("returnFlag") or told.flag("returnFlag")
    rows = list(told.rows("events")) or [told.child("status")]
    events = homeward(in_order(_events(rows, goes_back=goes_back), newest_first=True))
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=told.identity("id"),
        carrier=_CARRIERS.get(division, "dhl"),
        service=details.child("product").text("productName") or division,
        tracking_url=told.text("serviceUrl"),
        summary=summary_of(_meaning(told.child("status"), goes_back=goes_back)),
        estimate=_estimate(told),
        proof=_proof(details),
        events=events,
    )


def _proof(details: Payload) -> Proof:
    told = details.child("proofOfDelivery")
    signed = told.child("signed")
    full = f"{signed.text('givenName')} {signed.text('familyName')}"
    return Proof(
        received_by=signed.text("name") or full,
        signature_url=told.text("signatureUrl"),
        document_url=told.text("documentUrl"),
        has_signature=details.flag("proofOfDeliverySignedAvailable"),
    )


def _events(rows: list[Payload], *, goes_back: bool) -> Iterator[NormalisedEvent]:
    for row in rows:
        if not (row.text("timestamp") or row.text("description") or row.text("status")):
            continue
        address = row.child("location").child("address")
        zone = _zone(address)
        when = read_moment(row.text("timestamp"), zone)
        means = _meaning(row, goes_back=goes_back)
        yield scan(
            SOURCE,
            when,
            means,
            location=_place(address),
            raw_code=row.text("statusCode"),
            raw_description=row.text("description") or row.text("status"),
        )


def _meaning(row: Payload, *, goes_back: bool) -> Meaning:
    code = row.text("statusCode").lower()
    words = f"{row.text('description')} {row.text('status')}".strip()
    told = _WORDS.meant_by(words) or ENGLISH.meant_by(words) or GERMAN.meant_by(words)
    if code not in _REFINES:
        # An event without a status code is read by its sentence alone.
        meant = told or (UNMAPPED if words else _STATUS.get(code, UNMAPPED))
    else:
        meant = told if told and told.status in _REFINES[code] else _STATUS[code]
    if goes_back and meant.status is Status.DELIVERED:
        return BACK_AT_SENDER
    return meant


def _place(address: Payload) -> str:
    locality, country = address.text("addressLocality"), address.text("countryCode")
    # Express writes the country into the locality: "LEIPZIG - GERMANY".
    return place_name(
        city=locality, region="", postcode="", country="" if " - " in locality else country
    )


def _zone(address: Payload) -> str:
    region = _REGION.search(address.text("addressLocality"))
    return zone_of(address.text("countryCode"), region[1] if region else "")


def _estimate(told: Payload) -> Estimate | None:
    """Return the day promised; midnight is a calendar day, not an hour."""
    frame = told.child("estimatedDeliveryTimeFrame")
    starts, ends = frame.text("estimatedFrom"), frame.text("estimatedThrough")
    written = told.text("estimatedTimeOfDelivery") or ends or starts
    day = read_day(written)
    if day is None:
        return None
    if _MIDNIGHT.search(starts) or not (starts and ends):
        return Estimate(day=day)
    zone = _zone(told.child("destination").child("address"))
    return read_estimate(written, starts=starts, ends=ends, zone=zone)
