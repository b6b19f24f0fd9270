"""The shapes tracking gives out: JSON for programs, stories for pages, and their words."""

from tracking.serializers.represent import (
    carrier_page,
    represent_item,
    represent_scan,
    represent_shipment,
)
from tracking.serializers.stories import (
    OrderStory,
    Parcel,
    parcel_rows,
    tell_order,
    tell_parcels,
)

__all__ = (
    "OrderStory",
    "Parcel",
    "carrier_page",
    "parcel_rows",
    "represent_item",
    "represent_scan",
    "represent_shipment",
    "tell_order",
    "tell_parcels",
)
