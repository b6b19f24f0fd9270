"""From the bytes Shippo sends to normalised shipments. Pure.

Newer versions name a substatus beside each status; where there is none, the words tell.
"""

from datetime import datetime

from integrations.payload import Payload
from integrations.reading.listing import homeward, in_order
from integrations.reading.meanings import UNMAPPED, Meaning, by_code, summary_of
from integrations.reading.moments import Offsets, read_estimate, read_moment
from integrations.reading.scans import scan
from integrations.shippo.words import WORDS
from postexp.kernel.zones import zone_of
from tracking.enums import Actor, Deed, Status
from tracking.rules import (
    Action,
    NormalisedEvent,
    NormalisedShipment,
    Summary,
    carrier_of,
    place_name,
)

SOURCE = "shippo"
PROVIDER = "Shippo"
TOPICS = frozenset({"track_updated"})
"""The webhooks that tell of a parcel."""

_STATUS = by_code(
    {
        "info_received/label_created": "PRE_TRANSIT",
        "in_transit/in_transit": "TRANSIT",
        "delivered/delivered": "DELIVERED",
        "returning/other": "RETURNED",
        "exception/general": "FAILURE",
    }
)
_SUBSTATUS = by_code(
    {
        "info_received/label_created": "information_received",
        "in_transit/accepted": "package_accepted",
        "in_transit/arrived_facility": "package_arrived",
        "in_transit/departed_facility": "package_departed",
        "in_transit/rerouted": "package_forwarded",
        "in_transit/held_at_depot": "package_held",
        "in_transit/in_transit": "package_processed package_processing",
        "in_transit/delivery_scheduled": "delivery_rescheduled delivery_scheduled",
        "in_transit/carrier_delay +carrier": "delayed",
        "out_for_delivery/on_vehicle": "out_for_delivery",
        "available_for_pickup/at_pickup_point": "pickup_available",
        "delivery_attempted/other": "delivery_attempted notice_left reschedule_delivery",
        "delivery_attempted/no_access": "location_inaccessible",
        "delivered/delivered": "delivered",
        "exception/address_incorrect": "address_issue",
        "exception/general": "contact_carrier package_undeliverable",
        "exception/damaged": "package_damaged",
        "exception/disposed": "package_disposed",
        "exception/lost": "package_lost",
        "returning/other": "return_to_sender",
        "returning/unclaimed": "package_unclaimed",
    }
)
# These ask for a word with the carrier; what the others ask for follows from their status.
_ASK_CARRIER = frozenset({"contact_carrier", "package_held", "package_undeliverable"})


def parse_webhook(body: bytes) -> NormalisedShipment:
    """Read a webhook about a parcel; raises Unreadable, saying what is wrong and what to do."""
    return _track(Payload.read(body, PROVIDER).child("data"))


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read a webhook, or a track as the API answers it; raises Unreadable otherwise."""
    message = Payload.read(body, PROVIDER)
    return (_track(message.child("data") if "data" in message else message),)


def _track(track: Payload) -> NormalisedShipment:
    number = track.identity("tracking_number")
    if not any(name in track.data for name in ("tracking_status", "tracking_history")):
        track.refuse("tracking_status", "is missing, and so is tracking_history")
    events = homeward(in_order(_event(row) for row in track.rows("tracking_history")))
    latest = track.child("tracking_status")
    estimate = read_estimate(track.text("eta"), by_platform=True)
    first = read_estimate(track.text("original_eta"), by_platform=True)
    means = _meaning(latest)
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=number,
        carrier=carrier_of(track.text("carrier")).slug,
        external_id=track.text("transaction")[:64],
        service=track.child("servicelevel").text("name"),
        reported_at=_told_at(track),
        summary=_summary(means, has_scans=bool(events)),
        estimate=estimate or first,
        first_estimate=first.day if first else None,
        delay_reason=means.delay if means else None,
        action=_action(latest),
        events=events,
    )


def _summary(means: Meaning | None, *, has_scans: bool) -> Summary | None:
    if means or has_scans:
        return summary_of(means)
    # Without a single row, a status that is unknown or null means that the number is.
    return Summary(status=Status.PENDING, substatus="not_found")


def _told_at(track: Payload) -> datetime | None:
    rows = [track.child("tracking_status"), *track.rows("tracking_history")]
    told = [row.moment(name) for row in rows for name in ("object_updated", "object_created")]
    return max((moment for moment in told if moment), default=None)


def _event(row: Payload) -> NormalisedEvent:
    return scan(
        SOURCE,
        read_moment(row.text("status_date"), _zone(row), offsets=Offsets.PLACE_UNLESS_ZERO),
        _meaning(row) or UNMAPPED,
        location=_place(row),
        raw_code=_code(row) or row.text("status"),
        raw_description=row.text("status_details"),
    )


def _code(row: Payload) -> str:
    """Return the substatus of a row: an object with a code, or in the oldest versions a text."""
    return row.child("substatus").text("code") or row.text("substatus")


def _meaning(row: Payload) -> Meaning | None:
    """Return what a row says: by its substatus, else by its status, refined by its words."""
    words = row.text("status_details")
    means = _SUBSTATUS.get(_code(row))
    if means is None:
        return _by_words(row.text("status"), words)
    if means == _STATUS["DELIVERED"]:
        return _by_words("DELIVERED", words)
    if means == _SUBSTATUS["delivery_attempted"]:
        told = _by_words("TRANSIT", words)
        return told if told and told.status is means.status else means
    return means


def _by_words(status: str, words: str) -> Meaning | None:
    """Return what a row without a substatus says; None where it says nothing we know."""
    told = WORDS[status].meant_by(words) if status in WORDS else None
    return told or _STATUS.get(status)


def _action(latest: Payload) -> Action | None:
    told = latest.child("substatus")
    code = told.text("code")
    if not told.flag("action_required") or code in _SUBSTATUS.keys() - _ASK_CARRIER:
        return None
    return Action(who=Actor.MERCHANT, what=Deed.CONTACT_CARRIER)


def _place(row: Payload) -> str:
    location = row.child("location")
    return place_name(
        city=location.text("city"),
        region=location.text("state"),
        postcode=location.text("zip"),
        country=location.text("country"),
    )


def _zone(row: Payload) -> str:
    location = row.child("location")
    return zone_of(location.text("country"), location.text("state"))
