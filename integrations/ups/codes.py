"""What UPS's codes and sentences mean.

A scan has a kind (`type`), a code of two signs and a status of three digits. The sentence is the
most exact, in English at least; the status is next; the code of two signs means different things
under different kinds, so it counts for movements only.
"""

from integrations.reading.meanings import Phrases, by_code

STATUS = by_code(
    {
        "info_received/label_created": "003 079 080 157 166",
        "info_received/awaiting_pickup": "044 045 077",
        "info_received/pickup_failed": "065 131 135",
        "in_transit/picked_up": "038",
        "in_transit/accepted": "160 167 168 169",
        "in_transit/in_transit": "005 010 025 039 047 087 138 158 159 164 165",
        "in_transit/customs_processing": "012 058 092 123 124 125 126",
        "in_transit/customs_cleared": "014 084 134",
        "in_transit/held_at_depot": "016 083 104 105",
        "in_transit/held_by_request": "018 019 020 102 103 106 107 108 109 116",
        "in_transit/delivery_scheduled": "055 075 115 120 121 136",
        "in_transit/redelivery_requested": "095",
        "in_transit/pickup_point_requested": "057 070 100 101",
        "in_transit/rerouted": "027 028 054 063 096 097 098 099",
        "in_transit/at_delivery_depot": "071 072",
        "in_transit/handed_to_partner": "073 074 137 143",
        "in_transit/carrier_delay +carrier": "046 048 049 086 090",
        "in_transit/carrier_delay +external": "132",
        "in_transit/carrier_delay +natural_disaster": "051",
        "in_transit/weather_delay +weather": "032 052 053",
        "out_for_delivery/on_vehicle": "006 021 037 089 091 146 162",
        "out_for_delivery/nearby": "078",
        "available_for_pickup/at_pickup_point": "017 040 161",
        "available_for_pickup/at_post_office": "144",
        "delivery_attempted/other": "022 023 024 060 066 145",
        "delivery_attempted/recipient_absent": "061",
        "delivery_attempted/payment_due": "062",
        "delivery_attempted/no_access": "139",
        "delivered/delivered": "011 026 156",
        "exception/general": "013 029 030 069 076",
        "exception/address_incorrect": "050",
        "exception/recipient_refused": "064",
        "exception/damaged": "059",
        "exception/payment_due": "085",
        "exception/lost": "068",
        "exception/under_investigation": "129",
        "exception/security": "147",
        "exception/disposed": "149",
        "exception/documents_missing": "141",
        "returning/requested_by_sender": "033 117 118 119",
        "returning/other": "035 036 067 081",
        "returned/returned_to_sender": "034",
        "cancelled/label_voided": "007",
        "cancelled/by_sender": "043",
        # Wishes, services and claims: they say nothing about where the parcel is.
        "information_only": "000 041 042 056 082 088 093 094 110 111 112 113 114 122 127 128 130"
        " 133 140 142 148 153 154 155 163",
    }
)

MOVEMENT = by_code(
    {
        "info_received/label_created": "MP OC PL RD",
        "info_received/awaiting_pickup": "SP",
        "in_transit/picked_up": "PC PT PU",
        "in_transit/accepted": "OR VS XD",
        "in_transit/in_transit": "AG AT LC UI UL",
        "in_transit/arrived_facility": "AR F0 GD HU UA",
        "in_transit/departed_facility": "2O DP EP F3 UD",
        "in_transit/arrived_destination_country": "IP",
        "in_transit/at_delivery_depot": "DL DS OD YP",
        "in_transit/held_at_depot": "WH",
        "in_transit/handed_to_partner": "XA XR YH YM YN",
        "out_for_delivery/on_vehicle": "OF OT RK RL YF YI",
        "cancelled/label_voided": "VP",
    }
)
"""Codes of movements; they count under the kinds I, P, M, MV and O."""

KIND = by_code(
    {
        "info_received/label_created": "M",
        "in_transit/picked_up": "P",
        "in_transit/in_transit": "I",
        "in_transit/held_at_depot": "W",
        "in_transit/at_delivery_depot": "DD",
        "in_transit/departed_facility": "DO",
        "out_for_delivery/on_vehicle": "O",
        "delivered/delivered": "D",
        "returning/other": "RS",
        "cancelled/label_voided": "MV",
        "exception/general": "X",
        "information_only": "NA U",
    }
)

_CUSTOMS = r"clearance|clearing|customs|government agency|\bbroker\b|\bexport(er)? power|in-bond"
_ADDRESS = (
    r"(address|street|apartment|suite|room|postal code|zip code|city name|state shown|borough|"
    r"company or receiver name|building directory|phone number)"
)

WORDS = Phrases(
    # The way back, and what ends it.
    (
        r"delivered to (the )?(original )?(sender|shipper)|has returned your package"
        r"|was returned to the sender|^returned to sender",
        "returned/returned_to_sender",
    ),
    (r"refused.*return|return.*refused", "returning/refused"),
    (
        r"(not picked up|did not collect|maximum days to hold|no pickup).*return",
        "returning/unclaimed",
    ),
    (
        r"(as requested by the sender|sender requested).*return|return.*as requested by the sender",
        "returning/requested_by_sender",
    ),
    (
        r"(undeliverable|unable to deliver|embargo|incomplete|missing).*return",
        "returning/undeliverable",
    ),
    (r"return(ing|ed)?\b.*\b(to )?(the )?(sender|shipper)", "returning/other"),
    # Ends.
    (r"destroyed|disposed of|discarded|not recoverable", "exception/disposed"),
    (r"seized", "exception/security"),
    (r"lost and found|empty carton", "exception/lost"),
    (
        r"verify the package location|investigation opened|lost package",
        "exception/under_investigation",
    ),
    (r"prohibit|restricted item|unauthorized|undeclared|hazardous mat", "exception/prohibited"),
    (r"damage", "exception/damaged"),
    (r"(import|icod|duty|duties|tax).*(due|payment required)", "exception/duties_unpaid"),
    (r"refused", "exception/recipient_refused"),
    # Customs chatter is no problem of the parcel.
    (
        r"released by|has cleared|cleared (import )?customs|clearance completed",
        "in_transit/customs_cleared",
    ),
    (r"customs reject|entry was rejected", "exception/customs_held"),
    (_CUSTOMS, "in_transit/customs_processing"),
    # Attempts.
    (r"tried to pick ?up|not ready for pick ?up", "info_received/pickup_failed"),
    (
        r"request.*\b(hold|held)\b|hold for pickup|future delivery|on vacation|requested a delay",
        "in_transit/held_by_request",
    ),
    (
        r"will be delivered to .*access point|way to .*access point|reroute to an alternate"
        r"|deliver .*to (a |the )?ups access point|access point.* (pending|next business day)",
        "in_transit/pickup_point_requested",
    ),
    (r"access point.*(final day|maximum days|remains)", "available_for_pickup/final_notice"),
    (r"delivered to a locker", "available_for_pickup/locker"),
    (
        r"delivered to (a |the )?ups access point|awaiting (customer )?(pick ?up|collection)"
        r"|ready for (customer )?pick ?up|available for pick ?up|arranged to pick ?up"
        r"|held for (customer )?(pick ?up|collection)|left at ups retail",
        "available_for_pickup/at_pickup_point",
    ),
    (
        r"(receive|collect).*(payment|funds)|funds required|no money",
        "delivery_attempted/payment_due",
    ),
    (
        r"security access|gate code|security code|inaccessible|no access",
        "delivery_attempted/no_access",
    ),
    (r"business (was|is) closed|was closed|closed early", "delivery_attempted/business_closed"),
    (
        r"(receiver|customer) was not available|adult signature|not in\."
        r"|not available (for|at the time)",
        "delivery_attempted/recipient_absent",
    ),
    (r"receiver has moved", "exception/recipient_moved"),
    (rf"{_ADDRESS}.*(corrected|updated|changed)", "in_transit/rerouted"),
    (
        rf"{_ADDRESS}.*(incorrect|missing|incomplete|required|not listed|needed)"
        rf"|(incorrect|incomplete|missing) {_ADDRESS}|not listed in the building|rural route"
        r"|p\.?o\.? box",
        "exception/address_incorrect",
    ),
    (r"additional attempt|attempt(ed)? .*requested|re-?attempt", "in_transit/redelivery_requested"),
    (
        r"deliver.* attempt|attempted|tried to deliver|left a notice|fit in locker",
        "delivery_attempted/other",
    ),
    # Delays.
    (r"weather|snow|storm|hurricane", "in_transit/weather_delay +weather"),
    (r"emergency|natural disaster|earthquake", "in_transit/carrier_delay +natural_disaster"),
    (
        r"late flight|flight cancel|air traffic|the plane|aircraft",
        "in_transit/carrier_delay +flight",
    ),
    (r"misrouted|incorrectly sorted|in one of our containers", "in_transit/misrouted +carrier"),
    (r"holiday|strike|labor dispute", "in_transit/carrier_delay +external"),
    (
        r"delay|operating conditions|mechanical|late ups trailer|missed the scheduled|disruption"
        r"|one business day later|unable to dispatch|did not arrive|was missed at",
        "in_transit/carrier_delay +carrier",
    ),
    (r"rescheduled|scheduled for delivery|delivery scheduled", "in_transit/delivery_scheduled"),
    # The journey.
    (
        r"created a label|label (has been )?created|order processed|ready for ups"
        r"|billing information received",
        "info_received/label_created",
    ),
    (r"void", "cancelled/label_voided"),
    (r"arriving soon", "out_for_delivery/nearby"),
    (r"out for delivery", "out_for_delivery/on_vehicle"),
    (
        r"loaded on delivery vehicle|preparing for delivery|destination scan|local facility",
        "in_transit/at_delivery_depot",
    ),
    (r"pickup scan|picked up by ups", "in_transit/picked_up"),
    (
        r"picked up (at|by|their)|collected by|receiver has picked up|retrieved from",
        "delivered/pickup_point_collected",
    ),
    (r"post office|postal (provider|network)|delivery partner", "in_transit/handed_to_partner"),
    (r"we have your package|origin scan|drop(ped)?[- ]?off", "in_transit/accepted"),
    (r"depart", "in_transit/departed_facility"),
    (r"import scan|arrived in destination country", "in_transit/arrived_destination_country"),
    (r"arriv(ed|al)|process(ed|ing) at", "in_transit/arrived_facility"),
    (r"on the way|in transit", "in_transit/in_transit"),
)

DELIVERY_WORDS = Phrases(
    (r"neighbo", "delivered/neighbor"),
    (r"mail ?box|meter box", "delivered/mailbox"),
    (r"locker", "delivered/locker"),
    (
        r"reception|front desk|mail ?room|concierge|guard|security office|management office",
        "delivered/reception",
    ),
    (r"picked up|customer counter", "delivered/pickup_point_collected"),
    (
        r"(front|side|rear|back) door|porch|garage|deck|patio|carport|shed|delivery bag",
        "delivered/safe_place",
    ),
)
"""Where a parcel was left, as its delivery's `location` or sentence tells."""

FAILURE = Phrases(
    (r"invalid (inquiry|tracking) ?number", "pending/invalid_number"),
    (r"not found|no tracking information", "pending/not_found"),
)
"""Why UPS tells nothing of a number; other complaints are about the request, not the number."""
