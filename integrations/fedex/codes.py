"""What FedEx's codes and sentences mean.

The codes are those of FedEx's list "Tracking status codes", and the derived codes of its answers.
Two digits of an exception are of Express, three of Ground.
"""

from integrations.reading.meanings import Phrases, by_code
from tracking.enums import DelayReason

STATUS = by_code(
    {
        "info_received/label_created": "OC IN",
        "info_received/awaiting_pickup": "AP DS EP",
        "info_received/pickup_failed": "DR",
        "info_received/pickup_failed +pickup_late": "PD",
        "in_transit/picked_up": "PU PX",
        "in_transit/in_transit": "AA AE AO EA EO IP IT IX OW Ow PF PL PM",
        "in_transit/arrived_facility": "AR OF SF",
        "in_transit/departed_facility": "DP LO",
        "in_transit/at_delivery_depot": "AF FD",
        "in_transit/handed_to_partner": "AC AX TP TR",
        "in_transit/customs_processing": "BR CP CU",
        "in_transit/customs_processing +customs": "CD",
        "in_transit/customs_cleared": "CC",
        "in_transit/carrier_delay +carrier": "DD DY RL",
        "in_transit/pickup_point_requested": "HA",
        "out_for_delivery/on_vehicle": "AD ED OD",
        "available_for_pickup/at_pickup_point": "HL HP",
        "delivery_attempted/other": "DE",
        "delivered/delivered": "DL DO",
        "exception/general": "SE",
        "returning/other": "RS",
        "cancelled/by_sender": "CA",
        # Wishes of the recipient, labels for returns, and paper between carriers.
        "information_only": "AS CH LP OX RC RD RG RM RP RR SP",
    }
)

TROUBLE = frozenset({"DE", "SE", "DY", "DD", "CD", "PD"})
"""Codes that say no more than that something is wrong: the exception beside them says what."""

EXCEPTION = {
    "DE": by_code(
        {
            "delivery_attempted/recipient_absent": "007 08 004",
            "delivery_attempted/address_problem": "002 03 003",
            "delivery_attempted/no_access": "083 83",
            "delivery_attempted/payment_due": "016 16",
            "exception/recipient_refused": "006 07",
            "exception/damaged": "010 10",
            "in_transit/misrouted": "012 12 018 18",
            "in_transit/held_by_request": "017 17",
        }
    ),
    "SE": by_code(
        {
            "exception/address_incorrect": "002 03",
            "exception/recipient_refused": "006 07",
            "exception/damaged": "010 10 37",
            "exception/documents_missing": "50 71",
            "in_transit/misrouted": "012 12 018 18",
            "in_transit/held_by_request": "017 17",
            "in_transit/customs_processing +customs": "55",
        }
    ),
}

_COMMON = (
    (r"weather|snow|storm|hurricane|flood", "in_transit/weather_delay +weather"),
    (r"earthquake|tornado|wildfire|disaster", "in_transit/carrier_delay +natural_disaster"),
    (r"refused", "exception/recipient_refused"),
    (r"damage", "exception/damaged"),
    (r"duties|taxes due|duty", "exception/duties_unpaid"),
    (r"paperwork|document|invoice (missing|required)", "exception/documents_missing"),
    (r"prohibited|restricted", "exception/prohibited"),
    (r"customs|clearance|regulatory|agency", "in_transit/customs_processing +customs"),
    (r"wrong (route|facility)|missort|misroute", "in_transit/misrouted +carrier"),
    (r"air ?craft|plane|flight|air traffic", "in_transit/carrier_delay +flight"),
    (r"recipient requested|customer requested|future delivery", "in_transit/held_by_request"),
    (r"holiday|after courier dispatch|at station|not due for", "in_transit/held_at_depot"),
    (r"unable to locate|search|trace", "exception/under_investigation"),
    (r"\blost\b", "exception/lost"),
    (r"unable to deliver.*return", "returning/undeliverable"),
    (r"return(ed|ing)? to (the )?(shipper|sender)", "returning/other"),
)

ATTEMPT_WORDS = Phrases(
    (r"weather", "in_transit/weather_delay +weather"),
    (r"not attempted", "in_transit/carrier_delay +carrier"),
    (r"address|moved|apartment|suite", "delivery_attempted/address_problem"),
    (r"c\.?o\.?d|payment", "delivery_attempted/payment_due"),
    (r"no access|unable to access|gate|security|access code", "delivery_attempted/no_access"),
    (
        r"not available|not (at )?home|recipient not in|signature",
        "delivery_attempted/recipient_absent",
    ),
    (r"closed", "delivery_attempted/business_closed"),
    *_COMMON,
    (r"delay", "in_transit/carrier_delay +carrier"),
)

TROUBLE_WORDS = Phrases(
    *_COMMON,
    (r"incorrect|incomplete|insufficient address", "exception/address_incorrect"),
    (r"not available|business closed", "delivery_attempted/recipient_absent"),
    (r"delay|late|beyond our control|mechanical|on the next", "in_transit/carrier_delay +carrier"),
)

DELIVERY_WORDS = Phrases(
    (r"neighbo", "delivered/neighbor"),
    (r"locker", "delivered/locker"),
    (r"mail ?box", "delivered/mailbox"),
    (r"reception|front desk|mail ?room|guard|concierge", "delivered/reception"),
    (r"picked up|collected by", "delivered/pickup_point_collected"),
    (r"\bsigned (for )?by|signature obtained", "delivered/signed"),
    (r"left at|front door|porch|garage|side door|back door|patio", "delivered/safe_place"),
)

RETURN_WORDS = Phrases(
    (r"refused", "returning/refused"),
    (r"unclaimed|not (picked up|claimed)", "returning/unclaimed"),
    (r"undeliverable|unable to deliver|address", "returning/undeliverable"),
    (r"shipper request|requested by (the )?(shipper|sender)", "returning/requested_by_sender"),
)

OTHER_WORDS = Phrases(
    (r"out for delivery|on .*vehicle", "out_for_delivery/on_vehicle"),
    (r"ready for .*pick ?up|hold at location", "available_for_pickup/at_pickup_point"),
    (r"^delivered", "delivered/delivered"),
    (r"picked up", "in_transit/picked_up"),
    (r"customs|clearance|international shipment release", "in_transit/customs_processing"),
    (r"depart|left ", "in_transit/departed_facility"),
    (r"^at |arrived", "in_transit/arrived_facility"),
    (r"in transit|on the way", "in_transit/in_transit"),
)

DELAY = {
    "WEATHER": DelayReason.WEATHER,
    "CLEARANCE": DelayReason.CUSTOMS,
    "OPERATIONAL": DelayReason.CARRIER_PROCESSING,
    "LOCAL": DelayReason.EXTERNAL,
}
"""Why a parcel is late, by the type of a delay; a general one is the carrier's."""

NOT_FOUND = Phrases(
    (r"INVALID", "pending/invalid_number"),
    (r"NOT\.?FOUND|NOTUNIQUE", "pending/not_found"),
)
