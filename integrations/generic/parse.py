"""The JSON that any system may send: tracking events as over REST, or a carrier's own words. Pure.

    {"events": [{"tracking_number": "…", "occurred_at": "…", "status": "delivered", …}]}
    {"format": "yamato", "parcels": [ … ]}
    {"format": "canadapost", "body": "<tracking-detail> …"}

Each event is one of the REST call for tracking events; beside its fields it may name the `carrier`
of a parcel that nobody told of before.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from integrations.payload import Payload
from integrations.sources import PAGES, SOURCES
from tracking.rules import NormalisedShipment, carrier_of, number_key
from tracking.serializers.scans_in import MOST, RefusedScan, ScanIn, read_scan

PROVIDER = "sender’s"
EVENTS = "tracking_events"
FORMATS = tuple(name for name in SOURCES if name != "shopify")
"""Sources whose answers are read as they are. Shopify's are about fulfilments, not parcels."""

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The events of a message that can be taken, and why others cannot; both by their place."""

    scans: dict[int, ScanIn]
    refused: list[dict[str, Any]]


def topic_of(message: Payload) -> str:
    """Return what kind of message it is: a carrier's format, or tracking events."""
    return message.text("format")[:40] or (EVENTS if "events" in message else "")


def parse_answers(body: bytes, *, at: datetime) -> tuple[NormalisedShipment, ...]:
    """Read what came at an instant in a source's own format, at most 1,000 parcels.

    Raises Unreadable for a format we do not know, and for what its reader refuses; for more
    parcels, and for one without a number. Rows of a Japanese page that do not say when it was
    asked for were asked for on the day they came.
    """
    message = Payload.read(body, PROVIDER)
    name = message.text("format")
    if name not in FORMATS:
        message.refuse("format", f"is none of {', '.join(FORMATS)}")
    told = SOURCES[name](_answer(message, asked_at=at if name in PAGES else None))
    if len(told) > MOST:
        message.refuse("body", f"tells of more than {MOST:,} parcels")
    if not all(number_key(one.tracking_number) for one in told):
        message.refuse("body", "tells of a parcel without its number")
    return told


def _answer(message: Payload, *, asked_at: datetime | None) -> bytes:
    """Return the bytes of a source: what stands in `body` (XML as a text), else beside `format`."""
    answer = message.data.get("body", message.data)
    if isinstance(answer, str):
        # The text is decoded already, whatever encoding its XML declares.
        return _DECLARATION.sub("", answer).encode("utf-8", "replace")
    if isinstance(answer, list) and asked_at:
        answer = {"parcels": answer}
    if isinstance(answer, dict) and asked_at:
        dated = Payload(answer, PROVIDER).text("inquiry_date") or asked_at.isoformat()
        answer = {**answer, "inquiry_date": dated}
    try:
        return json.dumps(answer).encode()
    except RecursionError:
        message.refuse("body", "is nested too deeply")


def parse_events(body: bytes, *, at: datetime) -> Batch:
    """Read tracking events that came at an instant; raises Unreadable where there is no such list.

    An event that is wrong is refused by itself.
    """
    message = Payload.read(body, PROVIDER)
    events = message.data.get("events")
    if not isinstance(events, list) or not 1 <= len(events) <= MOST:
        message.refuse("events", f"is no list of 1 to {MOST:,} events")
    scans: dict[int, ScanIn] = {}
    refused: list[dict[str, Any]] = []
    for place, event in enumerate(events):
        try:
            scans[place] = _scan(event, at)
        except RefusedScan as error:
            refused.append({"index": place, "code": error.code, "detail": str(error.detail)})
    return Batch(scans=scans, refused=refused)


def _scan(event: Any, at: datetime) -> ScanIn:
    if not isinstance(event, dict) or "carrier" not in event:
        return read_scan(event, at=at)
    carrier = carrier_of(Payload(event, PROVIDER).text("carrier")).slug
    plain = {name: value for name, value in event.items() if name != "carrier"}
    scan = read_scan(plain, at=at)
    return replace(scan, told=replace(scan.told, carrier=carrier))
