"""What carriers say in English, for scans that come as sentences without a code we know.

The order matters: what went wrong stands before what went well, since "could not be delivered"
also says "delivered".
"""

from integrations.reading.meanings import Phrases

ENGLISH = Phrases(
    (r"(being|will be|to be) returned|return(ing)? to (the )?(sender|shipper)", "returning/other"),
    (r"on (its|the) way back|return (initiated|requested|in progress)", "returning/other"),
    (r"returned to (the )?(sender|shipper|client)", "returned/returned_to_sender"),
    (r"cancelled by (the )?(sender|shipper|client)|label (was )?cancel", "cancelled/by_sender"),
    (
        r"(shipping|shipment|order|electronic) (information|data)|sent electronically|"
        r"label (created|printed)|pre-?advi[cs]e|electronically|"
        r"sender (is )?(preparing|despatching)|instruction data",
        "info_received/label_created",
    ),
    (r"pick-?up (was )?(un|not )successful|not picked up", "info_received/pickup_failed"),
    (r"refus|declin|not accepted", "exception/recipient_refused"),
    (
        r"(recipient|receiver|consignee|addressee|customer)( has)? moved|gone away",
        "exception/recipient_moved",
    ),
    (
        r"(incorrect|incomplete|insufficient|wrong|bad|unknown|invalid) address|no such address|"
        r"address[^.]{0,30}(incorrect|incomplete|insufficient|wrong|not found|unknown|error)",
        "exception/address_incorrect",
    ),
    (r"damage", "exception/damaged"),
    (r"\blost\b|cannot be (located|found)", "exception/lost"),
    (r"disposed|destroyed", "exception/disposed"),
    (r"prohibited", "exception/prohibited"),
    (r"unclaimed|not collected", "exception/unclaimed"),
    (
        r"(business|premises|shop|office|company)[^.]{0,20}closed",
        "delivery_attempted/business_closed",
    ),
    (r"gain access|(no|restricted) access|inaccessible", "delivery_attempted/no_access"),
    (
        r"no answer|nobody|no one|not (at )?home|absent|not present|carded|card (was )?left|"
        r"(recipient|receiver|consignee|addressee) (was )?(not|un)",
        "delivery_attempted/recipient_absent",
    ),
    (
        r"attempt|unable to deliver|(not|n't|unsuccessful(ly)?) (be )?deliver|undeliver|"
        r"delivery[^.]{0,20}(unsuccessful|failed|not successful)",
        "delivery_attempted/other",
    ),
    (
        r"(dut(y|ies)|tax(es)?|fees?|charges?)[^.]{0,25}(due|unpaid|to pay|payable|required)",
        "exception/duties_unpaid",
    ),
    (
        r"(document|paperwork)[^.]{0,25}(missing|required|incomplete|irregular)|"
        r"missing (document|paperwork)",
        "exception/documents_missing",
    ),
    (r"held (by|at|in) customs|customs hold|detained", "exception/customs_held"),
    (
        r"\bcleared\b|clearance[^.]{0,30}complete|released[^.]{0,20}customs",
        "in_transit/customs_cleared",
    ),
    (r"customs|clearance", "in_transit/customs_processing"),
    (r"weather|storm|flood", "in_transit/weather_delay"),
    (r"delay|postponed|rescheduled", "in_transit/carrier_delay"),
    (
        r"out for (physical )?delivery|on ?board for delivery|coming today|"
        r"(due to|will) be delivered today|delivery vehicle|with (the )?(delivery )?courier|"
        r"delivery (is )?expected today|gone out on a delivery",
        "out_for_delivery/on_vehicle",
    ),
    (r"delivery (is )?(scheduled|planned|arranged)", "in_transit/delivery_scheduled"),
    (
        r"(ready|available|awaiting|held)[^.]{0,20}collection.{0,30}locker",
        "available_for_pickup/locker",
    ),
    (
        r"(ready|available|awaiting|held)[^.]{0,25}(collection|pick-?up)[^.]{0,20}post office",
        "available_for_pickup/at_post_office",
    ),
    (
        r"(ready|available|awaiting|held) (for )?(redelivery or )?(collection|pick-?up)",
        "available_for_pickup/at_pickup_point",
    ),
    (r"redeliver", "in_transit/redelivery_requested"),
    (
        r"collected by (the )?(recipient|receiver|customer|consignee|addressee)|"
        r"delivered at (the )?(post office|service point)",
        "delivered/pickup_point_collected",
    ),
    (r"delivered.{0,40}neighbou?r", "delivered/neighbor"),
    (r"delivered.{0,40}(safe|secure|left (at|in|on)|front door)", "delivered/safe_place"),
    (r"delivered.{0,40}(letter ?box|mail ?box|parcel box)", "delivered/mailbox"),
    (r"delivered.{0,40}locker", "delivered/locker"),
    (r"delivered.{0,40}(reception|concierge|mail ?room|front desk)", "delivered/reception"),
    (r"delivered.{0,40}sign|signed for", "delivered/signed"),
    (
        r"^\W*delivered|(has been|was|item|parcel|shipment|successfully) delivered|"
        r"delivery (successful|complete|confirmed)",
        "delivered/delivered",
    ),
    (r"mis-?(sort|rout|direct)", "in_transit/misrouted"),
    (r"redirect|re-?rout|forwarded", "in_transit/rerouted"),
    (
        r"(recipient|customer|consignee)'?s? request|preferred (day|time)",
        "in_transit/held_by_request",
    ),
    (r"retention|on hold|stored|being held", "in_transit/held_at_depot"),
    (
        r"(handed over|transferred|passed|tendered)[^.]{0,20} to|overseas postal",
        "in_transit/handed_to_partner",
    ),
    (r"arriv[^.]{0,30}(destination|overseas) country", "in_transit/arrived_destination_country"),
    (
        r"(arriv|receiv|process|ready)[^.]{0,40}delivery (office|depot|cent|facility|base|unit)",
        "in_transit/at_delivery_depot",
    ),
    (r"picked up|pick-?up successful|collected from|collected by", "in_transit/picked_up"),
    (
        r"(received|accepted|lodged)[^.]{0,40}(from (the )?(sender|shipper|customer)|post office|"
        r"service point|parcel ?shop|by (australia post|royal mail|canada post|dhl))|"
        r"^(item )?accepted|acceptance|handed in",
        "in_transit/accepted",
    ),
    (r"^in transit|on its way|en route|air carrier|transit to", "in_transit/in_transit"),
    (r"depart|despatch|dispatch|\bleft\b|\bleav(es|ing)\b", "in_transit/departed_facility"),
    (r"arriv|process|sorted|received|handled", "in_transit/arrived_facility"),
    (r"transit", "in_transit/in_transit"),
)
"""Common sentences of postal services and parcel carriers; a carrier's own words go before them."""
