"""The tables of FedEx, UPS, USPS and Amazon: what their codes and sentences mean."""

import pytest

from integrations.amazon_shipping import parse as amazon
from integrations.fedex import codes as fedex
from integrations.reading.meanings import INFORMATION, Meaning, meaning
from integrations.ups import codes as ups
from integrations.usps import codes as usps
from tracking.enums import DelayReason, Status


def test_a_meaning_is_one_of_ours() -> None:
    assert meaning("in_transit/weather_delay +weather") == Meaning(
        Status.IN_TRANSIT, "weather_delay", DelayReason.WEATHER
    )
    assert meaning("information_only") == INFORMATION
    for unknown in ("in_transit/flying", "lost/lost", "in_transit/in_transit +boredom"):
        with pytest.raises(ValueError, match="not"):
            meaning(unknown)


@pytest.mark.parametrize(
    ("table", "code", "name"),
    [
        (fedex.STATUS, "OC", "info_received/label_created"),
        (fedex.STATUS, "CD", "in_transit/customs_processing +customs"),
        (fedex.STATUS, "HP", "available_for_pickup/at_pickup_point"),
        (fedex.STATUS, "RS", "returning/other"),
        (fedex.STATUS, "RR", "information_only"),
        (ups.STATUS, "021", "out_for_delivery/on_vehicle"),
        (ups.STATUS, "161", "available_for_pickup/at_pickup_point"),
        (ups.STATUS, "034", "returned/returned_to_sender"),
        (ups.STATUS, "007", "cancelled/label_voided"),
        (ups.KIND, "MV", "cancelled/label_voided"),
        (usps.STATUS, "A1", "in_transit/arrived_facility"),
        (usps.STATUS, "16", "available_for_pickup/at_post_office"),
        (usps.STATUS, "27", "returning/unclaimed"),
        (amazon.EVENTS, "ReadyForReceive", "info_received/label_created"),
        (amazon.EVENTS, "Rejected", "exception/recipient_refused"),
    ],
)
def test_a_code_means(table: dict[str, Meaning], code: str, name: str) -> None:
    assert table[code] == meaning(name)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Delivered, In/At Mailbox", "delivered/mailbox"),
        ("Delivered, PO Box", "delivered/mailbox"),
        ("Delivered, Front Desk/Reception/Mail Room", "delivered/reception"),
        ("Delivered, Front Door/Porch", "delivered/safe_place"),
        ("Delivered, Garage or Other Location at Address", "delivered/safe_place"),
        ("Delivered, Left with Individual", "delivered/delivered"),
        ("Delivered, Individual Picked Up at Post Office", "delivered/pickup_point_collected"),
        ("Delivered, To Original Sender", "returned/returned_to_sender"),
        ("Delivered to Agent for Final Delivery", "in_transit/handed_to_partner"),
        ("Out for Delivery, Expected Delivery by 9:00pm", "out_for_delivery/on_vehicle"),
        ("Notice Left (No Authorized Recipient Available)", "delivery_attempted/recipient_absent"),
        ("Notice Left (No Secure Location Available)", "delivery_attempted/no_access"),
        ("Delivery Attempted - No Access to Delivery Location", "delivery_attempted/no_access"),
        ("Available for Redelivery or Pickup", "available_for_pickup/at_post_office"),
        ("Reminder to Schedule Redelivery of your item", "available_for_pickup/reminder"),
        ("Redelivery Scheduled", "in_transit/redelivery_requested"),
        ("Held at Post Office, At Customer Request", "in_transit/held_by_request"),
        ("In Transit, Arriving Late", "in_transit/carrier_delay +carrier"),
        ("Delivery Exception, Local Weather Delay", "in_transit/weather_delay +weather"),
        ("Unclaimed/Being Returned to Sender", "returning/unclaimed"),
        ("Moved, Left no Address", "returning/undeliverable"),
        ("Return to Sender Processed", "returning/other"),
        ("Refused", "exception/recipient_refused"),
        ("Held in Customs", "exception/customs_held"),
        ("Inbound Into Customs", "in_transit/customs_processing"),
        ("Inbound Out of Customs", "in_transit/customs_cleared"),
        ("Pre-Shipment Info Sent to USPS, USPS Awaiting Item", "info_received/label_created"),
        ("USPS in possession of item", "in_transit/accepted"),
        ("Accepted at USPS Origin Facility", "in_transit/accepted"),
        ("Arrived at Post Office", "in_transit/at_delivery_depot"),
        ("Arrived at USPS Regional Destination Facility", "in_transit/arrived_facility"),
        ("Departed USPS Regional Facility", "in_transit/departed_facility"),
        ("In Transit to Next Facility", "in_transit/in_transit"),
    ],
)
def test_a_sentence_of_usps_means(words: str, name: str) -> None:
    assert usps.WORDS.meant_by(words) == meaning(name)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (
            "Your package is pending release from a Government Agency. Once they release it, your "
            "package will be on its way.",
            "in_transit/customs_processing",
        ),
        ("Your package has been released by the government agency.", "in_transit/customs_cleared"),
        ("Import charges are due for this package. Select Pay Now.", "exception/duties_unpaid"),
        ("Delivered To UPS Access Point™", "available_for_pickup/at_pickup_point"),
        (
            "The package was delivered to a locker and is awaiting customer pickup.",
            "available_for_pickup/locker",
        ),
        ("Out For Delivery to UPS Access Point™", "out_for_delivery/on_vehicle"),
        (
            "The sender requested this package be held for pickup at a UPS facility.",
            "in_transit/held_by_request",
        ),
        (
            "The receiving business was closed. We'll attempt to deliver the package the next "
            "business day.",
            "delivery_attempted/business_closed",
        ),
        (
            "We tried to deliver the package, but were unable to receive payment.",
            "delivery_attempted/payment_due",
        ),
        (
            "The receiver has moved. We're attempting to obtain a new delivery address for this "
            "receiver.",
            "exception/recipient_moved",
        ),
        (
            "The apartment number is either missing or incorrect. This may delay delivery.",
            "exception/address_incorrect",
        ),
        ("The address has been corrected.", "in_transit/rerouted"),
        (
            "A late flight has caused a delay. We will update the delivery date as soon as "
            "possible.",
            "in_transit/carrier_delay +flight",
        ),
        (
            "We've misrouted the package. This may cause a delay.",
            "in_transit/misrouted +carrier",
        ),
        ("Your package was damaged in transit.", "exception/damaged"),
        ("We've sent the package to UPS lost and found.", "exception/lost"),
        (
            "The package was not picked up by the receiver at the UPS Access Point™ location and "
            "will be returned to sender.",
            "returning/unclaimed",
        ),
        (
            "The receiver refused the package. The package will be returned to sender.",
            "returning/refused",
        ),
        ("UPS has returned your package to the sender.", "returned/returned_to_sender"),
        ("Import Scan", "in_transit/arrived_destination_country"),
        ("Drop-Off", "in_transit/accepted"),
    ],
)
def test_a_sentence_of_ups_means(words: str, name: str) -> None:
    assert ups.WORDS.meant_by(words) == meaning(name)
