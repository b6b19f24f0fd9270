"""What of an order no parcel holds yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from commerce.selectors import list_lines
from commerce.selectors.picks import units_to_send
from tracking.serializers.represent import represent_units

if TYPE_CHECKING:
    from commerce.models import Order
    from tracking.models import Shipment


def list_unsent(order: Order, parcels: Sequence[Shipment]) -> list[dict[str, Any]]:
    """Return the units of an order that are still to be sent, as the items of a parcel are.

    Nothing where that is not known: one of its parcels may hold anything.
    """
    if any(not parcel.fulfilment_ref and not parcel.items.all() for parcel in parcels):
        return []
    left = units_to_send(order)
    return [represent_units(line, left[line.pk]) for line in list_lines(order) if line.pk in left]
