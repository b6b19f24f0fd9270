"""The shapes tracking gives out: JSON for programs, stories for pages, and their words."""

from tracking.serializers.represent import (
    carrier_page,
    represent_item,
    represent_scan,
    represent_shipment,
)
from tracking.serializers.stories import OrderStory, Parcel, facts_of, tell_order, tell_parcels

__all__ = (
    "OrderStory",
    "Parcel",
    "carrier_page",
    "facts_of",
    "represent_item",
    "represent_scan",
    "represent_shipment",
    "tell_order",
    "tell_parcels",
)
