"""From the bytes of a UPS Track API answer to normalised shipments. Pure."""

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
from integrations.ups.codes import DELIVERY_WORDS, FAILURE, KIND, MOVEMENT, STATUS, WORDS
from postexp.kernel.zones import zone_of
from tracking.enums import Actor, Deed, Status
from tracking.rules import (
    Action,
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Proof,
    Summary,
    place_name,
)

SOURCE = "ups"
CARRIER = "ups"

_MOVING_KINDS = frozenset({"I", "P", "M", "MV", "O", ""})
# A sentence about customs or a delay never undoes that the parcel was delivered.
_FIRM_KINDS = {"D": (Status.DELIVERED, Status.AVAILABLE_FOR_PICKUP, Status.RETURNED)}
_NOT_DIGITS = re.compile(r"\D")
_NOT_FOUND = Summary(status=Status.PENDING, substatus="not_found")


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read an answer; every package of it is a shipment. Raises Unreadable for anything else.

    A number that UPS does not know is a shipment without scans.
    """
    message = Payload.read(body, "UPS")
    if "response" in message and "trackResponse" not in message:
        return (_unknown("", list(message.child("response").rows("errors")), message),)
    answer = message.child("trackResponse")
    if not isinstance(answer.data.get("shipment"), list):
        message.refuse("trackResponse.shipment", "is not a list")
    return tuple(one for shipment in answer.rows("shipment") for one in _packages(shipment))


def _packages(shipment: Payload) -> Iterator[NormalisedShipment]:
    asked = shipment.text("inquiryNumber")
    packages = list(shipment.rows("package"))
    warnings = list(shipment.rows("warnings"))
    if not packages and (asked or warnings):
        yield _unknown(asked, warnings, shipment)
    for package in packages:
        number = package.text("trackingNumber") or asked
        if number:
            yield _shipment(package, number)


def _unknown(number: str, reasons: list[Payload], told: Payload) -> NormalisedShipment:
    """Return a shipment that UPS says nothing of; raises Unreadable for another complaint.

    Where UPS has another reason than the number, nothing is said of the parcel either.
    """
    words = " ".join(f"{row.text('code')} {row.text('message')}" for row in reasons)
    means = FAILURE.meant_by(words)
    if means is None and not number:
        told.refuse("response.errors", f"tells of a failure: {words}")
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=number,
        carrier=CARRIER,
        summary=summary_of(means) if reasons else _NOT_FOUND,
    )


def _shipment(package: Payload, number: str) -> NormalisedShipment:
    latest, first = _estimates(package)
    events = homeward(in_order(_events(package), newest_first=True, only_instants_tell=True))
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=number,
        carrier=CARRIER,
        service=package.child("service").text("description"),
        summary=_summary(package),
        estimate=latest,
        first_estimate=first,
        action=_action(package, events),
        proof=_proof(package),
        events=events,
    )


def _summary(package: Payload) -> Summary | None:
    current = package.child("currentStatus")
    code = current.text("statusCode") or current.text("code")
    return summary_of(_by_status(code) or WORDS.meant_by(current.text("description")))


def _proof(package: Payload) -> Proof:
    """Return what UPS tells of the delivery; the pictures themselves are not taken over."""
    told = package.child("deliveryInformation")
    return Proof(
        received_by=told.text("receivedBy"),
        left_at=told.text("location"),
        has_signature=bool(told.child("signature").text("image")),
        has_photo=bool(told.child("deliveryPhoto").text("photo")),
    )


def _events(package: Payload) -> Iterator[NormalisedEvent]:
    left_at = package.child("deliveryInformation").text("location")
    signed = bool(package.child("deliveryInformation").child("signature").data)
    for row in package.rows("activity"):
        when = _moment(row)
        means = _meaning(row.child("status"), left_at, signed=signed)
        address = row.child("location").child("address")
        yield scan(
            SOURCE,
            when,
            means,
            location=_place(address),
            raw_code=_raw_code(row.child("status")),
            raw_description=row.child("status").text("description"),
        )


def _meaning(status: Payload, left_at: str, *, signed: bool) -> Meaning:
    kind, code, words = status.text("type"), status.text("code"), status.text("description")
    known = _by_status(status.text("statusCode"))
    means = WORDS.meant_by(words)
    if kind in _FIRM_KINDS and (means is None or means.status not in _FIRM_KINDS[kind]):
        means = known if known and known.status in _FIRM_KINDS[kind] else KIND[kind]
    if means is None and kind in _MOVING_KINDS:
        means = MOVEMENT.get(code)
    means = means or known or KIND.get(kind) or UNMAPPED
    if means == KIND["D"]:
        place = DELIVERY_WORDS.meant_by(f"{words} {left_at}")
        return place or (means._replace(substatus="signed") if signed else means)
    return means


def _by_status(code: str) -> Meaning | None:
    return STATUS.get(code.zfill(3)) if code else None


def _raw_code(status: Payload) -> str:
    parts = [status.text(name) for name in ("type", "code", "statusCode")]
    return "/".join(part or "None" for part in parts) if any(parts) else ""


def _moment(row: Payload) -> Moment:
    """Read a scan's clock: local with its offset, else beside the UTC clock, else by its place."""
    zone = _zone(row.child("location").child("address"))
    local = _iso(row.text("date"), row.text("time"))
    offset = row.text("gmtOffset")
    if not offset and "T" in local:
        utc = _iso(row.text("gmtDate"), row.text("gmtTime"))
        offset = offset_between(local, utc) if "T" in utc else ""
    return read_moment(local, zone, offset=offset)


def _iso(day: str, clock: str) -> str:
    """Return UPS's `20240320` and `190838` as ISO 8601; a leading zero of the hour may be gone."""
    digits, hours = _NOT_DIGITS.sub("", day), _NOT_DIGITS.sub("", clock)
    written = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    if not hours:
        return written
    hours = hours.zfill(6)
    return f"{written}T{hours[:2]}:{hours[2:4]}:{hours[4:6]}"


def _estimates(package: Payload) -> tuple[Estimate | None, date | None]:
    """Return the newest estimate, and the day scheduled at first where it was another one."""
    days = {row.text("type"): _day(row.text("date")) for row in package.rows("deliveryDate")}
    scheduled, rescheduled = days.get("SDD"), days.get("RDD")
    day = rescheduled or scheduled
    if day is None:
        return None, None
    told = package.child("deliveryTime")
    starts = ends = ""
    if told.text("type") in ("CMT", "EDW", "CDW", "IDW"):
        starts, ends = _clock(told.text("startTime")), _clock(told.text("endTime"))
    first = scheduled if rescheduled and scheduled != rescheduled else None
    zone = _destination_zone(package)
    return read_estimate(day.isoformat(), starts=starts, ends=ends, zone=zone), first


def _action(package: Payload, events: tuple[NormalisedEvent, ...]) -> Action | None:
    until = _day(package.child("accessPointInformation").text("pickupByDate"))
    moving = [event.status for event in events if event.status]
    if until is None or not moving or moving[-1] is not Status.AVAILABLE_FOR_PICKUP:
        return None
    return Action(who=Actor.SHOPPER, what=Deed.COLLECT, until=until)


def _day(text: str) -> date | None:
    return read_day(_iso(text, ""))


def _clock(text: str) -> str:
    return _iso("", text).partition("T")[2]


def _destination_zone(package: Payload) -> str:
    for row in package.rows("packageAddress"):
        if row.text("type").upper() == "DESTINATION":
            return _zone(row.child("address"))
    return ""


def _place(address: Payload) -> str:
    return place_name(
        city=address.text("city"),
        region=address.text("stateProvince"),
        postcode=address.text("postalCode"),
        country=address.text("countryCode"),
    )


def _zone(address: Payload) -> str:
    return zone_of(address.text("countryCode"), address.text("stateProvince"))
