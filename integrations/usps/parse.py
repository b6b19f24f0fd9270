"""From the bytes of a USPS Tracking v3 answer to normalised shipments. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from integrations.payload import Payload
from integrations.reading.listing import homeward, in_order
from integrations.reading.meanings import (
    UNMAPPED,
    Meaning,
    summary_of,
)
from integrations.reading.moments import (
    Moment,
    offset_between,
    read_day,
    read_estimate,
    read_moment,
)
from integrations.reading.scans import scan
from integrations.usps.codes import CATEGORY, FAILURE, PARTNER, STATUS, WORDS
from postexp.kernel.zones import zone_of
from tracking.enums import Actor, Deed, Status, TimePrecision
from tracking.rules import (
    Action,
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Proof,
    Summary,
    place_name,
)

SOURCE = "usps"
CARRIER = "usps"

_MARKUP = re.compile(r"<[^>]*>.*?</[^>]*>|&#?\w+;")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*(?:([AaPp])\.?[Mm]\.?)?", re.ASCII)
_DEEDS = {
    Status.AVAILABLE_FOR_PICKUP: Deed.COLLECT,
    Status.DELIVERY_ATTEMPTED: Deed.ARRANGE_REDELIVERY,
}


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read an answer about one number, or a list of them; raises Unreadable for anything else.

    A number that USPS does not know is a shipment without scans.
    """
    if body.lstrip()[:1] == b"[":
        answers = Payload.read(b'{"answers":' + body + b"}", "USPS").children("answers")
        return tuple(_shipment(answer) for answer in answers)
    return (_shipment(Payload.read(body, "USPS")),)


def _shipment(told: Payload) -> NormalisedShipment:
    if "error" in told and "trackingEvents" not in told:
        return _unknown(told)
    latest, first = _estimates(told)
    events = homeward(in_order(_events(told), newest_first=True, only_instants_tell=True))
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=told.identity("trackingNumber"),
        carrier=CARRIER,
        external_id=told.text("uniqueMailPieceID")
        or told.text("uniqueMailPieceId")
        or told.text("uniqueTrackingID"),
        service=_MARKUP.sub("", told.text("mailClass")),
        summary=_summary(told),
        estimate=latest,
        first_estimate=first,
        action=_action(told, events),
        proof=_proof(told),
        events=events,
    )


def _unknown(told: Payload) -> NormalisedShipment:
    """Return a shipment that USPS says nothing of; raises Unreadable for another complaint.

    An answer with 404 in words we do not know says nothing of the parcel either.
    """
    error = told.child("error")
    rows = list(error.rows("errors"))
    words = " ".join(
        [error.text("message"), *(f"{row.text('title')} {row.text('detail')}" for row in rows)]
    )
    means = FAILURE.meant_by(words)
    if (means is None and error.text("code") != "404") or not words.strip():
        told.refuse("error", f"tells of a failure: {words.strip()}")
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=told.text("trackingNumber"),
        carrier=CARRIER,
        summary=summary_of(means),
    )


def _summary(told: Payload) -> Summary | None:
    category = told.text("statusCategory").replace(" ", "_")
    return summary_of(WORDS.meant_by(told.text("status")) or CATEGORY.get(category))


def _proof(told: Payload) -> Proof:
    """Return who took the item in: the newest delivery names the firm or the person."""
    for row in told.rows("trackingEvents"):
        if _meaning(row).status is Status.DELIVERED:
            # `authorizedAgent` is no name: it says whether an agent may sign.
            return Proof(received_by=row.text("name") or row.text("firm"))
    return Proof()


def _events(told: Payload) -> Iterator[NormalisedEvent]:
    for row in told.rows("trackingEvents"):
        when = _moment(row)
        means = _meaning(row)
        yield scan(
            SOURCE,
            when,
            means,
            location=_place(row),
            raw_code=row.text("eventCode"),
            raw_description=_MARKUP.sub("", row.text("eventType")),
        )


def _meaning(row: Payload) -> Meaning:
    code = row.text("eventCode").upper()
    if code in PARTNER:
        return PARTNER[code]
    known = STATUS.get(code)
    means = WORDS.meant_by(row.text("eventType")) or known
    if means is None:
        return UNMAPPED
    # The firm or the person who signed stands beside the delivery.
    if means == STATUS["01"] and row.text("name"):
        return means._replace(substatus="signed")
    return means


def _moment(row: Payload) -> Moment:
    """Read the local clock with its offset.

    USPS's own GMT time is a day early whenever UTC passes midnight: only its time of day counts,
    and only where no offset is told.
    """
    local, offset = row.text("eventTimestamp"), row.text("GMTOffset")
    if not offset and row.text("GMTTimestamp"):
        offset = offset_between(local[:19], row.text("GMTTimestamp")[:19])
    when = read_moment(local, _zone(row), offset=offset)
    if when.time_precision is TimePrecision.SECOND and local[16:19] == ":00":
        return when._replace(time_precision=TimePrecision.MINUTE)
    return when


def _estimates(told: Payload) -> tuple[Estimate | None, date | None]:
    """Return the newest estimate, and the day promised at first where it was another one.

    Newer answers keep the days in a part of their own.
    """
    inner = told.child("deliveryDateExpectation")
    parts = (told, inner)
    zone = zone_of("US", told.text("destinationState"))
    predicted = _first(parts, ("predictedDeliveryDate", "predictedDeliveryTimeStamp"), zone)
    promised = _first(
        parts,
        (
            "guaranteedDeliveryDate",
            "guaranteedDeliveryTimeStamp",
            "expectedDeliveryDate",
            "expectedDeliveryTimeStamp",
        ),
        zone,
    )
    if predicted:
        starts, ends = (
            next((clock for part in parts if (clock := _clock(part.text(name)))), "")
            for name in ("predictedDeliveryWindowStartTime", "predictedDeliveryWindowEndTime")
        )
        if starts or ends:
            predicted = read_estimate(
                predicted.day.isoformat(), starts=starts, ends=ends, zone=zone
            )
    if predicted is None or promised is None:
        return predicted or promised, None
    return predicted, promised.day if promised.day != predicted.day else None


def _first(parts: tuple[Payload, ...], names: tuple[str, ...], zone: str) -> Estimate | None:
    found = (read_estimate(ends=part.text(name), zone=zone) for name in names for part in parts)
    return next((one for one in found if one), None)


def _clock(text: str) -> str:
    """Return `17:45`, `17:45:00` or `5:45 pm` as ISO 8601 to the minute; "" for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return ""
    hour, half = int(found[1]), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{found[2]}" if hour < 24 and int(found[2]) < 60 else ""


def _action(told: Payload, events: tuple[NormalisedEvent, ...]) -> Action | None:
    """Return what to do before the item is sent back, where USPS tells when that will be."""
    moving = [event.status for event in events if event.status]
    deed = _DEEDS.get(moving[-1]) if moving else None
    until = read_day(told.text("returnDateNotice"))
    if deed is None or until is None:
        return None
    return Action(who=Actor.SHOPPER, what=deed, until=until)


def _place(row: Payload) -> str:
    return place_name(
        city=row.text("eventCity"),
        region=row.text("eventState"),
        postcode=row.text("eventZIP") or row.text("eventZIPCode"),
        country=row.text("eventCountry"),
    )


def _zone(row: Payload) -> str:
    return zone_of(row.text("eventCountry") or "US", row.text("eventState"))
