"""Months have their own tables, made ahead of time and healed when missed."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.tracking.scans import scan
from tracking import services
from tracking.models import Shipment, ShipmentEvent
from tracking.rules import NormalisedShipment
from tracking.services.partitions import DEFAULT, TABLE

pytestmark = pytest.mark.django_db

FAR = datetime(2031, 12, 15, tzinfo=UTC)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        found: int = cursor.fetchone()[0]
        return found


def test_the_months_around_an_instant_are_made_once(db: None) -> None:
    made = services.ensure_partitions(at=FAR)
    assert made == [
        f"{TABLE}_{month}"
        for month in ("2031_10", "2031_11", "2031_12", "2032_01", "2032_02", "2032_03")
    ]
    assert services.ensure_partitions(at=FAR) == []


def test_rows_that_waited_move_into_their_month_and_stay_known(shipment: Shipment) -> None:
    late = scan(0, "in_transit", occurred_at=FAR)
    told = NormalisedShipment(source="test", tracking_number="", events=(late,))
    services.ingest_tracking(shipment, told, at=FAR)
    waiting = count(DEFAULT)
    services.ensure_partitions(at=FAR)
    assert count(f"{TABLE}_2031_12") == 1
    assert count(DEFAULT) == waiting - 1
    again = services.ingest_tracking(shipment, told, at=FAR)
    assert (again.stored, again.repeated) == (0, 1)
    assert ShipmentEvent.objects.filter(shipment=shipment, source="test").count() == 1


def test_the_latest_scans_are_read_by_the_primary_key(shipment: Shipment) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN SELECT * FROM {TABLE} WHERE shipment_id = %s ORDER BY sort_at DESC LIMIT 20",
            [shipment.pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan Backward" in plan
    assert "Seq Scan" not in plan
