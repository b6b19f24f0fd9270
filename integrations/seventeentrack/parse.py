"""From the bytes 17TRACK sends (versions 2.x) to normalised shipments. Pure.

A parcel that changes hands has several providers, and each may tell of the other's scans: the same
words at the same time are one scan.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from integrations.payload import Payload
from integrations.reading.listing import bounded, counted, homeward, in_order
from integrations.reading.meanings import INFORMATION, UNMAPPED, Meaning, by_code, summary_of
from integrations.reading.moments import Moment, Offsets, read_estimate, read_moment
from integrations.reading.scans import scan
from postexp.kernel.zones import zone_of
from tracking.enums import TimePrecision
from tracking.rules import (
    NormalisedEvent,
    NormalisedShipment,
    carrier_of,
    place_name,
)

SOURCE = "seventeentrack"
PROVIDER = "17TRACK"
TOPICS = frozenset({"TRACKING_UPDATED"})
"""The webhooks that tell of a parcel."""

_STATUS = by_code(
    {
        "pending/not_found": "NotFound",
        "info_received/label_created": "InfoReceived",
        "in_transit/in_transit": "InTransit",
        "expired/no_updates": "Expired",
        "available_for_pickup/at_pickup_point": "AvailableForPickup",
        "out_for_delivery/on_vehicle": "OutForDelivery",
        "delivery_attempted/other": "DeliveryFailure",
        "delivered/delivered": "Delivered",
        "exception/general": "Exception",
    }
)
# A substatus that is not here says no more than the status it begins with.
_SUBSTATUS = by_code(
    {
        "pending/invalid_number": "NotFound_InvalidCode",
        "in_transit/picked_up": "InTransit_PickedUp",
        "in_transit/departed_facility": "InTransit_Departure",
        "in_transit/arrived_destination_country": "InTransit_Arrival",
        "in_transit/customs_processing": "InTransit_CustomsProcessing",
        "in_transit/customs_cleared": "InTransit_CustomsReleased",
        "in_transit/carrier_delay +carrier": "Exception_Delayed",
        "delivery_attempted/recipient_absent": "DeliveryFailure_NoBody",
        "delivery_attempted/address_problem": "DeliveryFailure_InvalidAddress",
        "exception/documents_missing": "InTransit_CustomsRequiringInformation",
        "exception/security": "DeliveryFailure_Security Exception_Security",
        "exception/recipient_refused": "DeliveryFailure_Rejected Exception_Rejected",
        "exception/address_incorrect": "Exception_NoBody",
        "exception/damaged": "Exception_Damage",
        "exception/lost": "Exception_Lost",
        "exception/disposed": "Exception_Destroyed",
        "returning/other": "Exception_Returning",
        "returned/returned_to_sender": "Exception_Returned",
        "cancelled/by_sender": "Exception_Cancel",
    }
)
_STAGE = by_code(
    {
        "info_received/label_created": "InfoReceived",
        "in_transit/picked_up": "PickedUp",
        "in_transit/departed_facility": "Departure",
        "in_transit/arrived_destination_country": "Arrival",
        "available_for_pickup/at_pickup_point": "AvailableForPickup",
        "out_for_delivery/on_vehicle": "OutForDelivery",
        "delivered/delivered": "Delivered",
        "returning/other": "Returning",
        "returned/returned_to_sender": "Returned",
    }
)


def parse_webhook(body: bytes) -> NormalisedShipment:
    """Read a webhook about a parcel; raises Unreadable, saying what is wrong and what to do."""
    return _parcel(Payload.read(body, PROVIDER).child("data"))


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read a webhook, or an answer of the API; raises Unreadable otherwise."""
    message = Payload.read(body, PROVIDER)
    data = message.child("data") if "data" in message else message
    if "accepted" in data:
        return tuple(_parcel(one) for one in data.children("accepted"))
    return (_parcel(data),)


def _parcel(parcel: Payload) -> NormalisedShipment:
    number = parcel.identity("number")
    if "track_info" not in parcel:
        parcel.refuse("track_info", "is missing")
    info = parcel.child("track_info")
    latest = info.child("latest_status")
    means = _meaning(latest.text("sub_status"), latest.text("status"))
    providers = list(info.child("tracking").rows("providers"))
    expected = info.child("time_metrics").child("estimated_delivery_date")
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=number,
        carrier=_carrier(parcel.text("carrier"), providers),
        service=info.child("misc_info").text("service_type"),
        reported_at=_told_at(info, providers),
        summary=summary_of(means),
        estimate=read_estimate(
            starts=expected.text("from"), ends=expected.text("to"), by_platform=True
        ),
        delay_reason=means.delay if means else None,
        events=homeward(_merged(providers)),
    )


def _carrier(key: str, providers: list[Payload]) -> str:
    """Return the carrier the number was registered with, else the first that tells of it."""
    told = [provider.child("provider") for provider in providers]
    own = [provider for provider in told if provider.text("key") == key]
    names = [provider.text("name") for provider in (*own, *told)]
    return carrier_of(next(filter(None, names), "")).slug


def _told_at(info: Payload, providers: list[Payload]) -> datetime | None:
    told = [provider.moment("latest_sync_time") for provider in providers]
    told.append(info.child("latest_event").moment("time_utc"))
    return max((moment for moment in told if moment), default=None)


def _merged(providers: Iterable[Payload]) -> tuple[NormalisedEvent, ...]:
    """Return the scans of all providers, oldest first, each once.

    Of two that are alike the one that tells more stays, whichever provider came first.
    """
    fullest: dict[tuple[str, str], NormalisedEvent] = {}
    order: dict[tuple[str, str], str] = {}
    for provider in providers:
        moment = ""
        for event in in_order(_event(row) for row in provider.rows("events")):
            told = _moment(event)
            alike = told or event.local_time, event.raw_description.casefold()
            fullest[alike] = max(fullest.get(alike, event), event, key=_fullness)
            # A row without an instant stays behind the row it was listed after.
            moment = max(moment, told)
            order.setdefault(alike, moment)
    listing = sorted(order, key=lambda alike: order[alike])
    return counted(bounded(fullest[alike] for alike in listing))


def _moment(event: NormalisedEvent) -> str:
    return event.occurred_at.astimezone(UTC).isoformat() if event.occurred_at else ""


def _fullness(event: NormalisedEvent) -> tuple[int, str, str, str]:
    return len(event.location), event.location, event.raw_code, event.raw_description


def _event(row: Payload) -> NormalisedEvent:
    substatus, stage = row.text("sub_status"), row.text("stage")
    means = _meaning(substatus, "") or _STAGE.get(stage)
    if means is None:
        # A row without any code is a carrier's remark, not one that nobody has mapped yet.
        means = UNMAPPED if substatus or stage else INFORMATION
    address = row.child("address")
    country, region = address.text("country"), address.text("state")
    return scan(
        SOURCE,
        _time(row, zone_of(country, region)),
        means,
        location=row.text("location")
        or place_name(
            city=address.text("city"),
            region=region,
            postcode=address.text("postal_code"),
            country=country,
        ),
        raw_code=substatus or stage,
        raw_description=" ".join(row.text("description").split()),
    )


def _time(row: Payload, zone: str) -> Moment:
    """Return when a scan was. What the carrier printed tells whether it named a time at all."""
    printed = row.child("time_raw")
    day, clock, offset = (printed.text(name) for name in ("date", "time", "timezone"))
    if day and not clock:
        return _read(day, zone)
    for text in (row.text("time_iso"), f"{day}T{clock}{offset}" if day else ""):
        when = _read(text, zone)
        if when.occurred_at:
            return when
    when = _read(row.text("time_utc"), zone)
    if when.occurred_at:
        return when
    local = _read(row.text("time_iso") or f"{day}T{clock}", zone)
    return local if local.time_precision is not TimePrecision.NONE else when


def _read(text: str, zone: str) -> Moment:
    return read_moment(text, zone, offsets=Offsets.PLACE_UNLESS_ZERO)


def _meaning(substatus: str, status: str) -> Meaning | None:
    return (
        _SUBSTATUS.get(substatus) or _STATUS.get(substatus.partition("_")[0]) or _STATUS.get(status)
    )
