"""What Canada Post's event identifiers mean, without their leading zeros."""

from integrations.reading.meanings import Phrases, by_code

MEANINGS = by_code(
    {
        "info_received/label_created": "3000 3002",
        "cancelled/label_voided": "190",
        "in_transit/accepted": "1300 1301 1302 1303 4000",
        "in_transit/picked_up": "2300",
        "in_transit/arrived_facility": (
            "100 102 104 105 106 107 113 170 400 405 1240 1241 1244 2500 2501 4100 4900"
        ),
        "in_transit/departed_facility": "114 410 4202 4950 8901",
        "in_transit/in_transit": "175 804 815 1703 1705 4550",
        "in_transit/handed_to_partner": "115 116",
        "in_transit/arrived_destination_country": "700 701 4310 4311",
        "in_transit/customs_processing": "800 1487 1495 2601 4330 4400",
        "in_transit/customs_cleared": "130 900 910 4450 4500 5201",
        "in_transit/at_delivery_depot": "4600",
        "in_transit/held_by_request": "1410 2410",
        "in_transit/delivery_scheduled": "1444",
        "in_transit/pickup_point_requested": "1225",
        "in_transit/rerouted": "629 630 1230 1232 1480 1490",
        "in_transit/misrouted +carrier_processing": "172",
        "in_transit/weather_delay": "159",
        "in_transit/carrier_delay +external": "160 161 163",
        "in_transit/carrier_delay": ("162 621 622 623 624 625 626 627 628 1414 2414"),
        "out_for_delivery/on_vehicle": "174 500",
        "available_for_pickup/at_pickup_point": "1407 2407",
        "available_for_pickup/at_post_office": "1701",
        "available_for_pickup/locker": "1405",
        "available_for_pickup/final_notice": "156",
        "delivery_attempted/recipient_absent": "1435 1436 1437 1438 1479 1488",
        "delivery_attempted/business_closed": "1411 2411",
        "delivery_attempted/other": "1443",
        "delivered/delivered": "1471 1472 1476 1496 1497 1498 1499",
        "delivered/signed": "1408 1409",
        "delivered/safe_place": "1421 1422 1423 1424 1427 1428 1429 1430 1431 1434",
        "delivered/mailbox": "1426 1433 1441 1442",
        "delivered/reception": ("1425 1432 1461 1462 1463 1465 1466 1467 1468 1469 1473 1475"),
        "delivered/pickup_point_collected": "1406",
        "exception/general": "118 179 1245 1450 1483 1484 1493 1494 4650 4700",
        "exception/address_incorrect": "120",
        "exception/address_incorrect +address_incorrect": "171 173 1412 2412",
        "exception/documents_missing": "117",
        "exception/unclaimed": "121",
        "exception/customs_held": "127 810",
        "exception/damaged": "710",
        "exception/disposed": "150",
        "returning/undeliverable": "1415 1416 1481 1491 2802",
        "returning/refused": "1417 1482 1492",
        "returning/unclaimed": "1419",
        "returning/other": "167 168 169 181 182 183 184 1100 1418 1420 2600 3001",
        "information_only": (
            "20 21 152 198 610 611 612 613 614 615 616 617 618 619 620 1200 1203 1210 1214 1215 "
            "1216 1220 1221 1223 1224 1234 2001 2101"
        ),
    }
)

FRENCH = Phrases(
    (r"retourn.{0,30}exp.diteur avec succ|renvoy.{0,12}avec succ", "returned/returned_to_sender"),
    (r"(retourn|renvoy).{0,40}exp.d", "returning/other"),
    (r"renseignements .lectroniques", "info_received/label_created"),
    (r"adress", "exception/address_incorrect"),
    (r"refus", "exception/recipient_refused"),
    (r"douan", "in_transit/customs_processing"),
    (r"tentative de livraison", "delivery_attempted/other"),
    (r"un avis a .t. laiss", "delivery_attempted/recipient_absent"),
    (r"sorti pour livraison", "out_for_delivery/on_vehicle"),
    (r"peut .tre ramass|disponible pour le ramassage", "available_for_pickup/at_pickup_point"),
    (r"retard|report.e au", "in_transit/carrier_delay"),
    (r"^livr", "delivered/delivered"),
    (r"ramass. par postes canada", "in_transit/picked_up"),
    (r"accept.", "in_transit/accepted"),
    (r"en transit", "in_transit/in_transit"),
    (r"trait.|arriv.", "in_transit/arrived_facility"),
)
"""Sentences of the French answers, for codes that are not in the table."""
