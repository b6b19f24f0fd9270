"""Writing scans into the partitioned table: each row once, by INSERT or, when many, by COPY."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from postexp.kernel.tenancy import current_merchant_id
from tracking.enums import vocabulary
from tracking.rules import PlacedEvent

COPY_FROM = 50
"""From this many rows on, COPY into a temporary table is quicker than one INSERT."""

COLUMNS = (
    *("merchant_id", "shipment_id", "sort_at", "key", "source", "occurred_at", "local_time"),
    *("time_precision", "zone", "status", "substatus", "location", "raw_code"),
    *("raw_description", "external_id", "position", "delay_reason", "mapping_version"),
    "received_at",
)
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_TABLE = "tracking_shipmentevent"
_INCOMING = "tracking_incoming"


def store_scans(scans: Sequence[tuple[int, PlacedEvent]], *, at: datetime) -> Counter[int]:
    """Store scans of shipments (by row id); return how many were new, per shipment.

    Rows that are there already are left as they are. Call it in the transaction that holds the
    shipments' rows.
    """
    if not scans:
        return Counter()
    values = [_values(shipment_id, scan, at) for shipment_id, scan in scans]
    owners = _copy(values) if len(values) >= COPY_FROM else _insert(values)
    return Counter(owners)


def _values(shipment_id: int, scan: PlacedEvent, at: datetime) -> tuple[Any, ...]:
    event = scan.event
    return (
        current_merchant_id(),
        shipment_id,
        scan.sort_at,
        scan.key,
        event.source,
        event.occurred_at,
        event.local_time,
        event.time_precision.value,
        event.zone,
        event.status.value if event.status else "",
        event.substatus,
        event.location,
        event.raw_code,
        event.raw_description,
        event.external_id,
        event.position,
        event.delay_reason.value if event.delay_reason else "",
        vocabulary()["version"],
        at,
    )


def _insert(values: Sequence[tuple[Any, ...]]) -> Iterable[int]:
    row = f"({', '.join(['%s'] * len(COLUMNS))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_TABLE} ({_NAMES}) VALUES {', '.join([row] * len(values))} "  # noqa: S608 - constant names only
            "ON CONFLICT DO NOTHING RETURNING shipment_id",
            [value for row_values in values for value in row_values],
        )
        return [row[0] for row in cursor.fetchall()]


def _copy(values: Iterable[tuple[Any, ...]]) -> Iterable[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {_INCOMING} (LIKE {_TABLE}) ON COMMIT DROP"
        )
        cursor.execute(f"TRUNCATE {_INCOMING}")
        with cursor.copy(f"COPY {_INCOMING} ({_NAMES}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO {_TABLE} ({_NAMES}) SELECT {_NAMES} FROM {_INCOMING} "  # noqa: S608 - constant names only
            "ON CONFLICT DO NOTHING RETURNING shipment_id"
        )
        return [row[0] for row in cursor.fetchall()]
