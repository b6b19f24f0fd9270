"""From the bytes of a DHL Parcel Germany tracking answer to normalised shipments. Pure.

Times are the clock of Germany, without an offset.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from integrations.dhl_parcel_de.codes import GERMAN, MEANINGS, SENTENCES, STANDARD
from integrations.payload import Payload
from integrations.reading.english import ENGLISH
from integrations.reading.listing import homeward, in_order
from integrations.reading.markup import attributes, inside, read_xml
from integrations.reading.meanings import BACK_AT_SENDER, UNMAPPED, Meaning, summary_of
from integrations.reading.moments import read_moment
from integrations.reading.scans import scan
from tracking.enums import Status
from tracking.rules import NormalisedEvent, NormalisedShipment, Proof, Summary, place_name

SOURCE = "dhl_parcel_de"
_ZONE = "Europe/Berlin"
_NO_DATA = "100"
_GERMAN_TIME = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})(?: (\d{2}:\d{2}(?::\d{2})?))?")


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read the pieces of an answer; raises Unreadable for anything else.

    Where DHL does not know a number, its answer may hold no piece at all: there is no shipment.
    """
    root = read_xml(body, "DHL Parcel DE")
    pieces = [one for one in inside(root, "data") if one.get("name") == "piece-shipment"]
    if not pieces and root.get("name") == "piece-shipment-list" and root.get("code") == _NO_DATA:
        return ()
    if not pieces:
        told = attributes(root, "DHL Parcel DE")
        told.refuse("piece-shipment", f"is missing. {told.text('error')}".rstrip(". "))
    return tuple(_piece(one) for one in pieces)


def _piece(piece: Element) -> NormalisedShipment:
    told = attributes(piece, "DHL Parcel DE")
    number = "piece-code" if told.text("piece-code") else "searched-piece-code"
    rows = (one for one in inside(piece, "data") if one.get("name") == "piece-event")
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=told.identity(number),
        carrier="dhl_parcel_de",
        external_id=told.text("piece-id"),
        service=told.text("product-name"),
        summary=_over_all(told),
        # In words such as "different person present", without a name.
        proof=Proof(received_by=told.text("recipient-id-text")),
        events=homeward(in_order(_event(attributes(row, "DHL Parcel DE")) for row in rows)),
    )


def _over_all(told: Payload) -> Summary | None:
    if told.text("error-status") not in ("", "0"):
        return Summary(status=Status.PENDING, substatus="not_found")
    return summary_of(_meaning(told, told.text("status")))


def _event(row: Payload) -> NormalisedEvent:
    words = row.text("event-status") or row.text("event-text") or row.text("event-short-status")
    means = _meaning(row, words)
    when = read_moment(_iso(row.text("event-timestamp")), _ZONE)
    return scan(
        SOURCE,
        when,
        means,
        location=place_name(
            city=row.text("event-location"),
            region="",
            postcode="",
            country=row.text("event-country"),
        ),
        raw_code=row.text("standard-event-code") or row.text("ice"),
        raw_description=words,
    )


def _meaning(row: Payload, words: str) -> Meaning:
    ice, ric, event = map(row.text, ("ice", "ric", "standard-event-code"))
    meant = (
        MEANINGS.get(f"{ice}/{ric}/{event}")
        or MEANINGS.get(f"{ice}/{ric}")
        or MEANINGS.get(ice)
        or STANDARD.get(event)
        or GERMAN.meant_by(words)
        or ENGLISH.meant_by(words)
        or UNMAPPED
    )
    if meant.status is Status.IN_TRANSIT:
        meant = SENTENCES.meant_by(words) or meant
    return _sent_back(meant) if row.text("ruecksendung") == "true" else meant


def _sent_back(meant: Meaning) -> Meaning:
    """Read a scan on the way back: delivery is the return, and what moves is returning."""
    if meant.status is Status.DELIVERED:
        return BACK_AT_SENDER
    if meant.status in (Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY):
        return Meaning(Status.RETURNING, "other")
    return meant


def _iso(text: str) -> str:
    written = _GERMAN_TIME.fullmatch(text)
    if written is None:
        return text
    day, month, year, clock = written.groups()
    return f"{year}-{month}-{day}T{clock}" if clock else f"{year}-{month}-{day}"
