"""Writing many rows by one statement: scans into the partitioned table, and shipments.

A scan is written once, by INSERT or, when there are many, by COPY. What a row was told to be stays
as it is. What we read in it does not: told again after the vocabulary was raised to a new version,
it is read anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from postexp.kernel.tenancy import current_merchant_id
from tracking.enums import vocabulary
from tracking.models import Shipment
from tracking.rules import NormalisedEvent, PlacedEvent

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
_READ_ANEW = """
UPDATE tracking_shipmentevent AS scan
SET status = told.status, substatus = told.substatus, delay_reason = told.delay_reason,
    mapping_version = told.version
FROM unnest(
    %s::bigint[], %s::timestamptz[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::smallint[]
) AS told (shipment_id, sort_at, key, status, substatus, delay_reason, version)
WHERE scan.shipment_id = told.shipment_id AND scan.sort_at = told.sort_at AND scan.key = told.key
    AND scan.mapping_version < told.version
    AND (scan.status, scan.substatus, scan.delay_reason)
        IS DISTINCT FROM (told.status, told.substatus, told.delay_reason)
RETURNING scan.shipment_id
"""


def write_shipments(shipments: Sequence[Shipment], names: Iterable[str]) -> None:
    """Write the named fields of shipments whose rows are locked, by one statement for all of them.

    `bulk_update` builds an expression for every field of every row, which takes many times as long.
    """
    if not shipments:
        return
    columns = tuple(names)
    rows = [{name: getattr(one, name) for name in ("id", *columns)} for one in shipments]
    assignments = ", ".join(f'"{name}" = told."{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE tracking_shipment AS shipment SET {assignments} FROM "  # noqa: S608 - field names only
            "jsonb_populate_recordset(NULL::tracking_shipment, %s::jsonb) AS told "
            "WHERE shipment.id = told.id",
            [json.dumps(rows, default=str)],
        )


def store_scans(scans: Sequence[tuple[int, PlacedEvent]], *, at: datetime) -> Counter[int]:
    """Store scans of shipments (by row id); return how many were new or read anew, per shipment.

    Rows that are there already are left as they are, but for a reading that an older version of the
    vocabulary gave them. Call it in the transaction that holds the shipments' rows.
    """
    if not scans:
        return Counter()
    values = [_values(shipment_id, scan, at) for shipment_id, scan in scans]
    owners = list(_copy(values) if len(values) >= COPY_FROM else _insert(values))
    if len(owners) < len(values):
        owners += _read_anew(scans)
    return Counter(owners)


def _read_anew(scans: Sequence[tuple[int, PlacedEvent]]) -> Iterable[int]:
    """Give scans that are stored the reading they have now, where an older version read them."""
    readings = [
        (owner, scan.sort_at, scan.key, *_reading(scan.event), vocabulary()["version"])
        for owner, scan in scans
    ]
    with connection.cursor() as cursor:
        cursor.execute(_READ_ANEW, [list(column) for column in zip(*readings, strict=True)])
        return [row[0] for row in cursor.fetchall()]


def _reading(event: NormalisedEvent) -> tuple[str, str, str]:
    """Return what we make of a scan: status, substatus and reason of delay."""
    status, reason = event.status, event.delay_reason
    return status.value if status else "", event.substatus, reason.value if reason else ""


def _values(shipment_id: int, scan: PlacedEvent, at: datetime) -> tuple[Any, ...]:
    event = scan.event
    status, substatus, delay_reason = _reading(event)
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
        status,
        substatus,
        event.location,
        event.raw_code,
        event.raw_description,
        event.external_id,
        event.position,
        delay_reason,
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
