"""Tracking's reads: what other rooms may ask. Every query stays inside the merchant's scope."""

from tracking.selectors.scans import scans_of
from tracking.selectors.shipments import (
    VIEWS,
    Delivery,
    access_shipment,
    count_needing_attention,
    count_views,
    find_by_number,
    find_by_numbers,
    find_by_public_ids,
    get_shipment,
    get_standing,
    has_fulfilment,
    list_carriers,
    list_deliveries,
    list_passed_promises,
    list_shipments,
    list_shipments_of_order,
    list_whole_shipments,
)

__all__ = (
    "VIEWS",
    "Delivery",
    "access_shipment",
    "count_needing_attention",
    "count_views",
    "find_by_number",
    "find_by_numbers",
    "find_by_public_ids",
    "get_shipment",
    "get_standing",
    "has_fulfilment",
    "list_carriers",
    "list_deliveries",
    "list_passed_promises",
    "list_shipments",
    "list_shipments_of_order",
    "list_whole_shipments",
    "scans_of",
)
