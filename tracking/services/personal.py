"""What parcels tell of a person: handed out, and forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from commerce.ports import Person, PersonalDataKeeper
from commerce.selectors import get_merchant, get_order
from tracking.models import LookupAttempt, LookupChallenge, PreparedPage, Shipment, ShipmentEvent
from tracking.selectors import list_whole_shipments, scans_of
from tracking.serializers import represent_scan, represent_shipment


def export(person: Person) -> list[dict[str, Any]]:
    """Return the parcels of the person's orders with every scan."""
    shipments = list(list_whole_shipments().filter(order__public_id__in=person.order_ids))
    scans = scans_of(shipment.pk for shipment in shipments)
    zone = get_merchant().zone
    return [
        {
            **represent_shipment(shipment, zone=zone),
            "events": [represent_scan(scan) for scan in scans.get(shipment.pk, [])],
        }
        for shipment in shipments
    ]


def erase(person: Person, at: datetime) -> None:
    """Forget where the parcels went and what was written on the way; what became of them stays."""
    shipments = Shipment.objects.filter(order__public_id__in=person.order_ids)
    ids = list(shipments.values_list("pk", flat=True))
    ShipmentEvent.objects.filter(shipment_id__in=ids).update(location="", raw_description="")
    shipments.update(carrier_url="")
    PreparedPage.objects.filter(order_ref__in=person.order_ids).delete()
    keys = [get_order(order_id).number_key for order_id in person.order_ids]
    LookupAttempt.objects.filter(number_key__in=keys).delete()
    LookupChallenge.objects.filter(number_key__in=keys).delete()


KEEPER = PersonalDataKeeper(name="parcels", export=export, erase=erase)
