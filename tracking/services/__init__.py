"""Tracking's writes. Each is one transaction and publishes its events."""

from tracking.services.batches import take_in_batch
from tracking.services.ingest import (
    Ingested,
    ingest_reports,
    ingest_tracking,
    refold_shipments,
)
from tracking.services.lookups import (
    Found,
    answer_code,
    ask_for_code,
    forget_lookups,
    look_up_order,
)
from tracking.services.pages import (
    LOCALES,
    is_true,
    outdate_pages,
    prepare_page,
    refresh_pages,
    spoken_locale,
)
from tracking.services.partitions import ensure_partitions
from tracking.services.shipments import record_fulfilment, take_in_report, take_in_shipment

__all__ = (
    "LOCALES",
    "Found",
    "Ingested",
    "answer_code",
    "ask_for_code",
    "ensure_partitions",
    "forget_lookups",
    "ingest_reports",
    "ingest_tracking",
    "is_true",
    "look_up_order",
    "outdate_pages",
    "prepare_page",
    "record_fulfilment",
    "refold_shipments",
    "refresh_pages",
    "spoken_locale",
    "take_in_batch",
    "take_in_report",
    "take_in_shipment",
)
