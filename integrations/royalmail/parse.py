"""From the bytes of a Royal Mail tracking answer to normalised shipments. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from integrations.payload import Payload
from integrations.reading.english import ENGLISH
from integrations.reading.listing import homeward, in_order
from integrations.reading.meanings import UNMAPPED, Phrases, by_code, summary_of
from integrations.reading.moments import read_day, read_estimate, read_moment
from integrations.reading.scans import scan
from tracking.enums import Status
from tracking.rules import Estimate, NormalisedEvent, NormalisedShipment, Proof, Summary

SOURCE = "royalmail"
_ZONE = "Europe/London"

_CODES = by_code(
    {
        "info_received/label_created": "EVAIE EVAIP",
        "in_transit/accepted": "EVOAC EVPPA",
        "in_transit/arrived_facility": "EVDAC EVDAV EVIMC EVORI",
        "in_transit/departed_facility": "EVODO",
        "in_transit/at_delivery_depot": "EVOCO",
        "in_transit/held_at_depot": "EVNRT",
        "in_transit/rerouted": "EVNMI",
        "in_transit/redelivery_requested": "EVNSR",
        "out_for_delivery/on_vehicle": "EVGPD",
        "available_for_pickup/at_post_office": "EVNDA",
        "delivery_attempted/recipient_absent": "EVKNA",
        "delivery_attempted/other": "EVKNR",
        "delivered/delivered": "EVKOP",
        "delivered/signed": "EVKSP",
        "delivered/safe_place": "EVKSF",
        "information_only": "RSRXS",
    }
)
_WORDS = Phrases(
    (r"forwarded - mis-?sort", "in_transit/rerouted"),
    (r"ready for delivery", "in_transit/at_delivery_depot"),
    (r"(available|ready|held|awaiting).*collection", "available_for_pickup/at_post_office"),
    (r"(left|leaving) (the )?(uk|united kingdom|international)", "in_transit/departed_facility"),
    (r"delivery request received", "information_only"),
)
_SUMMARIES = Phrases(
    (r"not recogni[sz]ed|not found|no information", "pending/not_found"),
    (r"return", "returning/other"),
    (r"collect", "available_for_pickup/at_post_office"),
    (r"attempt|not deliver|unable", "delivery_attempted/other"),
    (r"out for delivery|due today", "out_for_delivery/on_vehicle"),
    (r"deliver(ed|y complete)", "delivered/delivered"),
    (r"transit|redirect|received|progress", "in_transit/in_transit"),
    (r"expecting|advised|prepar", "info_received/label_created"),
)
_UNKNOWN_NUMBER = frozenset({"E1142", "E1144", "E1307", "E1308"})


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read one mail piece, or a summary of many; raises Unreadable for anything else.

    Where Royal Mail does not know the one number asked for, its answer does not name it: there is
    no shipment.
    """
    message = Payload.read(body, "Royal Mail")
    if any(error.text("errorCode") in _UNKNOWN_NUMBER for error in message.rows("errors")):
        return ()
    if isinstance(message.data.get("mailPieces"), dict):
        return (_piece(message.child("mailPieces")),)
    if "mailPieces" not in message:
        message.refuse("mailPieces", "is missing: this is no answer about an item")
    return tuple(_piece(piece) for piece in message.children("mailPieces"))


def _piece(piece: Payload) -> NormalisedShipment:
    summary = piece.child("summary")
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=piece.identity("mailPieceId"),
        carrier="royal_mail",
        external_id=summary.text("uniqueItemId"),
        service=summary.text("productName"),
        summary=_over_all(piece, summary),
        estimate=_estimate(piece.child("estimatedDelivery")),
        proof=_proof(piece.child("signature")),
        events=homeward(in_order(_events(piece, summary), newest_first=True)),
    )


def _proof(signature: Payload) -> Proof:
    return Proof(
        received_by=signature.text("recipientName"),
        has_signature=bool(signature.text("imageId")),
    )


def _over_all(piece: Payload, summary: Payload) -> Summary | None:
    if piece.child("error").text("errorCode") in _UNKNOWN_NUMBER:
        return Summary(status=Status.PENDING, substatus="not_found")
    words = " ".join(map(summary.text, ("statusCategory", "statusDescription", "summaryLine")))
    return summary_of(_SUMMARIES.meant_by(words))


def _events(piece: Payload, summary: Payload) -> Iterator[NormalisedEvent]:
    rows = [
        (
            row.text("eventCode"),
            row.text("eventName"),
            row.text("eventDateTime"),
            row.text("locationName"),
        )
        for row in piece.rows("events")
    ]
    if not rows and summary.text("lastEventCode"):
        last = ("Code", "Name", "DateTime", "LocationName")
        code, name, moment, location = (summary.text(f"lastEvent{part}") for part in last)
        rows = [(code, name, moment, location)]
    for code, name, moment, location in rows:
        when = read_moment(moment, _ZONE)
        means = _CODES.get(code) or _WORDS.meant_by(name) or ENGLISH.meant_by(name) or UNMAPPED
        yield scan(
            SOURCE,
            when,
            means,
            location=location,
            raw_code=code,
            raw_description=name,
        )


def _estimate(told: Payload) -> Estimate | None:
    day = told.text("date")
    if read_day(day) is None:
        return None
    return read_estimate(
        day,
        starts=told.text("startOfEstimatedWindow"),
        ends=told.text("endOfEstimatedWindow"),
        zone=_ZONE,
    )
