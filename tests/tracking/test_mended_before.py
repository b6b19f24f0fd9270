"""What migrations put right of the time before: lessons of demo data, and parcels told twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from commerce.models import Order
from tests.tracking.scans import START, scan
from tests.tracking.test_services_learning import DONE, deliver, parcels
from tracking import services
from tracking.models import CarrierCodeScan, PreparedPage, Shipment, ShipmentEvent, UsualTimes
from tracking.rules import NormalisedShipment
from tracking.services.learning import LET_COME

pytestmark = pytest.mark.django_db

LEARNT = DONE + LET_COME


def run(name: str) -> None:
    """Run the statements of a migration as they stand."""
    with connection.cursor() as cursor:
        for step in import_module(f"tracking.migrations.{name}").Migration.operations:
            cursor.execute(step.sql)
        cursor.execute("DROP TABLE IF EXISTS told_twice")


def check_foreign_keys() -> None:
    """Check now what PostgreSQL checks when a migration ends; raises IntegrityError."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


class TestLearnAnew:
    def test_a_shop_that_trials_taught_learns_from_its_real_parcels_alone(
        self, order: Order
    ) -> None:
        deliver(parcels(order, 3), 50)
        services.learn_from_delivered(at=LEARNT)
        UsualTimes.objects.update(parcels=5)  # two more than were sent: trials
        run("0017_learn_anew")
        assert not UsualTimes.objects.exists()
        assert services.learn_from_delivered(at=LEARNT) == 3
        assert set(UsualTimes.objects.values_list("parcels", flat=True)) == {3}

    def test_parcels_that_went_on_after_they_taught_mislead_nobody(self, order: Order) -> None:
        first, second, _ = sent = parcels(order, 3)
        deliver(sent, 50)
        services.learn_from_delivered(at=LEARNT)
        Shipment.objects.filter(pk=first.pk).update(status="returned")
        Shipment.objects.filter(pk=second.pk).update(carrier="ups")
        run("0017_learn_anew")
        assert UsualTimes.objects.count() == 3
        assert Shipment.objects.filter(learnt_at=None).count() == 0

    def test_one_that_learnt_from_its_own_goes_on(self, order: Order) -> None:
        deliver(parcels(order, 3), 50)
        services.learn_from_delivered(at=LEARNT)
        run("0017_learn_anew")
        assert UsualTimes.objects.count() == 3
        assert services.learn_from_delivered(at=LEARNT) == 0


Ghost = Callable[..., Shipment]


@pytest.fixture
def ghost(shipment: Shipment) -> Ghost:
    """A second parcel of a delivered one's number, as another source made it before."""

    def make(source: str = "aftership", hours: float = 0.2, **facts: Any) -> Shipment:
        first = scan(0.1, "in_transit", "picked_up")
        done = scan(0.5, "delivered")
        services.ingest_tracking(shipment, told("easypost", first, done), at=START)
        row = Shipment.objects.create(
            source=source,
            tracking_number="400012345675",
            number_key="400012345675",
            created_at=START + timedelta(hours=1),
            changed_at=START,
            **facts,
        )
        there = [scan(hours, "in_transit", "arrived_facility"), scan(hours + 0.3, "delivered")]
        services.ingest_tracking(row, told(source, *there, external_id="a_1"), at=START)
        return row

    return make


def told(source: str, *events: Any, **facts: Any) -> NormalisedShipment:
    events = tuple(replace(event, source=source) for event in events)
    return NormalisedShipment(source=source, tracking_number="400012345675", events=events, **facts)


class TestToldTwice:
    def test_a_double_joins_its_parcel(
        self, shipment: Shipment, order: Order, ghost: Ghost
    ) -> None:
        double = ghost()
        page = PreparedPage.objects.create(
            order=order, order_ref=order.public_id, slug="s", locale="en", is_default=True
        )
        run("0018_told_twice")
        assert not Shipment.objects.filter(pk=double.pk).exists()
        assert not ShipmentEvent.objects.filter(shipment_id=double.pk).exists()
        sources = ShipmentEvent.objects.filter(shipment=shipment).values_list("source", flat=True)
        assert sorted(set(sources)) == ["aftership", "easypost", "shop"]
        assert PreparedPage.objects.get(pk=page.pk).wanted == page.wanted + 1
        # What its source says next is told of the parcel.
        again = told("aftership", scan(0.5, "delivered"), external_id="a_1")
        assert services.take_in_report(again, at=START + timedelta(hours=3)).pk == shipment.pk
        assert Shipment.objects.count() == 1

    def test_its_scans_under_codes_nobody_read_join_too(
        self, shipment: Shipment, ghost: Ghost
    ) -> None:
        double = ghost()
        unread, again = (scan(hours, None, raw_code="ZZ9") for hours in (0.3, 0.35))
        services.ingest_tracking(double, told("aftership", unread, again), at=START)
        first, second = CarrierCodeScan.objects.order_by("sort_at")
        # The parcel has one of them already.
        facts = {"code": first.code, "sort_at": first.sort_at}
        CarrierCodeScan.objects.create(shipment=shipment, key=first.key, **facts)
        run("0018_told_twice")
        check_foreign_keys()
        there = CarrierCodeScan.objects.order_by("sort_at").values_list("shipment_id", "key")
        assert list(there) == [(shipment.pk, first.key), (shipment.pk, second.key)]

    def test_all_its_doubles_leave_their_ids(self, shipment: Shipment, ghost: Ghost) -> None:
        ghost("aftership")
        ghost("tracktry")
        version = Shipment.objects.get(pk=shipment.pk).version
        run("0018_told_twice")
        parcel = Shipment.objects.get()
        assert {"aftership", "tracktry"} <= set(parcel.by_source)
        assert parcel.by_source["aftership"]["id"] == parcel.by_source["tracktry"]["id"] == "a_1"
        assert parcel.version == version + 1

    @pytest.mark.parametrize(
        ("source", "hours"),
        [
            ("aftership", 24 * 40),  # the carrier used the number again
            ("easypost", 0.2),  # the same source tells two parcels apart
        ],
    )
    def test_what_may_be_another_parcel_stays(
        self, shipment: Shipment, ghost: Ghost, source: str, hours: float
    ) -> None:
        double = ghost(source, hours)
        run("0018_told_twice")
        assert Shipment.objects.filter(pk=double.pk).exists()

    def test_so_does_one_that_staff_corrected(self, shipment: Shipment, ghost: Ghost) -> None:
        double = ghost(carrier_basis="corrected", carrier="ups")
        run("0018_told_twice")
        assert Shipment.objects.filter(pk=double.pk).exists()


def test_nothing_to_mend_is_nothing_done(shipment: Shipment, at: datetime) -> None:
    version = shipment.version
    run("0018_told_twice")
    run("0017_learn_anew")
    shipment.refresh_from_db()
    assert shipment.version == version
