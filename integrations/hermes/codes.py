"""What Hermes Germany's event codes (four digits) mean."""

from integrations.reading.meanings import by_code

MEANINGS = by_code(
    {
        "info_received/label_created": "0000",
        "cancelled/by_sender": "9340 9341",
        "in_transit/picked_up": "1000 1910 3760 3761",
        "in_transit/accepted": "1900 1901 2400 4062",
        "in_transit/arrived_facility": "1510 2000 2100 2300 3300 4060 4061 6089 6090",
        "in_transit/departed_facility": "3010",
        "in_transit/in_transit": "1520 1610",
        "in_transit/handed_to_partner": "1810 1820 3430",
        "in_transit/customs_processing": "1710",
        "in_transit/customs_cleared": "1720",
        "in_transit/at_delivery_depot": (
            "4025 4031 4032 4033 4034 4051 4052 4053 4054 4081 4082 4083 4084 4085 4086 4087"
        ),
        "in_transit/held_at_depot": "4100 4500",
        "in_transit/held_by_request": "9324",
        "in_transit/pickup_point_requested": "9321",
        "in_transit/rerouted": "6088",
        "in_transit/misrouted +carrier_processing": "3780 4080 6086 6087",
        "in_transit/carrier_delay": "3750 4050 4610 4620",
        "out_for_delivery/on_vehicle": "3000",
        "available_for_pickup/at_pickup_point": "3410",
        "delivery_attempted/recipient_absent": "3731 3732 3733 3734",
        "delivery_attempted/payment_due": "3715 4015",
        "delivery_attempted/other": ("3751 3752 3753 3754 3781 3782 3783 3784 3785 3786 3787"),
        "delivered/delivered": "3500 3510 3520",
        "delivered/mailbox": "3511",
        "delivered/pickup_point_collected": "3530",
        "exception/recipient_refused": "3710 4010",
        "exception/address_incorrect": "3720 4020",
        "exception/damaged": "3740 4040 6085",
        "exception/customs_held": "1730 1751",
        "exception/unclaimed": "4035",
        "exception/rejected_by_carrier": "4024",
        "exception/lost": "4630",
        "returning/refused": "6081",
        "returning/undeliverable": "6082 6083 6084",
        "returning/unclaimed": "6093",
        "returning/requested_by_sender": "3795 4095 6099",
        "returning/other": "6080 6092 6094 6096 6098",
        "returned/returned_to_sender": "7500",
        # Announced, and not at its depot after 1, 2, 7 and 28 days.
        "information_only +carrier": "0600 0700 0800 0900",
        "information_only": (
            "4070 4072 4690 9040 9041 9311 9315 9322 9323 9325 9327 9328 "
            "9381 9385 9391 9392 9393 9394 9395"
        ),
    }
)
