"""Tracking's writes. Each is one transaction and publishes its events."""

from tracking.services.answers import take_in_answers
from tracking.services.batches import take_in_batch
from tracking.services.corrections import correct_carrier, correct_status, withdraw_correction
from tracking.services.dispatch import (
    end_dispatch_delay,
    end_if_over,
    note_late_orders,
    note_passed_days,
    state_dispatch_delay,
)
from tracking.services.incidents import (
    assign_incidents,
    close_incidents,
    snooze_incidents,
    weigh_incidents,
)
from tracking.services.ingest import (
    Ingested,
    ingest_reports,
    ingest_tracking,
    refold_shipments,
)
from tracking.services.learning import learn_from_delivered
from tracking.services.lookups import (
    Found,
    answer_code,
    ask_for_code,
    forget_lookups,
    look_up_order,
    look_up_parcel,
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
from tracking.services.preferences import change_tracking_settings
from tracking.services.remapping import INFORMATION, map_code, remap_scans
from tracking.services.rollups import count_parcels, forget_removed
from tracking.services.shipments import (
    expect_return,
    record_fulfilment,
    take_in_report,
    take_in_shipment,
)
from tracking.services.sweep import look_again

__all__ = (
    "INFORMATION",
    "LOCALES",
    "Found",
    "Ingested",
    "answer_code",
    "ask_for_code",
    "assign_incidents",
    "change_tracking_settings",
    "close_incidents",
    "correct_carrier",
    "correct_status",
    "count_parcels",
    "end_dispatch_delay",
    "end_if_over",
    "ensure_partitions",
    "expect_return",
    "forget_lookups",
    "forget_removed",
    "ingest_reports",
    "ingest_tracking",
    "is_true",
    "learn_from_delivered",
    "look_again",
    "look_up_order",
    "look_up_parcel",
    "map_code",
    "note_late_orders",
    "note_passed_days",
    "outdate_pages",
    "prepare_page",
    "record_fulfilment",
    "refold_shipments",
    "refresh_pages",
    "remap_scans",
    "snooze_incidents",
    "spoken_locale",
    "state_dispatch_delay",
    "take_in_answers",
    "take_in_batch",
    "take_in_report",
    "take_in_shipment",
    "weigh_incidents",
    "withdraw_correction",
)
