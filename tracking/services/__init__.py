"""Tracking's writes. Each is one transaction and publishes its events."""

from tracking.services.ingest import (
    Ingested,
    ingest_reports,
    ingest_tracking,
    refold_shipments,
)
from tracking.services.partitions import ensure_partitions
from tracking.services.shipments import record_fulfilment, take_in_report, take_in_shipment

__all__ = (
    "Ingested",
    "ensure_partitions",
    "ingest_reports",
    "ingest_tracking",
    "record_fulfilment",
    "refold_shipments",
    "take_in_report",
    "take_in_shipment",
)
