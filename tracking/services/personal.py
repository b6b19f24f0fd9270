"""What parcels tell of a person: handed out, and forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from commerce.ports import Person, PersonalDataKeeper
from commerce.selectors import get_merchant, get_order
from postexp.kernel.models import InboxMessage
from tracking.models import LookupAttempt, LookupChallenge, PreparedPage, Shipment, ShipmentEvent
from tracking.selectors import list_whole_shipments, scans_of
from tracking.serializers import represent_scan, represent_shipment

_PERSONAL = ("proof", "pickup")
"""What sources say of who takes a parcel in, and where."""


def export(person: Person) -> list[dict[str, Any]]:
    """Return the parcels of the person's orders with every scan, and who took them in."""
    shipments = list(list_whole_shipments().filter(order__public_id__in=person.order_ids))
    scans = scans_of(shipment.pk for shipment in shipments)
    zone = get_merchant().zone
    return [
        {
            **represent_shipment(shipment, zone=zone),
            "proof_of_delivery": shipment.proof,
            "events": [represent_scan(scan) for scan in scans.get(shipment.pk, [])],
        }
        for shipment in shipments
    ]


def erase(person: Person, at: datetime) -> None:
    """Forget where the parcels went and what was written on the way; what became of them stays."""
    shipments = Shipment.objects.filter(order__public_id__in=person.order_ids)
    ids = list(shipments.values_list("pk", flat=True))
    ShipmentEvent.objects.filter(shipment_id__in=ids).update(location="", raw_description="")
    shipments.update(carrier_url="", proof={}, pickup={})
    for shipment in shipments:
        said = {
            source: {name: value for name, value in words.items() if name not in _PERSONAL}
            for source, words in shipment.by_source.items()
        }
        shipments.filter(pk=shipment.pk).update(by_source=said)
    # The raw requests that told of them name who took them in.
    told = InboxMessage.objects.filter(
        effect_object_id__in=list(shipments.values_list("public_id", flat=True))
    )
    told.update(body=b"", headers={})
    PreparedPage.objects.filter(order_ref__in=person.order_ids).delete()
    keys = [get_order(order_id).number_key for order_id in person.order_ids]
    LookupAttempt.objects.filter(number_key__in=keys).delete()
    # A code may have been asked for by a tracking number.
    asked = Q(number_key__in=keys) | Q(order_ref__in=person.order_ids)
    LookupChallenge.objects.filter(asked).delete()


KEEPER = PersonalDataKeeper(name="parcels", export=export, erase=erase)
