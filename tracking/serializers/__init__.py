"""The shapes tracking gives out: JSON for programs, stories for pages, and their words."""

from tracking.serializers.represent import (
    action_required,
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
from tracking.serializers.story_data import represent_story

__all__ = (
    "OrderStory",
    "Parcel",
    "action_required",
    "carrier_page",
    "parcel_rows",
    "represent_item",
    "represent_scan",
    "represent_shipment",
    "represent_story",
    "tell_order",
    "tell_parcels",
)
