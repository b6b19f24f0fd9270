"""From the bytes AfterShip sends to normalised shipments. Pure."""

from datetime import UTC, date, datetime, timedelta

from babel.core import get_global

from integrations.payload import Payload
from integrations.reading.listing import homeward, in_order
from integrations.reading.meanings import UNMAPPED, Meaning, by_code, summary_of
from integrations.reading.moments import Offsets, is_far_off, read_estimate, read_moment
from integrations.reading.scans import scan
from postexp.kernel.zones import zone_of
from tracking.rules import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    PickupPlace,
    Proof,
    carrier_of,
    place_name,
)

SOURCE = "aftership"
PROVIDER = "AfterShip"
TOPICS = frozenset({"tracking_update", "edd_revise", "tracking_pending_time"})
"""The webhooks that tell of a tracking."""

# A sample account's leftovers aside, nobody promises a delivery that lies so far ahead.
_FARTHEST = timedelta(days=180)

_TAG = by_code(
    {
        "pending/awaiting_carrier": "Pending",
        "info_received/label_created": "InfoReceived",
        "in_transit/in_transit": "InTransit",
        "out_for_delivery/on_vehicle": "OutForDelivery",
        "available_for_pickup/at_pickup_point": "AvailableForPickup",
        "delivery_attempted/other": "AttemptFail",
        "delivered/delivered": "Delivered",
        "exception/general": "Exception",
        "expired/no_updates": "Expired",
    }
)
# A subtag that is not here says no more than its tag does.
_SUBTAG = by_code(
    {
        "in_transit/accepted": "InTransit_002",
        "in_transit/arrived_facility": "InTransit_003",
        "in_transit/arrived_destination_country": "InTransit_004",
        "in_transit/customs_cleared": "InTransit_005",
        "in_transit/customs_processing": "InTransit_006",
        "in_transit/departed_facility": "InTransit_007",
        "in_transit/rerouted": "InTransit_009",
        # An appointment was made: no vehicle carries the parcel yet.
        "in_transit/delivery_scheduled": "OutForDelivery_004",
        "in_transit/customs_processing +customs": "Exception_004",
        "in_transit/carrier_delay +external": "Exception_005",
        "in_transit/carrier_delay +carrier_processing": "Exception_016",
        "in_transit/weather_delay +weather": "Exception_017",
        "in_transit/carrier_delay +flight": "Exception_019",
        "delivery_attempted/recipient_absent": "AttemptFail_002",
        "delivery_attempted/business_closed": "AttemptFail_003",
        "delivered/pickup_point_collected": "Delivered_002",
        "delivered/signed": "Delivered_003",
        "delivered/cod_collected": "Delivered_004",
        "delivered/neighbor": "Delivered_005",
        "exception/recipient_moved": "Exception_002",
        "exception/recipient_refused": "Exception_003",
        "exception/payment_due": "Exception_006",
        "exception/address_incorrect": "Exception_007",
        "exception/unclaimed": "Exception_008",
        "exception/rejected_by_carrier": "Exception_009",
        "exception/damaged": "Exception_012",
        "exception/lost": "Exception_013",
        "exception/documents_missing": "Exception_018",
        "exception/disposed": "Exception_021",
        "returning/other": "Exception_010",
        "returned/returned_to_sender": "Exception_011",
        "cancelled/by_sender": "Exception_020",
    }
)
# Slugs that are not simply a carrier's name.
_SLUG = {
    "taqbin-jp": "yamato",
    "sagawa-jp": "sagawa",
    "fedex-fims": "fedex",
    "usps-webhook": "usps",
}


def parse_webhook(body: bytes) -> NormalisedShipment:
    """Read a webhook about a tracking; raises Unreadable, saying what is wrong and what to do."""
    message = Payload.read(body, PROVIDER)
    return _tracking(message.child("msg"), sent_at=_unix(message))


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read a webhook, an answer of the API, or a tracking alone; raises Unreadable otherwise."""
    message = Payload.read(body, PROVIDER)
    if "msg" in message:
        return (_tracking(message.child("msg"), sent_at=_unix(message)),)
    data = message.child("data") if "data" in message else message
    if "trackings" in data:
        return tuple(_tracking(one) for one in data.children("trackings"))
    return (_tracking(data.child("tracking") if "tracking" in data else data),)


def _unix(message: Payload) -> datetime | None:
    seconds = message.text("ts")
    if not (seconds.isascii() and seconds.isdigit()) or len(seconds) > 11:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _tracking(tracking: Payload, sent_at: datetime | None = None) -> NormalisedShipment:
    number = tracking.identity("tracking_number")
    if not any(name in tracking for name in ("slug", "tag", "checkpoints")):
        tracking.refuse("slug", "is missing, and so are tag and checkpoints")
    slug = tracking.text("slug")
    means = _meaning(tracking.text("tag"), tracking.text("subtag"))
    told_at = tracking.moment("updated_at") or tracking.moment("last_updated_at") or sent_at
    estimate = _estimate(tracking, told_at)
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=number,
        carrier=carrier_of(_SLUG.get(slug, slug)).slug,
        external_id=tracking.text("id")[:64],
        service=tracking.text("shipment_type"),
        tracking_url=tracking.text("courier_tracking_link"),
        reported_at=told_at,
        summary=summary_of(means),
        estimate=estimate,
        first_estimate=_first_estimate(tracking, told_at) if estimate else None,
        delay_reason=means.delay,
        proof=Proof(received_by=tracking.text("signed_by")),
        # `pickup_note` is a free word to the receiver, of whatever kind: nobody else may read it.
        pickup=PickupPlace(name=tracking.text("pickup_location")),
        events=homeward(in_order(_event(row) for row in tracking.rows("checkpoints"))),
    )


def _meaning(tag: str, subtag: str) -> Meaning:
    return _SUBTAG.get(subtag) or _TAG.get(tag) or _TAG.get(subtag.partition("_")[0]) or UNMAPPED


def _event(row: Payload) -> NormalisedEvent:
    tag, subtag = row.text("tag"), row.text("subtag")
    return scan(
        SOURCE,
        read_moment(row.text("checkpoint_time"), _zone(row), offsets=Offsets.PLACE_UNLESS_ZERO),
        _meaning(tag, subtag),
        location=row.text("location") or _place(row),
        raw_code=subtag or tag or row.text("raw_tag"),
        raw_description=row.text("message") or row.text("subtag_message"),
    )


def _country(row: Payload) -> str:
    """Return the two-letter code of a checkpoint's country, whichever version told it."""
    code = row.text("country_iso3") or row.text("country_region")
    known: list[str] = get_global("territory_aliases").get(code.upper(), [])
    return known[0] if len(known) == 1 else code


def _place(row: Payload) -> str:
    return place_name(
        city=row.text("city"),
        region=row.text("state"),
        postcode=row.text("zip") or row.text("postal_code"),
        country=_country(row),
    )


def _zone(row: Payload) -> str:
    return zone_of(_country(row), row.text("state"))


_ESTIMATES = (
    "latest_estimated_delivery",
    "courier_estimated_delivery_date",
    "expected_delivery",
    "aftership_estimated_delivery_date",
    "custom_estimated_delivery_date",
)


def _estimate(tracking: Payload, told_at: datetime | None) -> Estimate | None:
    """Return the newest estimate, the carrier's before anyone's reckoning."""
    told = (_read_estimate(tracking, name) for name in _ESTIMATES)
    return next((one for one in told if one and not is_far_off(one.day, told_at, _FARTHEST)), None)


def _first_estimate(tracking: Payload, told_at: datetime | None) -> date | None:
    """Return the day promised at first: the shop's promise, else the first estimate."""
    names = ("order_promised_delivery_date", "first_estimated_delivery")
    told = (_read_estimate(tracking, name) for name in names)
    days = (one.day for one in told if one and not is_far_off(one.day, told_at, _FARTHEST))
    return next(days, None)


def _read_estimate(tracking: Payload, name: str) -> Estimate | None:
    told = tracking.child(name)
    return read_estimate(
        tracking.text(name) or told.text("datetime") or told.text("estimated_delivery_date"),
        starts=told.text("datetime_min") or told.text("estimated_delivery_date_min"),
        ends=told.text("datetime_max") or told.text("estimated_delivery_date_max"),
        by_platform=True,
    )
