"""What the schedule does by itself, in every shop."""

from datetime import UTC, date, datetime, timedelta

import pytest

from commerce.models import Merchant
from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.tracking.scans import START, scan
from tracking import services, tasks
from tracking.models import (
    DeliveryRollup,
    LookupAttempt,
    Shipment,
    ShipmentEvent,
    UsualTimes,
)
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
    assert tasks.look_again() == 1
    shipment.refresh_from_db()
    assert shipment.delay_source == "promise_passed"
    assert tasks.look_again() == 0


def test_a_promise_of_today_is_looked_at_and_left(shipment: Shipment) -> None:
    told = NormalisedShipment(
        source="test", tracking_number="", estimate=Estimate(day=date(2026, 11, 24))
    )
    services.ingest_tracking(shipment, told, at=START)
    shipment.refresh_from_db()
    before = shipment.version
    services.refold_shipments([shipment.pk], at=datetime(2026, 11, 24, 3, tzinfo=UTC))
    shipment.refresh_from_db()
    assert (shipment.version, shipment.is_delayed) == (before, False)


@pytest.fixture
def broken(shipment: Shipment, other_merchant: Merchant) -> Shipment:
    """A parcel of another shop that is due first everywhere, and cannot be read any more."""
    with merchant_scope(other_merchant.pk):
        told = NormalisedShipment(
            source="test", tracking_number="9", events=(scan(0, "delivered", "signed"),)
        )
        parcel = services.take_in_report(told, at=START - timedelta(days=1))
        ShipmentEvent.objects.filter(shipment=parcel).update(status="bogus", zone="Nowhere/Nope")
    return parcel


class TestOneThatFails:
    """It stops nobody: neither its own shop's parcels nor those of others."""

    def test_of_those_looked_at(
        self, shipment: Shipment, broken: Shipment, caplog: pytest.LogCaptureFixture
    ) -> None:
        early = START - timedelta(hours=1)
        Shipment.every_merchant.filter(pk=broken.pk).update(
            status="in_transit", look_again_at=early, merchant_id=shipment.merchant_id
        )
        ShipmentEvent.every_merchant.filter(shipment_id=broken.pk).update(
            merchant_id=shipment.merchant_id
        )
        Shipment.objects.filter(pk=shipment.pk).update(
            look_again_at=START, first_eta_day=date(2026, 11, 22)
        )
        assert tasks.look_again() == 2
        shipment.refresh_from_db()
        assert shipment.delay_source == "promise_passed"
        assert [record.getMessage() for record in caplog.records] == [
            f"parcel {broken.pk} is put off: ValueError"
        ]
        assert tasks.look_again() == 0

    def test_of_those_learnt_from(self, shipment: Shipment, broken: Shipment) -> None:
        told = NormalisedShipment(
            source="test",
            tracking_number="",
            events=(scan(0, "in_transit", "picked_up"), scan(30, "delivered")),
        )
        services.ingest_tracking(shipment, told, at=START)
        assert tasks.learn_usual_times() == 2
        assert UsualTimes.objects.filter(carrier="yamato").exists()
        assert tasks.learn_usual_times() == 0

    def test_of_those_counted(self, shipment: Shipment, broken: Shipment) -> None:
        Shipment.every_merchant.filter(pk=broken.pk).update(since_at=None, since_local="?")
        told = NormalisedShipment(source="test", tracking_number="", events=(scan(0, "delivered"),))
        services.ingest_tracking(shipment, told, at=START)
        assert tasks.count_parcels() == 2
        assert DeliveryRollup.objects.filter(carrier="yamato").exists()
        assert tasks.count_parcels() == 0


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
        "tracking.count_parcels",
        "tracking.ensure_partitions",
        "tracking.forget_removed",
        "tracking.look_again",
        "tracking.go_on_remapping",
        "tracking.learn_usual_times",
        "tracking.note_late_orders",
        "tracking.forget_lookups",
    }
    assert planned <= set(app.tasks)
