"""What the event codes and sentences of USPS mean.

The codes are those of Publication 199, appendix G. A sentence is more exact than its code, which
may stand for many: `01` is every delivery, wherever the parcel was left.
"""

from integrations.reading.meanings import Phrases, by_code

STATUS = by_code(
    {
        "info_received/label_created": "GX MA",
        "info_received/awaiting_pickup": "GA",
        "in_transit/picked_up": "PU",
        "in_transit/accepted": "03 41 80 AE OA PA TM VP",
        "in_transit/in_transit": "NT TL",
        "in_transit/arrived_facility": "10 81 A1 AD PC U1 UA",
        "in_transit/departed_facility": "82 E1 EF L1 SF T1",
        "in_transit/at_delivery_depot": "07 19",
        "in_transit/handed_to_partner": "42 DG",
        "in_transit/misrouted +carrier": "08 15",
        "in_transit/rerouted": "06",
        "in_transit/delivery_scheduled": "71",
        "out_for_delivery/on_vehicle": "OF LD",
        "available_for_pickup/at_post_office": "14 16",
        "delivery_attempted/other": "02 52",
        "delivery_attempted/business_closed": "51",
        "delivery_attempted/no_access": "30 53 54 55",
        "delivery_attempted/recipient_absent": "56",
        "delivered/delivered": "01",
        "delivered/pickup_point_collected": "17 43",
        "exception/recipient_refused": "04",
        "exception/address_incorrect": "05",
        "exception/lost": "11",
        "returning/other": "09 29",
        "returning/undeliverable": "21 22 23 24 25 26 28",
        "returning/unclaimed": "27 31",
        "returning/requested_by_sender": "44",
        "information_only": "DX",
    }
)

WORDS = Phrases(
    # The way back, and what ends it.
    (r"delivered,? to (the )?original( sender)?", "returned/returned_to_sender"),
    (r"unclaimed|not picked up|max(imum)? hold time", "returning/unclaimed"),
    (r"refused.*return", "returning/refused"),
    (
        r"return to sender.*(request|recall)|customer recall|intercept",
        "returning/requested_by_sender",
    ),
    (
        r"no such number|insufficient address|moved,? left no address|forward expired"
        r"|addressee (unknown|deceased)|\bvacant\b|deceased",
        "returning/undeliverable",
    ),
    (r"return(ed|ing)? to sender|tendered to returns agent", "returning/other"),
    # Deliveries, by where the parcel was left.
    (r"delivered.*mailbox|delivered.*po box", "delivered/mailbox"),
    (r"delivered.*locker", "delivered/locker"),
    (r"delivered.*(front desk|reception|mail ?room)", "delivered/reception"),
    (r"delivered.*neighbo", "delivered/neighbor"),
    (
        r"delivered.*(porch|front door|garage|other (door|location)|side door|back door)",
        "delivered/safe_place",
    ),
    (
        r"delivered.*picked up|picked up (at|by) (the )?(post|postal|addressee|individual|agent)"
        r"|individual picked up",
        "delivered/pickup_point_collected",
    ),
    (r"(delivered|tendered),? to agent|tendered to .*agent", "in_transit/handed_to_partner"),
    (r"out for (re)?delivery|loaded on delivery vehicle", "out_for_delivery/on_vehicle"),
    (r"^(package )?delivered", "delivered/delivered"),
    # Attempts and what follows them.
    (r"no authorized recipient|addressee not available", "delivery_attempted/recipient_absent"),
    (r"business closed", "delivery_attempted/business_closed"),
    (
        r"no access|receptacle (blocked|full)|item oversized|no secure location|animal",
        "delivery_attempted/no_access",
    ),
    (r"notice left|delivery attempt|attempted delivery", "delivery_attempted/other"),
    (r"final notice", "available_for_pickup/final_notice"),
    (r"reminder", "available_for_pickup/reminder"),
    (
        r"available for (redelivery or )?pick ?up|ready for pick ?up|arrival at pickup point"
        r"|held at post office,? available",
        "available_for_pickup/at_post_office",
    ),
    (r"redelivery scheduled|scheduled .*redelivery", "in_transit/redelivery_requested"),
    (
        r"held at post office|at (the )?(customer|request of)|hold mail",
        "in_transit/held_by_request",
    ),
    (r"rescheduled|delivery scheduled", "in_transit/delivery_scheduled +carrier"),
    # Problems and delays.
    (r"weather|natural disaster", "in_transit/weather_delay +weather"),
    (r"arriving late|delay", "in_transit/carrier_delay +carrier"),
    (r"missent|mis-?shipped|missorted", "in_transit/misrouted +carrier"),
    (r"refused", "exception/recipient_refused"),
    (r"undeliverable as addressed|address", "exception/address_incorrect"),
    (r"dead (mail|letter)|mail recovery", "exception/lost"),
    (r"disposed|destroyed", "exception/disposed"),
    (r"damage", "exception/damaged"),
    (r"seized|prohibited", "exception/prohibited"),
    (r"postage due|customs (charges|duties) due", "exception/payment_due"),
    # Customs.
    (r"held in customs|customs.*(hold|retained)", "exception/customs_held"),
    (
        r"out of customs|customs clearance processing complete|released (from|by) .*customs"
        r"|cleared customs",
        "in_transit/customs_cleared",
    ),
    (r"customs", "in_transit/customs_processing"),
    # The journey.
    (
        r"label created|pre-?shipment|electronic shipping info|usps awaiting item|manifest",
        "info_received/label_created",
    ),
    (r"shipping partner.*(arriv|facility)|arrived shipping partner", "in_transit/arrived_facility"),
    (r"forward", "in_transit/rerouted"),
    (
        r"arriv(ed|al) at (the )?(post office|unit|military post office|local)|sorting complete"
        r"|preparing for delivery",
        "in_transit/at_delivery_depot",
    ),
    (r"depart|dispatched|left ", "in_transit/departed_facility"),
    (r"possession of item|accept(ed|ance)|origin post is preparing", "in_transit/accepted"),
    (r"picked up", "in_transit/picked_up"),
    (r"arriv(ed|al)|processed (at|through)|processing at", "in_transit/arrived_facility"),
    (r"in[- ]transit|moving through|on its way", "in_transit/in_transit"),
)

PARTNER = by_code(
    {
        "in_transit/accepted": "80",
        "in_transit/arrived_facility": "81",
        "in_transit/departed_facility": "82",
    }
)
"""A partner's scans: their sentences end in what USPS awaits, and would read as a label."""

CATEGORY = by_code(
    {
        "info_received/label_created": "Pre-Shipment",
        "in_transit/accepted": "Accepted",
        "in_transit/in_transit": "In_Transit Moving_Through_Network",
        "out_for_delivery/on_vehicle": "Out_for_Delivery",
        "available_for_pickup/at_post_office": "Available_for_Pickup",
        "delivery_attempted/other": "Delivery_Attempt",
        "delivered/delivered": "Delivered Delivered_to_Agent",
        "exception/general": "Alert",
        "returning/other": "Return_to_Sender",
    }
)
"""What the category of the whole parcel means, its blanks written as `_`."""

FAILURE = Phrases(
    (r"invalid|not valid|not a valid", "pending/invalid_number"),
    (
        r"not found|could not be found|no record|not (yet )?available"
        r"|(cannot|unable to) locate",
        "pending/not_found",
    ),
)
