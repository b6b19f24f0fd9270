"""From the bytes of a FedEx Track API answer to normalised shipments. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from integrations.fedex.codes import (
    ATTEMPT_WORDS,
    DELAY,
    DELIVERY_WORDS,
    EXCEPTION,
    NOT_FOUND,
    OTHER_WORDS,
    RETURN_WORDS,
    STATUS,
    TROUBLE,
    TROUBLE_WORDS,
)
from integrations.payload import Payload
from integrations.reading.listing import homeward, in_order
from integrations.reading.meanings import (
    UNMAPPED,
    Meaning,
    summary_of,
)
from integrations.reading.moments import Moment, read_estimate, read_moment
from integrations.reading.scans import scan
from postexp.kernel.zones import zone_of
from tracking.enums import DelayReason, Status
from tracking.rules import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Proof,
    Summary,
    place_name,
)

SOURCE = "fedex"
CARRIER = "fedex"

_OWN_KIND = ("CD", "PD")


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read an answer about one number or many; raises Unreadable for anything else.

    A number that FedEx gave to two shipments is two, told apart by `external_id`. A number that
    is not known is a shipment without scans.
    """
    message = Payload.read(body, "FedEx")
    output = message.child("output")
    if not isinstance(output.data.get("completeTrackResults"), list):
        message.refuse("output.completeTrackResults", "is missing, or is no list")
    return tuple(
        shipment for row in output.rows("completeTrackResults") for shipment in _of_number(row)
    )


def _of_number(row: Payload) -> Iterator[NormalisedShipment]:
    asked = row.text("trackingNumber")
    results = list(row.rows("trackResults"))
    if asked and not results:
        yield NormalisedShipment(
            source=SOURCE,
            tracking_number=asked,
            carrier=CARRIER,
            summary=Summary(status=Status.PENDING, substatus="not_found"),
        )
    for result in results:
        number = asked or result.child("trackingNumberInfo").text("trackingNumber")
        if number:
            yield _shipment(result, number)


def _shipment(result: Payload, number: str) -> NormalisedShipment:
    latest, first = _estimates(result)
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=number,
        carrier=CARRIER,
        external_id=result.child("trackingNumberInfo").text("trackingNumberUniqueId"),
        service=result.child("serviceDetail").text("description"),
        summary=_summary(result),
        estimate=latest,
        first_estimate=first,
        delay_reason=_delay_over_all(result),
        proof=_proof(result),
        events=homeward(in_order(_events(result), newest_first=True, only_instants_tell=True)),
    )


def _summary(result: Payload) -> Summary | None:
    error = result.child("error")
    if error.data:
        # Another error says nothing of the parcel.
        return summary_of(NOT_FOUND.meant_by(error.text("code")))
    latest = result.child("latestStatusDetail")
    return summary_of(STATUS.get(latest.text("code")) or STATUS.get(latest.text("derivedCode")))


def _delay_over_all(result: Payload) -> DelayReason | None:
    latest = result.child("latestStatusDetail")
    told = latest.child("delayDetail")
    if told.text("status") == "DELAYED" or latest.text("derivedCode") == "RL":
        return DELAY.get(told.text("type"), DelayReason.CARRIER)
    return None


def _proof(result: Payload) -> Proof:
    told = result.child("deliveryDetails")
    images = {row.text("type") for row in result.rows("availableImages")}
    return Proof(
        received_by=told.text("receivedByName") or told.text("signedByName"),
        left_at=told.text("locationDescription"),
        has_signature="SIGNATURE_PROOF_OF_DELIVERY" in images,
        has_photo="PICTURE_PROOF_OF_DELIVERY" in images,
    )


def _events(result: Payload) -> Iterator[NormalisedEvent]:
    signed = bool(result.child("deliveryDetails").text("signedByName"))
    for row in result.rows("scanEvents"):
        when = _moment(row)
        means = _meaning(row, signed=signed)
        yield scan(
            SOURCE,
            when,
            means,
            location=_place(row.child("scanLocation")),
            raw_code=row.text("eventType") or row.text("derivedStatusCode"),
            raw_description=_words(row),
        )


def _moment(row: Payload) -> Moment:
    written = row.text("date")
    # FedEx writes midnight where it knows the day only.
    if written[10:19] == "T00:00:00":
        written = written[:10]
    return read_moment(written, _zone(row.child("scanLocation")))


def _meaning(row: Payload, *, signed: bool) -> Meaning:
    code, derived = row.text("eventType"), row.text("derivedStatusCode")
    words = f"{row.text('exceptionDescription')} {row.text('eventDescription')}"
    known = STATUS.get(code) or STATUS.get(derived) or OTHER_WORDS.meant_by(_words(row))
    if known is None:
        return UNMAPPED
    if code in TROUBLE:
        return _trouble(row, code, known)
    if known.status is Status.DELIVERED:
        place = DELIVERY_WORDS.meant_by(words)
        return place or (Meaning(known.status, "signed") if signed else known)
    if known.status is Status.RETURNING:
        return RETURN_WORDS.meant_by(words) or known
    return known


def _trouble(row: Payload, code: str, known: Meaning) -> Meaning:
    """Return what is wrong: by the words of the exception, its code, or the kind of the delay."""
    phrases = ATTEMPT_WORDS if code == "DE" else TROUBLE_WORDS
    means = phrases.meant_by(row.text("exceptionDescription")) or EXCEPTION.get(code, {}).get(
        row.text("exceptionCode")
    )
    delay = DELAY.get(row.child("delayDetail").text("type"))
    if delay and (means is None or means.substatus == "carrier_delay"):
        return _delayed_by(delay)
    if means is None:
        return known
    # A clearance delay, or a late pick-up, stays one whatever the sentence beside it.
    if code in _OWN_KIND and means.status is not Status.EXCEPTION:
        return known
    return means if means.delay else means._replace(delay=known.delay)


def _delayed_by(reason: DelayReason) -> Meaning:
    substatus = {
        DelayReason.WEATHER: "weather_delay",
        DelayReason.CUSTOMS: "customs_processing",
    }.get(reason, "carrier_delay")
    return Meaning(Status.IN_TRANSIT, substatus, reason)


def _estimates(result: Payload) -> tuple[Estimate | None, date | None]:
    """Return the newest estimate, and the day promised at first where it was another one."""
    times = {row.text("type"): row.text("dateTime") for row in result.rows("dateAndTimes")}
    zone = _destination_zone(result)
    expected = (
        _window(result.child("estimatedDeliveryTimeWindow"), zone)
        or _at(times, "APPOINTMENT_DELIVERY", zone)
        or _at(times, "ESTIMATED_DELIVERY", zone)
    )
    promised = _at(times, "COMMITMENT", zone) or _window(
        result.child("standardTransitTimeWindow"), zone
    )
    if expected is None or promised is None:
        return expected or promised, None
    if expected.day != promised.day:
        return expected, promised.day
    return expected if expected.ends_at else promised, None


def _window(told: Payload, zone: str) -> Estimate | None:
    window = told.child("window")
    return read_estimate(starts=window.text("begins"), ends=window.text("ends"), zone=zone)


def _at(times: dict[str, str], name: str, zone: str) -> Estimate | None:
    return read_estimate(ends=times.get(name, ""), zone=zone)


def _destination_zone(result: Payload) -> str:
    return _zone(result.child("lastUpdatedDestinationAddress")) or _zone(
        result.child("recipientInformation").child("address")
    )


def _place(address: Payload) -> str:
    return place_name(
        city=address.text("city"),
        region=address.text("stateOrProvinceCode"),
        postcode=address.text("postalCode"),
        country=address.text("countryCode"),
    )


def _zone(address: Payload) -> str:
    return zone_of(address.text("countryCode"), address.text("stateOrProvinceCode"))


def _words(row: Payload) -> str:
    return row.text("eventDescription") or row.text("derivedStatus")
