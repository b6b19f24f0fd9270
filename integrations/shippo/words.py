"""What the words of a Shippo row say where its status does not."""

from integrations.reading.meanings import Phrases

_NOBODY = r"no authorized recipient|recipient (was )?(not|un)|nobody home|no one (was )?(home|av)"

WORDS = {
    # Rows of the old version stand under UNKNOWN while the parcel is not with the carrier yet.
    "UNKNOWN": Phrases(
        (
            r"label|electronic|shipment information|shipping information|awaiting (the )?item",
            "info_received/label_created",
        ),
    ),
    "TRANSIT": Phrases(
        (r"out for delivery|vehicle for delivery", "out_for_delivery/on_vehicle"),
        (
            r"(available|ready|awaiting|held) (for|at).*post office.*(pick ?up|collect)",
            "available_for_pickup/at_post_office",
        ),
        (
            r"(available|ready) (for|to be) (customer |your )?(pick|collect)|awaiting (pick|coll)",
            "available_for_pickup/at_pickup_point",
        ),
        (_NOBODY, "delivery_attempted/recipient_absent"),
        (r"business (was )?closed", "delivery_attempted/business_closed"),
        (r"(no|not|un)\W?(able to )?access|inaccessible", "delivery_attempted/no_access"),
        (
            r"attempted delivery|delivery (was )?attempt|attempt(ed)? to deliver|notice left",
            "delivery_attempted/other",
        ),
        (r"return(ed|ing)? to (the )?(original )?sender", "returning/other"),
        (r"weather", "in_transit/weather_delay +weather"),
        (r"delay", "in_transit/carrier_delay +carrier"),
        (
            r"clear(ed|s) customs|customs clear(ed|ance (complete|rel))",
            "in_transit/customs_cleared",
        ),
        (r"customs", "in_transit/customs_processing"),
        (r"missent|missort|misrout", "in_transit/misrouted"),
        (r"forwarded|redirected|rerouted", "in_transit/rerouted"),
        (r"picked up", "in_transit/picked_up"),
        (r"accept", "in_transit/accepted"),
        (r"\bheld\b|on hold", "in_transit/held_at_depot"),
        (r"arriv", "in_transit/arrived_facility"),
        (r"depart|has left", "in_transit/departed_facility"),
    ),
    "DELIVERED": Phrases(
        (r"mail ?box|letter ?box", "delivered/mailbox"),
        (r"locker", "delivered/locker"),
        (r"neighbou?r", "delivered/neighbor"),
        (r"reception|front desk|mail ?room|concierge", "delivered/reception"),
        (
            r"porch|front door|garage|patio|safe place|side door|back door",
            "delivered/safe_place",
        ),
        (r"picked up|collected", "delivered/pickup_point_collected"),
        (r"(?<!no )signature|signed", "delivered/signed"),
    ),
    "RETURNED": Phrases(
        (r"unclaimed", "returning/unclaimed"),
        (r"refused", "returning/refused"),
        (r"undeliverable", "returning/undeliverable"),
        (
            r"(has been|was) (delivered|returned) to (the )?(original )?(sender|shipper)",
            "returned/returned_to_sender",
        ),
    ),
    "FAILURE": Phrases(
        (r"refused", "exception/recipient_refused"),
        (r"moved", "exception/recipient_moved"),
        (r"address", "exception/address_incorrect"),
        (r"unclaimed", "exception/unclaimed"),
        (r"damage", "exception/damaged"),
        (r"\blost\b", "exception/lost"),
        (r"dispos|destroyed", "exception/disposed"),
        (r"customs", "exception/customs_held"),
        (_NOBODY, "delivery_attempted/recipient_absent"),
        (r"attempt|notice left", "delivery_attempted/other"),
    ),
}
"""By status; words never contradict a substatus that is told."""
