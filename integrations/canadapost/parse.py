"""From the bytes of a Canada Post tracking answer to normalised shipments. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from integrations.canadapost.codes import FRENCH, MEANINGS
from integrations.payload import Payload
from integrations.reading.english import ENGLISH
from integrations.reading.listing import homeward, in_order
from integrations.reading.markup import inside, name_of, read_xml, texts
from integrations.reading.meanings import BACK_AT_SENDER, UNMAPPED, Meaning, Phrases
from integrations.reading.moments import read_day, read_moment
from integrations.reading.scans import scan
from postexp.kernel.inbox import Unreadable
from postexp.kernel.zones import zone_of
from tracking.enums import DelayReason, Status
from tracking.rules import Estimate, NormalisedEvent, NormalisedShipment, Proof, place_name

SOURCE = "canadapost"

_OFFSETS = {
    "NDT": "-02:30",
    "NST": "-03:30",
    "ADT": "-03:00",
    "AST": "-04:00",
    "EDT": "-04:00",
    "EST": "-05:00",
    "CDT": "-05:00",
    "CST": "-06:00",
    "MDT": "-06:00",
    "MST": "-07:00",
    "PDT": "-07:00",
    "PST": "-08:00",
    "UTC": "+00:00",
    "GMT": "+00:00",
}
# The kinds of event of a summary, which carries no identifiers.
_KINDS = {
    "INDUCTION": "in_transit/accepted",
    "VEHICLE_INFO": "in_transit/in_transit",
    "OUT": "out_for_delivery/on_vehicle",
    "ATTEMPTED": "delivery_attempted/other",
    "DELIVERED": "delivered/delivered",
    "SIGNATURE": "information_only",
    "INFO": "information_only",
}
_SUMMARY_KINDS = Phrases(*((f"^{kind}$", written) for kind, written in _KINDS.items()))
# A parcel on its way back is delivered, and out for delivery, to its sender.
_SENT_BACK = re.compile(
    r"return(ed|ing)? to (the )?sender|(retourn|renvoy)\S* .{0,20}exp.diteur", re.IGNORECASE
)
_ON_THE_WAY_OUT = (Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY)
_NO_HISTORY = "004"
_WHEN = re.compile(r"(\d{4})(\d{2})(\d{2})(?::(\d{2})(\d{2})(\d{2}))?")


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read the details or the summary of one or more parcels; raises Unreadable otherwise.

    Where Canada Post does not know a number, its answer does not name it: there is no shipment.
    """
    root = read_xml(body, "Canada Post")
    details = [_detailed(one) for one in inside(root, "tracking-detail")]
    summaries = [_summarised(one) for one in inside(root, "pin-summary")]
    if not details and not summaries:
        if any(one.text == _NO_HISTORY for one in inside(root, "code")):
            return ()
        told = " ".join(one.text or "" for one in inside(root, "description")).strip()
        raise Unreadable(
            f"The Canada Post answer `{name_of(root)}` tells of no parcel. {told}".strip(),
            "Check the number at Canada Post; an answer about a parcel has a `tracking-detail`.",
        )
    return (*details, *summaries)


def _detailed(detail: Element) -> NormalisedShipment:
    told = texts(detail, "Canada Post")
    changed, expected = (
        read_day(told.text("changed-expected-date")),
        read_day(told.text("expected-delivery-date")),
    )
    latest = changed or expected
    occurrences = [texts(one, "Canada Post") for one in inside(detail, "occurrence")]
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=told.identity("pin"),
        carrier="canada_post",
        service=told.text("service-name"),
        estimate=Estimate(day=latest) if latest else None,
        first_estimate=expected if changed else None,
        delay_reason=_delay(told) if changed and expected and changed > expected else None,
        proof=_proof(told, occurrences),
        events=homeward(in_order(_events(occurrences), newest_first=True)),
    )


def _proof(told: Payload, occurrences: Iterable[Payload]) -> Proof:
    named = (row.text("signatory-name") for row in occurrences)
    is_shown = told.text("suppress-signature") != "true"
    return Proof(
        received_by=next(filter(None, named), ""),
        has_signature=is_shown and told.text("signature-image-exists") == "true",
    )


def _events(occurrences: Iterable[Payload]) -> Iterator[NormalisedEvent]:
    for row in occurrences:
        code, words = row.text("event-identifier"), row.text("event-description")
        province = row.text("event-province")
        zone = zone_of("CA", province)
        offset = _OFFSETS.get(row.text("event-time-zone").upper(), "")
        when = read_moment(_clock(row, offset), zone)
        means = _meaning(code.lstrip("0"), words)
        yield scan(
            SOURCE,
            when,
            means,
            location=place_name(
                city=row.text("event-site"), region=province, postcode="", country=""
            ),
            raw_code=code,
            raw_description=words,
        )


def _clock(row: Payload, offset: str) -> str:
    day, time = row.text("event-date"), row.text("event-time")
    return f"{day}T{time}{offset}" if time else day


def _meaning(code: str, words: str) -> Meaning:
    meant = MEANINGS.get(code) or ENGLISH.meant_by(words) or FRENCH.meant_by(words) or UNMAPPED
    if _SENT_BACK.search(words):
        if meant.status is Status.DELIVERED:
            return BACK_AT_SENDER
        if meant.status in _ON_THE_WAY_OUT:
            return Meaning(Status.RETURNING, "other")
    return meant


def _delay(told: Payload) -> DelayReason:
    meant = ENGLISH.meant_by(told.text("changed-expected-delivery-reason"))
    if meant and meant.substatus == "weather_delay":
        return DelayReason.WEATHER
    if re.search(r"address", told.text("changed-expected-delivery-reason"), re.IGNORECASE):
        return DelayReason.ADDRESS_INCORRECT
    return DelayReason.CARRIER


def _summarised(summary: Element) -> NormalisedShipment:
    """Read the newest event, which is all that a summary tells."""
    told = texts(summary, "Canada Post")
    city, _, province = (part.strip() for part in told.text("event-location").partition(","))
    zone = zone_of("CA", province)
    written = _WHEN.fullmatch(told.text("event-date-time"))
    year, month, day, *time = written.groups() if written else ("", "", "")
    clock = f"T{':'.join(time)}" if all(time) and time else ""
    when = read_moment(f"{year}-{month}-{day}{clock}" if written else "", zone)
    words, kind = told.text("event-description"), told.text("event-type")
    means = (
        ENGLISH.meant_by(words)
        or FRENCH.meant_by(words)
        or _SUMMARY_KINDS.meant_by(kind)
        or UNMAPPED
    )
    expected = read_day(told.text("expected-delivery-date"))
    event = scan(
        SOURCE,
        when,
        means,
        location=place_name(city=city, region=province, postcode="", country=""),
        raw_code=kind,
        raw_description=words,
    )
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=told.identity("pin"),
        carrier="canada_post",
        service=told.text("service-name"),
        estimate=Estimate(day=expected) if expected else None,
        events=(event,) if words or kind else (),
    )
