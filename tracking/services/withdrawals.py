"""Taking back the parcels an import brought in, where nothing else has happened to them since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from commerce.services.withdrawals import withdraw_fulfilment
from postexp.kernel.history import happened_after, words_of
from tracking.enums import SHOP
from tracking.models import PreparedPage, Shipment, ShipmentEvent


def withdraw_shipment(
    fulfilment_ref: str, *, at: datetime, actor: str, ignoring: Collection[str] = ()
) -> str:
    """Remove the parcels of a fulfilment, and it; return why they were kept, or "".

    They are kept where a carrier has told of them, or anyone but `actor` did something to their
    order since, kinds of events and actors in `ignoring` aside. Publishes FulfilmentRemoved.
    """
    parcels = list(
        Shipment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("order")
        .filter(fulfilment_ref=fulfilment_ref)
        .order_by("pk")
    )
    ids = [parcel.pk for parcel in parcels]
    if ShipmentEvent.objects.filter(shipment_id__in=ids).exclude(source=SHOP).exists():
        return _("The carrier has told of it since.")
    for parcel in parcels:
        since = happened_after(parcel.order_ref, actor=actor, ignoring=ignoring)
        if parcel.order_ref and since is not None:
            words = words_of(since.type)
            return _("Something happened to it since: %(what)s.") % {
                "what": words.title if words else since.type
            }
    refs = [parcel.order_ref for parcel in parcels if parcel.order_ref]
    ShipmentEvent.objects.filter(shipment_id__in=ids).delete()
    Shipment.objects.filter(pk__in=ids).delete()
    PreparedPage.objects.filter(order_ref__in=refs).delete()
    withdraw_fulfilment(fulfilment_ref, at=at, actor=actor)
    return ""
