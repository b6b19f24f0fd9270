"""From the bytes of an Amazon Shipping getTracking answer (v1 and v2) to one shipment. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from integrations.payload import Payload
from integrations.reading.listing import in_order
from integrations.reading.meanings import (
    BACK_AT_SENDER,
    UNMAPPED,
    Meaning,
    by_code,
    summary_of,
)
from integrations.reading.moments import Offsets, read_estimate, read_moment
from integrations.reading.scans import scan
from postexp.kernel.zones import zone_of
from tracking.enums import Status
from tracking.rules import (
    Estimate,
    NormalisedEvent,
    NormalisedShipment,
    Proof,
    place_name,
)

SOURCE = "amazon_shipping"
CARRIER = "amazon_shipping"

EVENTS = by_code(
    {
        "info_received/label_created": "ReadyForReceive LabelCreated PreTransit",
        "info_received/awaiting_pickup": "PickupScheduled",
        "info_received/pickup_failed": "PickupAttempted PickupFailed",
        "in_transit/picked_up": "PickupDone PickedUp",
        "in_transit/in_transit": "InTransit",
        "in_transit/arrived_facility": "Received ArrivedAtCarrierFacility Arrived",
        "in_transit/at_delivery_depot": "ArrivedAtLocalFacility ArrivedAtDeliveryStation",
        "in_transit/departed_facility": "Departed",
        "in_transit/customs_processing": "ArrivedAtCustoms CustomsProcessing",
        "in_transit/customs_cleared": "CustomsCleared",
        "in_transit/delivery_scheduled": "RecipientRequestedAlternateDeliveryTiming",
        "in_transit/carrier_delay +carrier": "Delayed DeliveryDelayed",
        "in_transit/weather_delay +weather": "WeatherDelay",
        "out_for_delivery/on_vehicle": "OutForDelivery",
        "available_for_pickup/at_pickup_point": "AvailableForPickup AwaitingCustomerPickup",
        "delivery_attempted/other": "DeliveryAttempted",
        "delivered/delivered": "Delivered",
        "exception/recipient_refused": "Rejected RejectedByRecipient",
        "exception/lost": "Lost",
        "exception/damaged": "Damaged",
        "exception/disposed": "Destroyed Disposed",
        "exception/address_incorrect": "AddressNotFound InvalidAddress",
        "exception/customs_held": "HeldByCustoms",
        "exception/general": "Undeliverable",
        "returning/other": "ReturnInitiated Returning ReturnedToCarrier",
        "returned/returned_to_sender": "Returned ReturnedToSeller ReturnCompleted",
        "cancelled/by_sender": "PickupCancelled Cancelled",
    }
)

DETAILS = by_code(
    {
        "delivery_attempted/recipient_absent": "CustomerUnavailable UnableToContactRecipient "
        "OtpNotAvailable",
        "delivery_attempted/business_closed": "BusinessClosed",
        "delivery_attempted/payment_due": "PaymentNotReady",
        "delivery_attempted/no_access": "UnableToAccess",
        "delivery_attempted/address_problem": "AddressNotFound",
        "delivered/mailbox": "DeliveredToMailSlot",
        "delivered/neighbor": "DeliveredToNeighbor",
        "delivered/reception": "DeliveredToMailRoom DeliveredToReceptionist",
        "delivered/safe_place": "DeliveredToBehindWheelieBin DeliveredToPorch DeliveredToGarage "
        "DeliveredToGarden DeliveredToGreenhouse DeliveredToRearDoor DeliveredToShed",
        "delivered/signed": "Signed DeliveredWithOTP",
        "exception/recipient_refused": "Rejected RejectedByRecipientWithVerification",
        "exception/damaged": "Damaged",
        "exception/prohibited": "HazmatShipment",
    }
)
"""What the details of a parcel refine, where they stand under the status they belong to."""


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read an answer about one parcel; raises Unreadable for anything else."""
    message = Payload.read(body, "Amazon Shipping")
    return (_shipment(message.child("payload") if "payload" in message else message),)


def _shipment(told: Payload) -> NormalisedShipment:
    summary = told.child("summary")
    events = _refined(in_order(_events(told), only_instants_tell=True), summary)
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=told.identity("trackingId"),
        carrier=CARRIER,
        summary=summary_of(EVENTS.get(summary.text("status"))),
        estimate=_promise(told, events),
        proof=_proof(summary.child("proofOfDelivery")),
        events=events,
    )


def _proof(told: Payload) -> Proof:
    return Proof(
        received_by=told.text("receivedBy"),
        photo_url=told.text("deliveryImageURL"),
    )


def _events(told: Payload) -> Iterator[NormalisedEvent]:
    for row in told.rows("eventHistory"):
        means = _meaning(row)
        location = row.child("location")
        when = read_moment(row.text("eventTime"), _zone(location))
        yield scan(
            SOURCE,
            when,
            means,
            location=_place(location),
            raw_code=row.text("eventCode"),
        )


def _meaning(row: Payload) -> Meaning:
    means = EVENTS.get(row.text("eventCode"), UNMAPPED)
    if row.text("shipmentType").upper() != "RETURNS" or means.status is None:
        return means
    if means.status is Status.DELIVERED:
        return BACK_AT_SENDER
    return means if means.status is Status.EXCEPTION else Meaning(Status.RETURNING, "other")


def _refined(events: tuple[NormalisedEvent, ...], summary: Payload) -> tuple[NormalisedEvent, ...]:
    """Let the details of the parcel refine its newest scan, where they belong to its status."""
    codes = summary.child("trackingDetailCodes")
    details = [DETAILS[code] for code in codes.texts("forward") if code in DETAILS]
    fitting = [means for means in details if events and means.status is events[-1].status]
    if not fitting:
        return events
    return (*events[:-1], replace(events[-1], substatus=fitting[0].substatus))


def _promise(told: Payload, events: tuple[NormalisedEvent, ...]) -> Estimate | None:
    """Return the promise as a day where the parcel goes: as far as its scans tell the zone."""
    written = told.text("promisedDeliveryDate")
    zone = next((event.zone for event in reversed(events) if event.zone), "")
    if written[10:19] == "T00:00:00":
        return read_estimate(written[:10])
    local_time = read_moment(written, zone, offsets=Offsets.SENDER).local_time
    return read_estimate(ends=local_time, zone=zone)


def _place(location: Payload) -> str:
    return place_name(
        city=location.text("city"),
        region=location.text("stateOrRegion"),
        postcode=location.text("postalCode"),
        country=location.text("countryCode"),
    )


def _zone(location: Payload) -> str:
    return zone_of(location.text("countryCode"), location.text("stateOrRegion"))
