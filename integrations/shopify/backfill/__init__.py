"""Bringing in what a shop had before it was connected: products, customers, orders.

Small shops are read page by page, large ones by Shopify's bulk operations. It goes in slices, each
of some seconds: one that is killed is taken up again where it had got to, and nothing is counted or
kept twice, for every object goes the way of its webhook.
"""

from integrations.shopify.backfill.bulk import split_objects
from integrations.shopify.backfill.kinds import KINDS, Kind, Node
from integrations.shopify.backfill.rows import LEASE, MOST_FAILURES, Stopped
from integrations.shopify.backfill.slices import LARGE, SLICE_SECONDS, run_slice
from integrations.shopify.backfill.wishes import (
    cancel,
    decide_by_staff,
    list_back_fills,
    list_to_stop,
    list_waiting,
    pause,
    start,
    stop_bulk,
)

__all__ = [
    "KINDS",
    "LARGE",
    "LEASE",
    "MOST_FAILURES",
    "SLICE_SECONDS",
    "Kind",
    "Node",
    "Stopped",
    "cancel",
    "decide_by_staff",
    "list_back_fills",
    "list_to_stop",
    "list_waiting",
    "pause",
    "run_slice",
    "split_objects",
    "start",
    "stop_bulk",
]
