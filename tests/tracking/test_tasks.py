"""What the schedule does by itself, in every shop."""

from datetime import UTC, date, datetime

import pytest

from postexp.celery import app
from postexp.kernel import clock
from tests.tracking.scans import START
from tracking import services, tasks
from tracking.models import LookupAttempt, Shipment
from tracking.rules import Estimate, NormalisedShipment

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


def test_promises_that_passed_are_noted_once(shipment: Shipment) -> None:
    told = NormalisedShipment(
        source="test", tracking_number="", estimate=Estimate(day=date(2026, 11, 22))
    )
    services.ingest_tracking(shipment, told, at=START)
    assert tasks.note_passed_promises() == 1
    shipment.refresh_from_db()
    assert shipment.delay_source == "promise_passed"
    assert tasks.note_passed_promises() == 0


def test_a_promise_of_today_is_looked_at_and_left(shipment: Shipment) -> None:
    told = NormalisedShipment(
        source="test", tracking_number="", estimate=Estimate(day=date(2026, 11, 24))
    )
    services.ingest_tracking(shipment, told, at=START)
    shipment.refresh_from_db()
    before = shipment.version
    services.refold_shipments([shipment.pk], at=datetime(2026, 11, 24, 14, 59, tzinfo=UTC))
    shipment.refresh_from_db()
    assert (shipment.version, shipment.is_delayed) == (before, False)


def test_old_tries_are_forgotten(shipment: Shipment) -> None:
    LookupAttempt.objects.create(number_key="1", at=START)
    tasks.forget_lookups()
    assert LookupAttempt.objects.count() == 0


def test_partitions_are_made(db: None) -> None:
    tasks.ensure_partitions()
    assert tasks.ensure_partitions() == []


def test_the_schedule_names_tasks_that_exist() -> None:
    planned = {
        entry["task"]
        for name, entry in app.conf.beat_schedule.items()
        if name.startswith("tracking.")
    }
    assert planned == {
        "tracking.ensure_partitions",
        "tracking.note_passed_promises",
        "tracking.forget_lookups",
    }
    assert planned <= set(app.tasks)
